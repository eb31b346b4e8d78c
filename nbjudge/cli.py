"""The command `nbjudge`: grades assignments of any nbgrader course. A course's own command can offer it under its name."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from nbjudge.versions import DISTRIBUTION, own_version

UNUSED_IMPORT = "rfc3987_syntax"
"""Optional for jsonschema, which nbformat needs: it checks addresses in JSON, and the schema of notebooks has no such
format. It takes as long to import as everything else together."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0 done, 1 something needs a look, 2 could not start."""
    parser = argparse.ArgumentParser(
        prog="nbjudge",
        description="Grade assignments of an nbgrader course. Run it in the course's folder, where nbgrader_config.py is.",
    )
    add_version(parser)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    add_commands(commands, parser.prog)
    return run(parser, arguments)


def run(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> int:
    """Run the command that the arguments name; a package that it lacks is named with how to install it."""
    chosen = parser.parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = chosen.command
    try:
        return command(chosen)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in {"course", "nbjudge"}:
            raise
        return fail(
            parser.prog,
            f"{error.name} is missing; the instructor's half needs it: pip install '{DISTRIBUTION}[grading]'",
        )


def fail(program: str, message: str) -> int:
    """Say why a command could not start; returns the exit code for that."""
    print(f"{program}: {message}", file=sys.stderr)
    return 2


def add_version(parser: argparse.ArgumentParser) -> None:
    """Add the option --version."""
    parser.add_argument("--version", action="version", version=f"%(prog)s {own_version() or '(not installed)'}")


def add_commands(commands: Any, program: str) -> None:
    """Add this package's commands.

    Args:
        commands: where to, as `ArgumentParser.add_subparsers` returns it.
        program: the name of the program that offers them, for messages.
    """
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
        "--student",
        dest="students",
        action="append",
        default=[],
        metavar="NAME",
        help="only this student; a glob pattern, repeatable",
    )
    who = grade.add_mutually_exclusive_group()
    who.add_argument(
        "--workers", type=_count, metavar="N", help="submissions marked at once (default: one for each processor)"
    )
    who.add_argument(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help=f"mark on a Dask cluster, such as tcp://10.0.0.1:8786; needs {DISTRIBUTION}[scheduler] here and there",
    )
    grade.add_argument("--regrade", action="store_true", help="mark again what has a result")
    grade.add_argument(
        "--preview",
        action="store_true",
        help="show what would change, and write nothing; the next run takes the results without marking again",
    )
    grade.add_argument(
        "--no-sandbox",
        dest="sandbox",
        action="store_false",
        help="run students' code with your own rights, where no sandbox is possible; only for work that you trust",
    )
    grade.set_defaults(command=_grade, program=program)

    attempt = commands.add_parser(
        "try",
        help="mark the source's own solution, before anyone hands in",
        description="Mark an assignment's own solution and its untouched stub, apart from students' code and in one process "
        "as stock nbgrader does. It shows which tests the solution does not pass, and which ones work only in one process: "
        "those are run in the student's process for everybody. `grade` does the same before the first submission.",
        epilog="Exit status: 0 all tests are marked apart; 1 something to know or to correct; 2 could not start.",
    )
    attempt.add_argument("assignment", metavar="ASSIGNMENT", help="such as 00-start")
    attempt.add_argument("--workers", type=_count, metavar="N", help="notebooks marked at once")
    attempt.add_argument(
        "--no-sandbox", dest="sandbox", action="store_false", help="run the source's code with your own rights"
    )
    attempt.set_defaults(command=_try, program=program)


def _count(text: str) -> int:
    """A number of workers."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of workers; it is 1 or more")
    return int(text)


def _grade(chosen: argparse.Namespace) -> int:
    """Grade an assignment. The fork servers start first, and nbgrader is imported while they do."""
    from nbjudge.engine import EngineSettings
    from nbjudge.files import CourseFolderError
    from nbjudge.sandbox.choose import SandboxUnavailable

    with contextlib.ExitStack() as stack:
        engine = None
        if not chosen.scheduler:  # the engines are elsewhere then
            try:
                settings = EngineSettings.of_course(Path.cwd(), chosen.assignment, sandbox=chosen.sandbox)
                engine = stack.enter_context(settings())
            except (SandboxUnavailable, CourseFolderError) as error:
                return fail(chosen.program, str(error))
            engine.start()
        with _not_importable(UNUSED_IMPORT):
            from nbjudge.batch.command import Options, grade
        options = Options(**{field.name: getattr(chosen, field.name) for field in fields(Options)})
        return grade(options, Path.cwd(), (lambda: engine) if engine else None)


def _try(chosen: argparse.Namespace) -> int:
    """Try an assignment's source."""
    with _not_importable(UNUSED_IMPORT):
        from nbjudge.batch.command import Options, try_assignment
    return try_assignment(
        Options(chosen.assignment, workers=chosen.workers, sandbox=chosen.sandbox, program=chosen.program), Path.cwd()
    )


@contextlib.contextmanager
def _not_importable(module: str) -> Iterator[None]:
    """Let imports of a module fail meanwhile, unless it is imported already."""
    absent = module not in sys.modules
    if absent:
        sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if absent:
            del sys.modules[module]
