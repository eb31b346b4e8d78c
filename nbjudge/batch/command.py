"""`nbjudge grade`: progress, a line for each student, a summary, and the exit status."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from nbjudge.batch.coordinator import BatchError, Coordinator
from nbjudge.batch.course_folder import find_submissions, open_course
from nbjudge.batch.pool import EngineMaker, LocalMarker, Marker
from nbjudge.batch.scheduler import SchedulerError, SchedulerMarker
from nbjudge.batch.source import Source, SourceError, marking_with
from nbjudge.batch.submission_result import WORST_FIRST, Change, Done, SubmissionResult, changes, table
from nbjudge.batch.try_source import CellTry, SourceTry, Way
from nbjudge.engine import EngineError, EngineSettings
from nbjudge.files import CourseFolderError
from nbjudge.record.gradebook import GradebookError, Recorder
from nbjudge.sandbox.choose import SandboxUnavailable
from nbjudge.verdict import Verdict

WIDEST = 32
"""Columns for names; a longer one takes more on its own line."""

INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells have it."""


@dataclass(frozen=True)
class Options:
    """What `grade` was asked for.

    Attributes:
        assignment: the assignment's name.
        students: names or glob patterns; none stands for all who handed in.
        workers: how many submissions are marked at once; None is one for each processor.
        scheduler: the address of a Dask scheduler; "" marks on this machine.
        regrade: mark again what has a result.
        preview: show what would change, and write nothing.
        sandbox: whether students' code is shut off.
        program: the name of the command that was run, for messages.
    """

    assignment: str
    students: Sequence[str] = ()
    workers: int | None = None
    scheduler: str = ""
    regrade: bool = False
    preview: bool = False
    sandbox: bool = True
    program: str = "nbjudge"


def grade(options: Options, folder: Path, make: EngineMaker | None = None) -> int:
    """Grade an assignment of the course in a folder.

    Args:
        options: what was asked for.
        folder: where nbgrader_config.py is.
        make: makes an engine, see EngineMaker; None is the real one.

    Returns:
        The exit status: 0 all marked, 1 some submission needs a look, 2 could not start or go on, 130 interrupted.
    """
    return _guarded(options, folder, lambda: _grade(options, folder, make))


def _guarded(options: Options, folder: Path, command: Callable[[], int]) -> int:
    """Run a command; what keeps it from starting or going on is said in one line."""
    try:
        return command()
    except (
        CourseFolderError,
        GradebookError,
        SchedulerError,
        SourceError,
        BatchError,
        SandboxUnavailable,
        EngineError,
    ) as error:
        print(f"{options.program}: {error}", file=sys.stderr)
    except OSError as error:  # of the course's folder, not of a submission
        print(f"{options.program}: {error.strerror or error}: {error.filename or folder}", file=sys.stderr)
    return 2


def _grade(options: Options, folder: Path, make: EngineMaker | None) -> int:
    started = time.monotonic()
    course = open_course(folder)
    make_engine = make or EngineSettings.of_course(folder, options.assignment, sandbox=options.sandbox)
    submissions = find_submissions(course, options.assignment, options.students)

    def marker() -> Marker:
        if options.scheduler:
            return SchedulerMarker(options.scheduler, make_engine)
        return LocalMarker(make_engine, min(options.workers or _processors(), len(submissions)))

    names = [submission.student for submission in submissions]
    width = max((len(name) for name in names if len(name) <= WIDEST), default=WIDEST)
    results: list[SubmissionResult] = []
    would_change: list[Change] = []
    interrupted = False
    with Recorder(course.directory, course.config, options.assignment) as recorder:
        source = Source(course, options.assignment)
        coordinator = Coordinator(course, source, recorder, marker, regrade=options.regrade, preview=options.preview)
        with coordinator.results.locked(), _progress(len(submissions)) as tell:
            try:
                for result in coordinator.run(submissions):
                    results.append(result)
                    tell(line(result, width))
                    if options.preview:
                        before = coordinator.recorded.get(result.student)
                        would_change += changes(result, before, coordinator.results.verdict(result.student))
            except KeyboardInterrupt:
                interrupted = True
            if not (interrupted or options.preview or options.students):
                coordinator.results.forget_previews()
        place = coordinator.results.place("*")
    if interrupted:
        print(
            f"\nStopped: {len(results)} of {len(submissions)} are done and recorded. The same command goes on from there."
        )
        return INTERRUPTED
    _summary(options, results, would_change, place, time.monotonic() - started)
    _tell_source(options, source)
    return 1 if any(result.needs_a_look for result in results) else 0


def line(result: SubmissionResult, width: int = 0) -> str:
    """One student's line: score (with a star: a person is to read answers), verdict, fixes, and what the instructor should know."""
    score = "-" if result.totals is None else f"{result.totals.score:g}/{result.totals.max_score:g}"
    words = [result.verdict.value]
    if result.done in {Done.UNCHANGED, Done.RECORDED, Done.APPLIED}:
        words.append(f"({result.done.value})")
    if result.fixes:
        words.append(f"[{', '.join(result.fixes)}]")
    to_read = "*" if result.totals is not None and result.totals.to_read else " "
    text = f"{_shown(result.student):{width}}  {score:>9}{to_read} {' '.join(words)}"
    return "\n".join([text, *(f"{'':{width}}  {'':>9}  {_shown(note)}" for note in (*result.details, *result.notes))])


def _summary(
    options: Options, results: Sequence[SubmissionResult], would_change: Sequence[Change], place: Path, seconds: float
) -> None:
    counts = Counter(result.verdict for result in results)
    verdicts = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in reversed(WORST_FIRST) if counts[verdict])
    done = Counter(result.done for result in results)
    print(f"\n{len(results)} submissions of {options.assignment} in {seconds:.1f} s: {verdicts}")
    print("  " + ", ".join(f"{done[kind]} {kind.value}" for kind in Done if done[kind]))
    if options.preview:
        again = f"{options.program} grade " + " ".join(
            [options.assignment, *(f"--student {name}" for name in options.students)]
        )
        if would_change:
            print(f"\nThis would change:\n\n{table(would_change)}\n\nNothing was written.")
            print(f"To write it, without marking again: {again}{' --regrade' if options.regrade else ''}")
        else:
            print("Nothing would change, and nothing was written.")
        return
    failed = [result for result in results if result.verdict is Verdict.FAILED]
    if failed:
        print(f"  not marked: {_named(failed)}. Why stands below the name; the same command tries again.")
    look = [result for result in results if result.needs_a_look and result not in failed]
    if look:
        print(f"  to look at: {_named(look)}. Why stands below the name.")
    if any(result.totals is not None and result.totals.to_read for result in results):
        print("  * answers wait to be read: formgrader, Manual Grading")
    print(f"  marked notebooks: {place}")
    print(f"  next: nbgrader generate_feedback {options.assignment}")


def _tell_source(options: Options, source: Source) -> None:
    """What the instructor should know of the source: texts that are newer than the gradebook's, tests that run in process."""
    tried = source.tried or SourceTry()
    several = len(source.assignment.templates) > 1
    newer = [
        f"{each.notebook}/{cell}" if several else cell for each in source.assignment.templates for cell in each.newer
    ]
    if newer:
        print(
            f"  changed in the source since it was registered, and marked by the new text: {', '.join(newer)}. "
            f"To register it: nbgrader generate_assignment {options.assignment} --force"
        )
    cells = [
        f"{cell.notebook}/{cell.cell}" if several else cell.cell for cell in tried.cells if cell.way is Way.IN_PROCESS
    ]
    if cells:
        print(
            f"  run in the student's process, as stock nbgrader does: {', '.join(cells)}. "
            f"Why: {options.program} try {options.assignment}"
        )
    if tried.untried:
        print(f"  not tried, as the source holds no solution: {', '.join(tried.untried)}")


def try_assignment(options: Options, folder: Path, make: EngineMaker | None = None) -> int:
    """Mark an assignment's own solution and its untouched stub, apart and in one process, and say what that shows.

    Args:
        options: what was asked for.
        folder: where nbgrader_config.py is.
        make: makes an engine, see EngineMaker; None is the real one.

    Returns:
        The exit status: 0 all tests are marked apart, 1 something to know or to correct, 2 could not start or go on.
    """
    return _guarded(options, folder, lambda: _try(options, folder, make))


def _try(options: Options, folder: Path, make: EngineMaker | None) -> int:
    source = Source(open_course(folder), options.assignment)
    make_engine = make or EngineSettings.of_course(folder, options.assignment, sandbox=options.sandbox)
    with source.results.locked(), closing(LocalMarker(make_engine, options.workers or _processors())) as marker:
        tried = source.try_out(marking_with(marker), thorough=True)
    print(tried_table(tried))
    for notebook in tried.untried:
        print(f"{notebook}: not tried, as the source does not hold the solution of each answer cell")
    broken = sum(cell.broken for cell in tried.cells)
    in_process = sum(cell.way is Way.IN_PROCESS and not cell.broken for cell in tried.cells)
    print(
        f"\n{len(tried.cells)} test cells: {len(tried.cells) - broken - in_process} are marked apart from students' code",
        end="",
    )
    print(f", {in_process} in the student's process, as stock nbgrader does" if in_process else "", end="")
    print(f", {broken} that the source's own solution does not pass" if broken else "", end=".\n")
    return 1 if any(cell.why for cell in tried.cells) or tried.untried else 0


def tried_table(tried: SourceTry) -> str:
    """What the source's own answers earn in each test cell, as lines of text in columns; why, below a cell that needs a word."""
    head = ("test cell", "points", "solution: apart", "in process", "stub: apart", "in process", "marked")
    rows = [head, *(_tried_row(cell) for cell in tried.cells)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ["  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    reasons = ["", *(cell.why for cell in tried.cells)]
    return "\n".join(line + (f"\n    {why}" if why else "") for line, why in zip(lines, reasons, strict=True))


def _tried_row(cell: CellTry) -> tuple[str, ...]:
    points = (cell.most, cell.solution_apart, cell.solution_in_process, cell.stub_apart, cell.stub_in_process)
    marked = "broken" if cell.broken else cell.way.value
    return (f"{cell.notebook}/{cell.cell}", *("-" if each is None else f"{each:g}" for each in points), marked)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[str], None]]:
    """A bar with the lines above it on a terminal, the lines alone elsewhere."""
    if not sys.stderr.isatty():
        yield lambda text: print(text, flush=True)
        return
    from tqdm import tqdm

    with tqdm(total=total, unit="submission", dynamic_ncols=True, leave=False) as bar:

        def tell(text: str) -> None:
            tqdm.write(text, file=sys.stdout)
            bar.update()

        yield tell


def _named(results: Sequence[SubmissionResult]) -> str:
    return ", ".join(_shown(result.student) for result in results)


def _shown(text: str) -> str:
    """Text that may come from a folder's name, on one line and without what a terminal would obey."""
    return "".join(character if character.isprintable() else "?" for character in text)


def _processors() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
