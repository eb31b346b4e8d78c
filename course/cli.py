"""The command `course`: what those who write and teach the course run. Students need none of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from nbjudge.cli import add_commands, add_version, fail, run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code: 0 done, 1 found something wrong, 2 could not start."""
    return run(_parser(), arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="course",
        description="Write, release and grade the course. Run it in the course's folder, where nbgrader_config.py is.",
    )
    add_version(parser)
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

    add_commands(commands, parser.prog)
    return parser


def _add_assignments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "assignments", nargs="*", metavar="ASSIGNMENT", help="such as 00-start (default: all assignments)"
    )


def _release(chosen: argparse.Namespace) -> int:
    from course.authoring import release
    from nbjudge.files import CourseFolderError

    root = Path.cwd()
    try:
        assignments = release.choose_assignments(root, chosen.assignments)
        built = release.build(root, assignments, chosen.lang)
    except (CourseFolderError, release.StepError) as error:
        return fail("course", str(error))
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
    from course.authoring.release import choose_assignments
    from nbjudge.files import CourseFolderError, write_whole

    root = Path.cwd()
    try:
        assignments = choose_assignments(root, chosen.assignments)
    except CourseFolderError as error:
        return fail("course", str(error))
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


if __name__ == "__main__":
    sys.exit(main())
