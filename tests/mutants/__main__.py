"""Changes every solution in one place at a time, and tells which changes no check notices.

A mutant is killed when it does not earn full marks. One that earns them is compared with the solution on random inputs: it
is equivalent when it behaves the same, otherwise a check is missing, or tests/mutants/reviewed.toml says why it is right.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch

from course.authoring.outputs import kernel_environment
from tests.mutants.judge import Fate
from tests.mutants.reviewed import FILE, Entry, reviewed, stale
from tests.mutants.run import NotASolution, Result, choose, run


def main(words: Sequence[str] | None = None) -> int:
    """Run; returns the exit code: 0 all is well, 1 a survivor is unexplained or an entry is stale, 2 could not start."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="an assignment or an exercise (default: all)")
    parser.add_argument("--workers", type=int, default=2, help="how many mutants run at once (default: 2)")
    parser.add_argument("--equivalent", action="store_true", help="show the equivalent mutants too")
    chosen = parser.parse_args(words)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as home:  # a pass earns XP: not on the disk of whoever runs this
        os.environ.update(kernel_environment(Path(home)))
        try:
            exercises, entries = choose(chosen.names), reviewed()
            results = run(exercises, workers=chosen.workers, progress=_show_progress)
        except (ValueError, NotASolution) as error:
            print(f"mutants: {error}", file=sys.stderr)
            return 2
    print(_table(results, entries))
    if chosen.equivalent:
        for result in results:
            for mutant, _verdict in result.judged(Fate.EQUIVALENT):
                print(f"\n{result.exercise}: equivalent\n{mutant.change}")
    return _judgement(results, entries)


def _table(results: Sequence[Result], entries: Sequence[Entry]) -> str:
    rows: list[tuple[str, ...]] = [
        ("exercise", "mutants", "killed", "of it hidden", "equivalent", "explained", "survived")
    ]
    numbers = []
    for result in results:
        killed, survived = result.judged(Fate.KILLED), result.judged(Fate.SURVIVED)
        unexplained = result.unexplained(entries)
        hidden = sum(verdict.by == "hidden" for _, verdict in killed)
        counts = (
            len(result.mutants),
            len(killed),
            hidden,
            len(result.judged(Fate.EQUIVALENT)),
            len(survived) - len(unexplained),
            len(unexplained),
        )
        numbers.append(counts)
        rows.append((f"{result.assignment}/{result.exercise}", *map(str, counts)))
    rows.append(("all", *(str(sum(column)) for column in zip(*numbers, strict=True))))
    width = max(len(row[0]) for row in rows)
    return "\n".join(f"{row[0]:{width}}  " + "  ".join(f"{each:>12}" for each in row[1:]) for row in rows)


def _judgement(results: Sequence[Result], entries: Sequence[Entry]) -> int:
    survived = {(each.exercise, mutant.change) for each in results for mutant, _ in each.judged(Fate.SURVIVED)}
    bad = 0
    for result in results:
        for mutant, verdict in result.unexplained(entries):
            bad += 1
            print(f"\n{result.exercise}: no check notices this ({mutant.operator})\n{mutant.change}\n  {verdict.by}")
    for entry in stale(entries, [each.exercise for each in results], survived):
        bad += 1
        print(f"\n{entry.exercise}: {FILE.name} explains a mutant that does not survive\n{entry.change}")
    if bad:
        print(f"\n{bad} to mend: add a step or a hidden case that notices it, or say in {FILE.name} why it is right.")
    else:
        print("\nEvery change that matters is noticed.")
    return 1 if bad else 0


def _show_progress(done: int, total: int) -> None:
    """A bar on a terminal; elsewhere a line now and then."""
    if sys.stderr.isatty():
        filled = 40 * done // total
        bar = "█" * filled + "·" * (40 - filled)
        print(f"\r{bar} {done} of {total} mutants", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done == total or done % 250 == 0:
        print(f"{done} of {total} mutants", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
