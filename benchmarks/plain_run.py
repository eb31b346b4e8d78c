"""What the cells of a notebook cost by themselves: all of them in one process that has imported beforehand, as a kernel runs them, nothing between."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from nbjudge.files import read_config
from nbjudge.job import Job
from nbjudge.plugins import plugin_names
from nbjudge.sandbox.interpreter import environment
from nbjudge.time_limit import processor_seconds
from nbjudge.warm_up import imported_libraries
from nbjudge.worker.outputs import Outputs
from nbjudge.worker.shell import UNLIMITED, Shell, redirect
from nbjudge.worker.worker import preload
from tests.lessons import ROOT


def cells_seconds(jobs: Sequence[Job]) -> float:
    """Processor seconds of the cells of these notebooks, the student's and test cells, over all of them."""
    command = [sys.executable, "-m", "benchmarks.plain_run"]
    run = subprocess.run(
        command, input=pickle.dumps(jobs), stdout=subprocess.PIPE, check=True, cwd=ROOT, env=environment()
    )
    return float(run.stdout)


def main() -> None:
    """Read jobs, run each in a fork of this process, print what they took together."""
    jobs: Sequence[Job] = pickle.load(sys.stdin.buffer)
    sources = (cell.source for job in jobs for cell in job.cells)
    preload(plugin_names(read_config(ROOT)), imported_libraries(sources))
    print(sum(map(_in_a_fork, jobs)))


def _in_a_fork(job: Job) -> float:
    reads, writes = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writes, str(_run(job)).encode())
        finally:
            os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as answer:
        seconds = answer.read()
    os.waitpid(pid, 0)
    return float(seconds)


def _run(job: Job) -> float:
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    with tempfile.TemporaryDirectory() as folder:
        for name, content in job.files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        os.chdir(folder)
        shell = Shell.instance()
        redirect(shell, "stderr")
        began = processor_seconds()
        for cell in job.cells:
            if cell.kind != "text":
                shell.outputs = Outputs(UNLIMITED)
                shell.run_cell(cell.source, store_history=True)
        return processor_seconds() - began


if __name__ == "__main__":
    main()
