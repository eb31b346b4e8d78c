"""How long a slider takes to become a picture, side by side with the usual ways; and what `import course` costs.

    python benchmarks/explorers.py

Times are CPU milliseconds of one thread, medians, from setting a control's value to the PNG that is sent: what other
programs do on this machine hardly changes them. All ways draw input, kernel and 8 feature maps. Exits with 1
when a goal is missed.
"""

from __future__ import annotations

import argparse
import io
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle

import torch

SIZES = (32, 64, 128)
MAPS = 8
STRIDES = (1, 2, 3)
MOVES_OF_A_DRAG = 10
MOST_AT_64 = 5.0  # ms
LEAST_SPEED_UP = 25
MOST_IMPORT = 1.10  # times `import torch`

Way = Callable[[int], Callable[[], None]]


def ours(size: int) -> Callable[[], None]:
    """The explorer: trait change, computation, frame, PNG, texts."""
    from course import explore

    explorer = explore.convolution(size=size, out_channels=MAPS)
    stride = explorer.controls["stride"]
    values = cycle((*STRIDES[1:], STRIDES[0]))

    def move() -> None:
        before = bytes(explorer.image.value), explorer.text.value
        _timed_move.start()
        stride.value = next(values)
        _timed_move.stop()
        assert before != (bytes(explorer.image.value), explorer.text.value)

    return move


def new_subplots(size: int) -> Callable[[], None]:
    """As `interact` is used: new subplots for every change, shown as the inline backend shows them."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    def picture(stride: int) -> None:
        images, titles = _computed(size, stride)
        figure, axes = plt.subplots(2, 5, figsize=(8.96, 5.24))
        for axis, image, title in zip(axes.flat, images, titles, strict=True):
            axis.imshow(image)
            axis.set_title(title)
            axis.axis("off")
        figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
        plt.close(figure)

    return _moved(picture)


def persistent_figure(size: int) -> Callable[[], None]:
    """One figure for good: new data for its images, and a full savefig."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.96, 5.24), dpi=100)
    images, titles = _computed(size, 1)
    artists = []
    for axis, image, title in zip(figure.subplots(2, 5).flat, images, titles, strict=True):
        artists.append(axis.imshow(image))
        axis.set_title(title)
        axis.axis("off")

    def picture(stride: int) -> None:
        for artist, image in zip(artists, _computed(size, stride)[0], strict=True):
            artist.set_data(image)
        figure.savefig(io.BytesIO(), format="png")

    return _moved(picture)


class _Stopwatch:
    """CPU and wall time between start and stop, in milliseconds."""

    def start(self) -> None:
        self._began = time.thread_time(), time.perf_counter()

    def stop(self) -> None:
        self.cpu, self.wall = (1e3 * (now - then) for now, then in zip(self._now(), self._began, strict=True))

    def _now(self) -> tuple[float, float]:
        return time.thread_time(), time.perf_counter()


_timed_move = _Stopwatch()


def _moved(picture: Callable[[int], None]) -> Callable[[], None]:
    values = cycle(STRIDES)

    def move() -> None:
        stride = next(values)
        _timed_move.start()
        picture(stride)
        _timed_move.stop()

    return move


def _computed(size: int, stride: int) -> tuple[list[object], list[str]]:
    """What a notebook would show: the input, a kernel, the feature maps; and their titles."""
    from course import images
    from course.explorers.kernels import bank

    x = images.photo("astronaut", size)
    weight, bias = bank("mix", MAPS, 3, 3, 3)
    with torch.inference_mode():
        y = torch.nn.functional.conv2d(x[None], weight, bias, stride=stride, padding=1)[0]
    shown = [x.permute(1, 2, 0), weight[0].mean(0), *y]
    return [tensor.numpy() for tensor in shown], [f"{tuple(tensor.shape)}" for tensor in shown]


def timed(ways: dict[str, Callable[[], None]], rounds: int) -> dict[str, tuple[float, float]]:
    """The median CPU and wall time of each way; they take turns in drags of ten moves."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for move in ways.values():
        for _ in STRIDES:  # the first moves fill caches
            move()
    while any(len(taken) < rounds for taken in times.values()):
        for name, move in ways.items():
            for _ in range(MOVES_OF_A_DRAG):
                move()
                times[name].append((_timed_move.cpu, _timed_move.wall))
    return {
        name: (statistics.median(cpu for cpu, _ in taken), statistics.median(wall for _, wall in taken))
        for name, taken in times.items()
    }


def import_times(rounds: int) -> tuple[float, float]:
    """The median CPU milliseconds of `import torch`, and of `import course` with it, in fresh processes taken in turns."""
    code = "import time; begin = time.process_time(); import {what}; print(1e3 * (time.process_time() - begin))"
    times: dict[str, list[float]] = {"torch": [], "torch, course": []}
    for turn in range(rounds + 1):
        for what, taken in times.items():
            command = [sys.executable, "-c", code.format(what=what)]
            printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            if turn:
                taken.append(float(printed))
    torch_alone, both = (statistics.median(taken) for taken in times.values())
    return torch_alone, both


def report(rounds: int, imports: int) -> Iterator[str]:
    """Print the tables; yield the goals that are missed."""
    torch.set_num_threads(1)
    ways: dict[str, Way] = {
        "interact style: new subplots": new_subplots,
        "persistent figure, savefig": persistent_figure,
        "explore.convolution": ours,
    }
    table = {size: timed({name: way(size) for name, way in ways.items()}, rounds) for size in SIZES}
    print(f"A slider moves: CPU ms until the PNG is set (wall ms), medians of {rounds}, {MAPS} maps, one thread\n")
    print(f"{'':30}" + "".join(f"{f'{size} × {size}':>18}" for size in SIZES))
    for name in ways:
        cells = (f"{table[size][name][0]:.1f} ({table[size][name][1]:.1f})" for size in SIZES)
        print(f"{name:30}" + "".join(f"{cell:>18}" for cell in cells))
    slow, _savefig, fast = (table[64][name][0] for name in ways)
    print(f"\nAt 64 × 64: {slow / fast:.0f} times faster than interact style.")
    if fast > MOST_AT_64:
        yield f"64 × 64 takes {fast:.1f} ms, at most {MOST_AT_64} are wanted"
    if slow / fast < LEAST_SPEED_UP:
        yield f"{slow / fast:.1f} times faster than interact style, {LEAST_SPEED_UP} are wanted"
    alone, both = import_times(imports)
    print(f"\nimport torch: {alone:.0f} ms; with import course: {both:.0f} ms ({100 * (both / alone - 1):+.1f} %)")
    if both > MOST_IMPORT * alone:
        yield f"import course makes it {both / alone:.2f} times import torch, at most {MOST_IMPORT} are wanted"


def main() -> int:
    """Run it all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40, help="moves of each slider (default: 40)")
    parser.add_argument("--imports", type=int, default=9, help="fresh processes for each import (default: 9)")
    arguments = parser.parse_args()
    missed = list(report(arguments.rounds, arguments.imports))
    for goal in missed:
        print(f"MISSED: {goal}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
