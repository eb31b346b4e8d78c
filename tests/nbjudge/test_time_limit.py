"""The clock of a marked process, which has a limit of processor time as workers have."""

from __future__ import annotations

import subprocess
import sys

from tests.lessons import ROOT

READ_OFTEN = """
import resource
from nbjudge.time_limit import processor_seconds

resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
began = processor_seconds()
seen = set()
while (now := processor_seconds()) < began + 0.05:
    seen.add(now)
print(len(seen))
"""


def test_short_calls_count() -> None:
    read = subprocess.run([sys.executable, "-c", READ_OFTEN], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(read.stdout) > 100  # at ticks only, it would be a dozen
