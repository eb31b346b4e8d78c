"""What a cell gives that was stopped, or that could not run any more, as outputs."""

from __future__ import annotations

from nbjudge.language import _
from nbjudge.worker.outputs import Output


def too_slow() -> Output:
    """Of a cell that was stopped for its time."""
    return _error("CellTimeoutError", _("The cell ran longer than it may, so it was stopped."))


def ended() -> Output:
    """Of the cell in which the worker ended."""
    return _error("DeadKernelError", _("The process that ran the code ended in this cell."))


def not_run() -> Output:
    """Of a test cell after that."""
    return _error("DeadKernelError", _("This cell did not run: the process that ran the code had ended before."))


def without_errors(outputs: list[Output]) -> list[Output]:
    """What was printed and shown, without what would count as a result."""
    return [each for each in outputs if each["output_type"] not in {"error", "execute_result"}]


def _error(name: str, message: str) -> Output:
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": [f"{name}: {message}"]}
