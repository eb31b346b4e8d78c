"""What a fork costs: `python -m tests.nbjudge.sandbox.costs` prints processor time, latency and private memory of each."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbjudge.sandbox import resources
from nbjudge.sandbox.choose import choose_sandbox
from nbjudge.sandbox.forkserver import ForkServer
from tests.nbjudge.sandbox.test_ordinary_work import ROOMY
from tests.nbjudge.sandbox.workers import started, worker

FORKS = 100
FILES = {"data/images.bin": bytes(1 << 20), "notes.txt": b"x" * 1000}


@dataclass(frozen=True)
class Costs:
    """What one fork costs: milliseconds of processor time of child, fork server and coordinator together, and of latency;
    mebibytes that the child does not share when it begins to listen."""

    processor_ms: float
    fork_ms: float
    whole_ms: float
    private_mib: float


def measure(forkserver: ForkServer, proc: int, forks: int = FORKS) -> Costs:
    """Fork, set up, answer one line and end, again and again."""
    (fork_server_pid,) = resources.children_by_parent(proc)[forkserver._process.pid]
    latencies, private = [], 0.0
    # what the fork server has used includes its children, once it has collected them
    before = _processor_seconds(fork_server_pid) + sum(os.times()[:2])
    began = time.perf_counter()
    for number in range(forks):
        start = time.perf_counter()
        with worker(forkserver, ROOMY, files=FILES) as one:
            latencies.append(time.perf_counter() - start)
            if number == 0:
                private = sum(_private_kib(one.child.pid)) / 1024
            one.hang_up()
            one.child.wait(600)
    whole = time.perf_counter() - began
    others = _processor_seconds(fork_server_pid) + sum(os.times()[:2]) - before
    return Costs(others / forks * 1e3, statistics.median(latencies) * 1e3, whole / forks * 1e3, private)


def _processor_seconds(pid: int) -> float:
    """Of a process and the children it has collected."""
    stat = Path("/proc", str(pid), "stat").read_text()
    return sum(map(int, stat[stat.rindex(")") + 2 :].split()[11:15])) / os.sysconf("SC_CLK_TCK")


def _private_kib(pid: int) -> Iterator[int]:
    for line in Path("/proc", str(pid), "smaps_rollup").read_text().splitlines():
        if line.startswith(("Private_Dirty", "Private_Clean")):
            yield int(line.split()[1])


def main() -> None:
    proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    for name in (choose_sandbox().name, "unsandboxed"):
        with started(name, "warm_up") as forkserver:
            print(f"{name}, torch, matplotlib and IPython loaded: {measure(forkserver, proc)}")


if __name__ == "__main__":
    main()
