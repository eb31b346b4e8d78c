"""The outputs of one cell, in nbformat's form, with a cap on their bytes; and those of a cell that was stopped, or did not run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbjudge.language import _

Output = dict[str, Any]


class Outputs:
    """The outputs of a cell so far, in order.

    Args:
        limit: bytes of text and data that are kept; a last line says that there was more.
    """

    def __init__(self, limit: int) -> None:
        self.items: list[Output] = []
        self._left = limit
        self._full = False
        self._clear_next = False

    def stream(self, name: str, text: str) -> None:
        """Add text that was printed; pieces of the same stream become one output."""
        text = self._fitting(text)
        if not text:
            return
        self._clear_if_asked()
        last = self.items[-1] if self.items else None
        if last is not None and last["output_type"] == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.items.append({"output_type": "stream", "name": name, "text": text})

    def display(
        self,
        data: Mapping[str, Any],
        metadata: Mapping[str, Any] | None,
        transient: Mapping[str, Any] | None,
        update: bool,
    ) -> None:
        """Add displayed data, or update what was displayed under the same display_id."""
        if not self._fits(data):
            return
        self._clear_if_asked()
        id = (transient or {}).get("display_id")
        if update:
            for item in self.items:
                if id is not None and item.get("_display_id") == id:
                    item.update(data=dict(data), metadata=dict(metadata or {}))
            return
        item = {"output_type": "display_data", "data": dict(data), "metadata": dict(metadata or {})}
        if id is not None:
            item["_display_id"] = id
        self.items.append(item)

    def result(self, count: int, data: Mapping[str, Any], metadata: Mapping[str, Any] | None) -> None:
        """Add the value of the cell's last line."""
        if self._fits(data):
            self._clear_if_asked()
            self.items.append(
                {
                    "output_type": "execute_result",
                    "execution_count": count,
                    "data": dict(data),
                    "metadata": dict(metadata or {}),
                }
            )

    def error(self, name: str, message: str, traceback: list[str]) -> None:
        """Add an error. It is kept however full the outputs are, shortened where it must be."""
        self._clear_if_asked()
        self.items.append(
            {
                "output_type": "error",
                "ename": name[:200],
                "evalue": message[:4000],
                "traceback": [line[:4000] for line in traceback[:60]],
            }
        )

    def clear(self, wait: bool) -> None:
        """Remove the outputs so far, at once or when the next output comes."""
        self._clear_next = wait
        if not wait:
            self.items.clear()

    def plain(self) -> list[Output]:
        """The outputs in nbformat's form."""
        return [{key: value for key, value in item.items() if key != "_display_id"} for item in self.items]

    def _clear_if_asked(self) -> None:
        if self._clear_next:
            self._clear_next = False
            self.items.clear()

    def _fitting(self, text: str) -> str:
        size = len(text.encode("utf-8", "replace"))
        if size <= self._left:
            self._left -= size
            return text
        kept = "" if self._full else text[: self._left] + self._more()
        self._left, self._full = 0, True
        return kept

    def _fits(self, data: Mapping[str, Any]) -> bool:
        size = sum(len(value) if isinstance(value, (str, bytes)) else len(str(value)) for value in data.values())
        if size <= self._left:
            self._left -= size
            return True
        if not self._full:
            self._full = True
            self.items.append({"output_type": "stream", "name": "stdout", "text": self._more()})
        return False

    @staticmethod
    def _more() -> str:
        return "\n" + _("[there was more output than a cell may have]") + "\n"


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
