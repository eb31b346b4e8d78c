"""The judge: has a student's cells run in a worker, runs test cells itself, and reports the outputs of each cell."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import pickle
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any

from nbjudge.channel import Channel
from nbjudge.codec import CodecError, libraries
from nbjudge.hidden_tests import format_error, hidden_line_is_running
from nbjudge.job import CellRun, End, Job, JobCell, Marked
from nbjudge.judge.errors import OutOfTime, WorkerGone
from nbjudge.judge.instructor_names import parsed
from nbjudge.judge.link import Link
from nbjudge.judge.namespace import Namespace
from nbjudge.judge.proxy import make_proxy
from nbjudge.judge.sanitize_outputs import sanitize_outputs
from nbjudge.plugins import load_plugins
from nbjudge.shared_state import seed_generators
from nbjudge.time_limit import TimeLimitReached, processor_seconds, time_limit
from nbjudge.warm_up import imported_modules, warm_up_cells
from nbjudge.worker.outputs import Output, Outputs, not_run, timed_out, without_errors, worker_ended
from nbjudge.worker.shell import Shell, Stream, make_shell, redirect

_INSPECT_SECONDS = 5.0


def preload(plugins: Sequence[str], used_libraries: Sequence[str]) -> None:
    """In the fork server: load all that a fork would otherwise load for itself."""
    loaded_plugins = load_plugins(plugins)
    make_shell().warm_up(warm_up_cells(used_libraries, loaded_plugins, worker=False))
    libraries.loaded()
    for plugin in loaded_plugins:
        if plugin.prepare_judge is not None:
            plugin.prepare_judge()
    parsed("%time 1")
    sanitize_outputs(
        [{"output_type": "display_data", "data": {"text/html": '<p style="color: red"><a href="#">a</a></p>'}}], 999
    )


def serve(channel: Channel) -> None:
    """In a fork: mark the job that comes over the channel, with the worker whose channel comes with it."""
    message, (to_worker,) = channel.receive_with_descriptors()
    job: Job = pickle.loads(message)
    sys.path.insert(0, "")
    try:
        judge = Judge(job, Channel.from_descriptor(to_worker), Shell.instance())
        for run in judge.runs():
            channel.send_json({"run": run.to_json()})
        channel.send_json({"ended": judge.ended().to_json()})
    except BaseException:
        channel.send_json({"broken": traceback.format_exc()})
        raise


class Judge:
    """Marks one notebook.

    Args:
        job: the repaired notebook.
        channel: to its worker.
        shell: runs the test cells.
    """

    def __init__(self, job: Job, channel: Channel, shell: Shell) -> None:
        self._job = job
        self._shell = shell
        self._names: dict[str, Any] = shell.user_ns
        self._delimiters = job.hidden_test_delimiters
        self._link = Link(channel, job.limits, make_proxy, self._show)
        self._link.before_reading = self._keep_for_inspect
        self._link.operators = job.instructor_names.operators
        self._namespace = Namespace(self._names, self._link, job.instructor_names, self._delimiters)
        self._count = 0
        self._unread: list[tuple[str, int]] = []
        self._left = job.limits.output_bytes
        self._slow = ""
        self._cpu_seconds = 0.0

    def runs(self) -> Iterator[CellRun]:
        """Run every cell; a worker that ends takes the cells after it along, never those before."""
        self._seed()
        redirect(self._shell, "stdout")
        self._shell.format_error = self._format_error
        self._shell.InteractiveTB.set_mode("Minimal")  # IPython's own traceback is not shown, and takes long to make
        self._shell.suppress_stderr = lambda: hidden_line_is_running(self._is_test, self._delimiters)
        for cell in self._job.cells:
            yield self._run(cell)

    def ended(self) -> Marked:
        """How the worker ended, and the processor time of the cells; without the runs."""
        end = self._link.end or (End.TIMED_OUT if self._slow else End.DONE)
        return Marked((), end, self._link.detail or self._slow, self._cpu_seconds + self._link.cpu_seconds)

    def _run(self, cell: JobCell) -> CellRun:
        if cell.kind == "text" or not cell.source.strip():
            return CellRun()
        self._count += 1
        if self._link.end is not None:
            return CellRun([not_run()] if cell.is_test else [])
        if cell.kind == "test":
            outputs = self._run_test_cell(cell)
        elif cell.kind == "in_process_test":
            outputs = self._run_in_process_test(cell)
        else:
            outputs = self._run_student_cell(cell)
        for output in outputs:
            if output["output_type"] == "execute_result":
                output["execution_count"] = self._count
        self._left -= sum(len(json.dumps(output)) for output in outputs)
        return CellRun(outputs, self._count)

    def _run_student_cell(self, cell: JobCell) -> list[Output]:
        limit = max(0, min(self._left, self._job.limits.cell_output_bytes))
        try:
            raw_outputs, slow = self._link.cell(cell.source, self._count, self._job.limits.cell_seconds)
        except WorkerGone:
            return [worker_ended()]
        self._namespace.student_cell_ran(cell.source)
        self._unread.append((cell.source, self._count))
        outputs = sanitize_outputs(raw_outputs, limit)
        if slow:
            self._note_slow_cell()
            outputs = [output for output in outputs if output.get("ename") != TimeLimitReached.__name__] + [timed_out()]
        return outputs

    def _run_in_process_test(self, cell: JobCell) -> list[Output]:
        """Have a test cell run in the student's process: what comes back is that process's word."""
        try:
            raw_outputs, slow = self._link.in_process_test(
                cell.source, self._count, self._job.limits.cell_seconds, self._delimiters
            )
        except WorkerGone:
            return [worker_ended()]
        self._namespace.in_process_test_ran(cell.source)
        outputs = sanitize_outputs(raw_outputs, max(0, min(self._left, self._job.limits.cell_output_bytes)))
        if slow:
            self._note_slow_cell()
            return [*without_errors(outputs), timed_out()]
        return outputs

    def _note_slow_cell(self) -> None:
        self._slow = f"cell {self._count} ran longer than the {self._job.limits.cell_seconds:g} s that it may"

    def _keep_for_inspect(self) -> None:
        """Keep the text of students' cells in this process: a test is about to read it by `inspect.getsource`."""
        while self._unread:
            source, count = self._unread.pop(0)
            # IPython may fail on the text, or take for ever.
            with contextlib.suppress(Exception, TimeLimitReached), time_limit(_INSPECT_SECONDS):
                self._shell.compile.cache(self._shell.transform_cell(source), count, source)

    def _run_test_cell(self, cell: JobCell) -> list[Output]:
        outputs = self._shell.outputs = Outputs(self._job.limits.cell_output_bytes)
        self._link.slow, self._link.share_random = False, "seed(" in cell.source
        self._link.ends_loops = "Stop" in cell.source or "GeneratorExit" in cell.source
        self._link.last_lines.clear()
        started, began = processor_seconds(), time.monotonic()
        self._link.cell_deadline = began + self._job.limits.cell_seconds
        try:
            with time_limit(self._job.limits.cell_seconds):
                self._namespace.prepare(cell.source)
                self._shell.execution_count = self._count
                ran = self._shell.run_cell(cell.source, store_history=True)
                failure = ran.error_before_exec or ran.error_in_exec
                if failure is not None and not any(output["output_type"] == "error" for output in outputs.items):
                    # IPython shows some errors in another way, or not at all.
                    outputs.error(*self._format_error(failure))
                if self._link.end is None:
                    self._namespace.settle(cell.source)
        except (WorkerGone, OutOfTime, TimeLimitReached):
            pass
        finally:
            self._link.cell_deadline = math.inf
        # IPython may have caught the exception that stopped the cell.
        self._link.slow = self._link.slow or time.monotonic() - began >= self._job.limits.cell_seconds
        self._cpu_seconds += processor_seconds() - started
        if self._link.end is not None:
            return [*without_errors(outputs.plain()), worker_ended()]
        if self._link.slow:
            self._note_slow_cell()
            return [*without_errors(outputs.plain()), timed_out()]
        return outputs.plain()

    def _show(self, outputs: list[Output]) -> None:
        """Show what an answer prints while a test cell calls it; not while a hidden line does: it may be the test's inputs."""
        if not outputs:
            return
        hidden = hidden_line_is_running(self._is_test, self._delimiters)
        for output in sanitize_outputs(outputs, self._job.limits.cell_output_bytes):
            if output["output_type"] == "stream":
                where = sys.stderr if output["name"] == "stderr" else sys.stdout
                if not (hidden and isinstance(where, Stream)):  # a test that redirects sys.stdout gets the text
                    where.write(output["text"])
            elif not hidden and output["output_type"] == "display_data":
                self._shell.outputs.display(output["data"], output["metadata"], None, False)

    def _format_error(self, error: BaseException) -> tuple[str, str, list[str]]:
        from_answer = libraries.ORIGINAL in getattr(error, "__dict__", {})
        lines = list(self._link.last_lines) if from_answer else []
        text = format_error(error, self._is_test, self._delimiters, lines, from_answer=from_answer)
        return text.name, text.message, text.traceback

    def _is_test(self, frame: FrameType) -> bool:
        """All code in the namespace of test cells is theirs."""
        return frame.f_globals is self._names

    def _seed(self) -> None:
        """Seed random numbers: inputs of tests are the same when the notebook is marked again; no student can foresee them.

        A library that is not imported yet could not be seeded, so those that the instructor's cells import are.
        """
        own = [cell.source for cell in self._job.cells if cell.is_test or cell.kind == "locked"]
        for name in libraries.ROOMS.keys() & imported_modules([*own, *self._job.instructor_names.imports.values()]):
            with contextlib.suppress(CodecError):  # it is not installed: the cell will say so
                libraries.library(name)
        secret = "\n".join(cell.source for cell in self._job.cells if cell.is_test)
        digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
        seed_generators(int.from_bytes(digest[:4], "big"))
