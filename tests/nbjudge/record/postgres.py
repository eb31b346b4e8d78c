"""A real PostgreSQL server for tests, where its programs are installed: on a socket, in a folder that goes afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        socket: the folder of its socket.
        programs: the folder of its programs.
        user: who runs it; None for ourselves.
    """

    socket: Path
    programs: Path
    user: str | None

    def database(self, name: str) -> str:
        """Make an empty database; returns its address."""
        _run(self.user, self.programs / "createdb", "-h", self.socket, "-U", "grader", name)
        return f"postgresql+psycopg://grader@/{name}?host={self.socket}"


@contextmanager
def running_server(factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start a server, and stop it in the end. Skips the test where there is none to start."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    found = [path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    on_path = shutil.which("initdb")
    programs = found[-1] if found else Path(on_path).parent if on_path else None
    if programs is None:
        pytest.skip("no PostgreSQL server is installed here (no initdb)")
    user = None
    if os.geteuid() == 0:  # the server refuses to run as root
        try:
            user = pwd.getpwnam("postgres").pw_name
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    # A socket's path is short, and the server's user can reach it.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o755)
    if user:
        shutil.chown(folder, user)
    try:
        data, log = folder / "data", folder / "log"
        _run(
            user,
            programs / "initdb",
            "-D",
            data,
            "-U",
            "grader",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        _run(user, programs / "pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")
        try:
            yield Server(folder, programs, user)
        finally:
            _run(user, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


def _run(user: str | None, *command: object) -> None:
    subprocess.run(
        [str(each) for each in command],
        check=True,
        user=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
