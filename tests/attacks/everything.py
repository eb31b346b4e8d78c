"""All attacks, and all honest work that is not quiet."""

from __future__ import annotations

from tests.attacks import leaks, pages, patches, processes, protocol, values
from tests.attacks.attack import Attack
from tests.attacks.course_folder import ANSWERS

ATTACKS: tuple[Attack, ...] = (
    *values.ATTACKS, *patches.ATTACKS, *protocol.ATTACKS, *processes.ATTACKS, *pages.ATTACKS, *leaks.ATTACKS,
)  # fmt: skip


def _with(before: str, line: str) -> dict[str, str]:
    """All right answers; each does this first."""
    texts = {}
    for id, text in ANSWERS.items():
        first, _, rest = text.partition("\n")
        texts[id] = f"{before}\n{first}\n    {line}\n{rest}"
    return texts


CONTROLS: tuple[Attack, ...] = (
    Attack("warns", _with("import warnings", "warnings.warn('careful')")),
    Attack("writes to stderr", _with("import sys, os", "print('a line', file=sys.stderr); os.write(2, b'another\\n')")),
    Attack("prints a lot", _with("", "print('a line of output ' * 20_000)")),
    Attack("runs a program", _with("import subprocess", "subprocess.run(['true'], check=True)")),
    Attack(
        "uses threads",
        _with("import threading", "thread = threading.Thread(target=lambda: None); thread.start(); thread.join()"),
    ),
    Attack(
        "names its variables like a test",
        ANSWERS | {"affine": "expected = x = a = b = wanted = 0\n" + ANSWERS["affine"]},
    ),
)
"""Right answers that are to score full."""
