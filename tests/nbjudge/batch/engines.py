"""An engine for tests of the batch: it runs the cells of honest work in this process, and fails where a cell says so.

Workers of a cluster import this module, so it imports little.
"""

from __future__ import annotations

import ast
import os
import signal
from typing import Any

from nbjudge.engine import EngineError
from nbjudge.job import CellRun, End, Job, Marked


class PlainEngine:
    """Marks in this process, without a sandbox. Texts in a student's cells make it behave badly.

    `# engine fails` raises EngineError each time, `# engine fails once` only the first time; `# too long` ends the
    notebook there as timed out; `# kills` kills this process; `# interrupts` is Ctrl-C. A test cell with `# in one process`
    fails where it is marked apart, one with `# finds nothing` passes there whatever the answer is.

    Attributes:
        marked: the ids of the notebooks that were marked, in order; shared by all engines.
    """

    marked: list[str] = []  # noqa: RUF012 (shared on purpose)
    failed_once: bool = False

    def mark(self, job: Job, slot: int = 0) -> Marked:
        text = "\n".join(cell.source for cell in job.cells if cell.kind == "student")
        if "# kills" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "# interrupts" in text:
            os.kill(os.getpid(), signal.SIGINT)
        if "# engine fails once" in text and not PlainEngine.failed_once:
            PlainEngine.failed_once = True
            raise EngineError("a fork server ended")
        if "# engine fails always" in text:
            raise EngineError("a fork server ended")
        PlainEngine.marked.append(job.notebook)
        names: dict[str, Any] = {}
        runs: list[CellRun] = []
        for number, cell in enumerate(job.cells, start=1):
            if cell.kind == "text":
                runs.append(CellRun())
            elif "# too long" in cell.source:
                rest = job.cells[len(runs) :]
                runs += [CellRun([_error("NotRun")] if each.is_test else []) for each in rest]
                return Marked(tuple(runs), End.TIMED_OUT, "a cell took too long")
            elif cell.kind == "test" and "# in one process" in cell.source:
                runs.append(CellRun([_error("ValueError")], number))
            elif cell.kind == "test" and "# finds nothing" in cell.source:
                runs.append(CellRun([], number))
            else:
                runs.append(_run(cell.source, names, number))
        return Marked(tuple(runs), End.DONE)

    def close(self) -> None:
        pass


def plain() -> PlainEngine:
    return PlainEngine()


class LosesItsWorkerOnce:
    """Makes an engine; the first that does so is killed."""

    def __init__(self, flag: str) -> None:
        self.flag = flag

    def __call__(self) -> PlainEngine:
        if os.path.exists(self.flag):
            os.remove(self.flag)
            os.kill(os.getpid(), signal.SIGKILL)
        return PlainEngine()


def _run(source: str, names: dict[str, Any], number: int) -> CellRun:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    try:
        exec(compile(tree, "cell", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None  # type: ignore[attr-defined]
    except Exception as error:
        return CellRun([_error(type(error).__name__, str(error))], number)
    data = {"text/plain": repr(value)}
    result = {"output_type": "execute_result", "execution_count": number, "data": data, "metadata": {}}
    return CellRun([] if value is None else [result], number)


def _error(name: str, message: str = "") -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": [name]}
