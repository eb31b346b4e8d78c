"""The same tests as an ordinary user, who gets the sandbox from user namespaces. Run by root, who can become one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[2]
USER = "1000"
NAMES = ("test_forkserver", "test_isolation", "test_limits", "test_endings", "test_ordinary_work")
RUNS = [
    ("namespaces", "test_isolation", ""),
    ("bubblewrap", "test_limits", "not unsandboxed and (memory or disk or bomb_is)"),
    *(pytest.param("namespaces", name, "", marks=pytest.mark.soak) for name in NAMES if name != "test_isolation"),
    *(
        pytest.param("bubblewrap", name, which, marks=pytest.mark.soak)
        for name, which in (
            ("test_isolation", ""),
            ("test_endings", "daemon and not unsandboxed"),
            ("test_ordinary_work", ""),
        )
    ),
]

# A user may not be let into the home that holds the interpreter: show what is needed of it, in a mount namespace apart.
SHOW = """
set -e
mount --make-rprivate /
while [ "$1" != -- ]; do
    closed=$1 needed=$2 aside=$3
    shift 3
    mount --bind "$needed" "$aside"
    mount -t tmpfs -o mode=755 tmpfs "$closed"
    mkdir -p "$needed"
    mount --move "$aside" "$needed"
done
shift
exec setpriv --reuid "$USER_ID" --regid "$USER_ID" --clear-groups -- "$@"
"""


def closed_parent(path: Path) -> Path | None:
    """The outermost folder above that another user may not enter."""
    return next((parent for parent in reversed(path.parents) if not parent.stat().st_mode & 0o001), None)


def _may_have_namespaces() -> bool:
    command = ["setpriv", "--reuid", USER, "--regid", USER, "--clear-groups", "unshare", "--user", "--mount", "true"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.skipif(not shutil.which("setpriv") or not shutil.which("unshare"), reason="util-linux is not installed")
@pytest.mark.parametrize(("kind", "name", "which"), RUNS)
def test_as_an_ordinary_user(kind: str, name: str, which: str) -> None:
    if kind == "bubblewrap" and not shutil.which("bwrap"):
        pytest.skip("bubblewrap is not installed")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        aside, base = Path(folder, "aside"), Path(folder, "tmp")
        aside.mkdir()
        base.mkdir()
        os.chown(base, int(USER), int(USER))
        shown = []
        for needed in {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), REPOSITORY}:
            closed = closed_parent(needed)
            if closed:
                shown += [str(closed), str(needed), str(aside)]
        if len(shown) > 3:
            pytest.skip(f"more than one folder is closed to other users: {shown[::3]}")
        tests = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            "--basetemp",
            str(base / "pytest"),
        ]
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", SHOW, "sh", *shown, "--", *tests, str(HERE / f"{name}.py"), "-k", which],
            cwd=REPOSITORY,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(base),
                "TMPDIR": str(base),
                "USER_ID": USER,
                "SANDBOX": kind,
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        print(done.stdout)
        if not _may_have_namespaces():
            pytest.skip("this machine gives ordinary users no namespaces")
        assert done.returncode == 0, done.stdout + done.stderr
