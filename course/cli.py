"""The command `course`: what those who write and teach the course run. Students need none of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0 done, 1 found something wrong, 2 could not start."""
    chosen = _parser().parse_args(arguments)
    command: Command = chosen.command
    try:
        return command(chosen)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("course"):
            raise
        return _fail(f"{error.name} is missing; the instructor's half needs it: pip install 'conv-course[grading]'")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="course",
        description="Write, release and grade the course. Run it in the course's folder, where nbgrader_config.py is.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    release = commands.add_parser(
        "release",
        help="make the student notebooks from source/",
        description="Make release/<language>/ from source/: no solutions, no hidden tests, no outputs; with Colab's "
        "badge and the set-up cell on top. The same source always gives the same bytes.",
    )
    _add_assignments(release)
    release.add_argument("--lang", default="en", choices=("en",), help="the language (default: en)")
    release.add_argument("--check", action="store_true", help="write nothing; exit 1 if release/ is not up to date")
    release.set_defaults(command=_release)

    outputs = commands.add_parser(
        "outputs",
        help="run the source notebooks and store their outputs",
        description="Run notebooks of source/ from top to bottom in a fresh kernel, and store their outputs in them. "
        "A notebook with a cell that raises stays as it is; the cell is shown, and the exit code is 1.",
    )
    _add_assignments(outputs)
    outputs.set_defaults(command=_outputs)

    grade = commands.add_parser(
        "grade",
        help="mark what students handed in",
        description="Mark the submissions of an assignment: repair each notebook, run it in a sandbox, mark it by the "
        "source's tests, and write autograded notebooks and the gradebook. It works in any nbgrader course. What has a "
        "result and has not changed is not marked again, so that an interrupted run goes on where it was.",
        epilog="Exit status: 0 every submission has its marks; 1 some need a look (not marked, an unreadable file, a time "
        "of handing in that is none); 2 could not start or go on; 130 interrupted. Code that ran too long, crashed or "
        "used too much memory is a result: cells passed before keep their points.",
    )
    grade.add_argument("assignment", metavar="ASSIGNMENT", help="such as 00-start")
    grade.add_argument(
        "--student", action="append", default=[], metavar="NAME", help="only this student; a glob pattern, repeatable"
    )
    who = grade.add_mutually_exclusive_group()
    who.add_argument(
        "--workers", type=_count, metavar="N", help="submissions marked at once (default: one for each processor)"
    )
    who.add_argument(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="mark on a Dask cluster, such as tcp://10.0.0.1:8786; needs conv-course[scheduler] here and there",
    )
    grade.add_argument("--regrade", action="store_true", help="mark again what has a result")
    grade.add_argument(
        "--preview",
        action="store_true",
        help="show what would change, and write nothing; the next run takes the results without marking again",
    )
    grade.add_argument(
        "--no-sandbox",
        action="store_true",
        help="run students' code with your own rights, where no sandbox is possible; only for work that you trust",
    )
    grade.set_defaults(command=_grade)
    return parser


def _count(text: str) -> int:
    """A number of workers."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of workers; it is 1 or more")
    return int(text)


def _add_assignments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "assignments", nargs="*", metavar="ASSIGNMENT", help="such as 00-start (default: all assignments)"
    )


def _release(chosen: argparse.Namespace) -> int:
    from course.authoring import release
    from course.authoring.files import CourseFolderError, choose_assignments
    from course.authoring.steps import StepError

    root = Path.cwd()
    try:
        assignments = choose_assignments(root, chosen.assignments)
        built = release.build(root, assignments, chosen.lang)
    except (CourseFolderError, StepError) as error:
        return _fail(str(error))
    found = release.changes(root, built, assignments, chosen.lang)
    for path in found.missing:
        print(f"missing    {path}" if chosen.check else f"new        {path}")
    for path in found.differing:
        print(f"differs    {path}" if chosen.check else f"rewritten  {path}")
    for path in found.left_over:
        print(f"left over  {path}" if chosen.check else f"removed    {path}")
    if not found:
        print(f"release/{chosen.lang} is up to date: {', '.join(assignments)}")
        return 0
    if chosen.check:
        print(f"release/{chosen.lang} is not what source/ gives. Run `course release` and commit what it writes.")
        return 1
    release.write(root, built, found)
    print(f"{len(built)} student files are in release/{chosen.lang}.")
    return 0


def _outputs(chosen: argparse.Namespace) -> int:
    import nbformat

    from course.authoring import outputs
    from course.authoring.files import CourseFolderError, choose_assignments, write_whole

    root = Path.cwd()
    try:
        assignments = choose_assignments(root, chosen.assignments)
    except CourseFolderError as error:
        return _fail(str(error))
    bad = 0
    for path in (path for each in assignments for path in sorted((root / "source" / each).glob("*.ipynb"))):
        name = path.relative_to(root)
        print(f"{name} runs …", flush=True)
        ran, failed = outputs.run(nbformat.read(path, as_version=4), path.parent)
        if failed:
            bad += 1
            print(f"{name}: nothing stored, because {len(failed)} cells raised.\n", file=sys.stderr)
            for cell in failed:
                lines = "\n".join(f"    {line}" for line in cell.source.splitlines())
                print(f"  cell {cell.name!r}\n{lines}\n    -> {cell.error}\n", file=sys.stderr)
            continue
        content = outputs.text(ran).encode()
        same = content == path.read_bytes()
        if not same:
            write_whole(path, content)
        print(f"{name}: {'outputs are as stored' if same else 'outputs stored'}.")
    return 1 if bad else 0


def _grade(chosen: argparse.Namespace) -> int:
    from nbjudge.batch.options import Options
    from nbjudge.batch.start import grade

    return grade(
        Options(
            assignment=chosen.assignment,
            students=chosen.student,
            workers=chosen.workers,
            scheduler=chosen.scheduler,
            regrade=chosen.regrade,
            preview=chosen.preview,
            sandbox=not chosen.no_sandbox,
        ),
        Path.cwd(),
    )


def _fail(message: str) -> int:
    print(f"course: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
