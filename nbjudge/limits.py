"""The limits of one submission: a worker that goes beyond one ends, and its submission gets a verdict that says so."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """The limits of one worker.

    Attributes:
        cell_seconds: wall time of one cell, a student's or a test cell; nbgrader's `Execute.timeout` where it is set.
        total_seconds: wall time of one notebook from its first cell to its last.
        cpu_seconds: processor time of one process of the worker.
        memory_bytes: memory of the worker's whole process tree, beyond what the fork server has already.
        processes: processes and threads at once.
        open_files: open files in one process.
        disk_bytes: everything that is written, on a disk of its own.
        output_bytes: all outputs of a notebook together; `cell_output_bytes` those of one cell.
        reply_bytes: one reply of a worker to the judge.
    """

    cell_seconds: float = 180.0
    total_seconds: float = 900.0
    cpu_seconds: int = 900
    memory_bytes: int = 2048 * MIB
    processes: int = 64
    open_files: int = 256
    disk_bytes: int = 256 * MIB
    output_bytes: int = 20 * MIB
    cell_output_bytes: int = 4 * MIB
    reply_bytes: int = 256 * MIB
