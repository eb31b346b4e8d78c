"""How well and how fast `train` trains the course's two networks: held-out accuracy and seconds, over seeds and threads.

python -m benchmarks.training [epochs]
"""

from __future__ import annotations

import sys
import time

import torch

from course import images
from course.training import train
from tests.training.models import cnn_with_residual, simple_cnn

SEEDS = 5


def main() -> None:
    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    held_out = images.digits(28, "test")
    for make in (simple_cnn, cnn_with_residual):
        for threads in (1, 2):
            torch.set_num_threads(threads)
            for seed in range(SEEDS):
                torch.manual_seed(seed)
                model = make()
                started = time.perf_counter(), time.process_time()
                history = train(
                    model, *images.digits(28, "train"), epochs=epochs, held_out=held_out, seed=seed, show=False
                )
                wall, cpu = time.perf_counter() - started[0], time.process_time() - started[1]
                print(
                    f"{make.__name__}, {threads} threads, seed {seed}: {history.accuracies[-1]:.2%} in {wall:.1f} s "
                    f"({cpu:.1f} s of processors)",
                    flush=True,
                )


if __name__ == "__main__":
    main()
