"""Outputs of cells that were stopped, or that did not run any more."""

from __future__ import annotations

from nbjudge.language import _
from nbjudge.worker.outputs import Output


def timed_out() -> Output:
    """The error of a cell that was stopped because its time was up."""
    return _error("CellTimeoutError", _("The cell ran longer than it may, so it was stopped."))


def worker_ended() -> Output:
    """The error of the cell in which the worker ended."""
    return _error("DeadKernelError", _("The process that ran the code ended in this cell."))


def not_run() -> Output:
    """The error of a test cell after that cell."""
    return _error("DeadKernelError", _("This cell did not run: the process that ran the code had ended before."))


def without_errors(outputs: list[Output]) -> list[Output]:
    """The outputs that were printed and displayed, without those that would count as a result."""
    return [output for output in outputs if output["output_type"] not in {"error", "execute_result"}]


def _error(name: str, message: str) -> Output:
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": [f"{name}: {message}"]}
