"""Nothing of a child outlives it, and nothing outlives a fork server or a coordinator, however they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from nbjudge.channel import Channel
from nbjudge.sandbox import interpreter, resources
from nbjudge.sandbox.base import Setup
from nbjudge.sandbox.forkserver import ForkServer, ForkServerDied
from tests.nbjudge.sandbox.workers import ACTS, Worker, alive, processes_with, started, worker


@pytest.fixture(params=["sandboxed", "unsandboxed"])
def kind(request: pytest.FixtureRequest) -> str:
    """The name of each sandbox."""
    return str(request.param if request.param == "unsandboxed" else request.getfixturevalue("sandbox"))


@pytest.fixture
def marker(request: pytest.FixtureRequest) -> Iterator[str]:
    """A word for command lines."""
    name = f"marker-{os.getpid()}-{abs(hash(request.node.nodeid))}"
    yield name
    for pid in processes_with(name):
        os.kill(pid, signal.SIGKILL)


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it comes true; processes that were killed take a moment to go."""
    for _ in range(600):
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's processes have their folders, and nobody else's."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def folders(temporary: Path) -> list[str]:
    return [name for name in os.listdir(temporary) if name.startswith("nbjudge-")]


def pid_of(forkserver: ForkServer, proc: int) -> int:
    (pid,) = resources.children_by_parent(proc)[forkserver._process.pid]
    return pid


@pytest.mark.parametrize("way", ["killed", "exited", "signal"])
def test_a_daemon_ends_with_its_child(forkserver: ForkServer, way: str, marker: str) -> None:
    with worker(forkserver) as one, worker(forkserver, slot=1) as neighbour:
        one.do("leave_a_daemon", marker)
        assert eventually(lambda: len(processes_with(marker)) == 1)
        if way == "killed":
            one.child.kill()
        elif way == "signal":
            one.start("crash")
        else:
            one.hang_up()
        end = one.child.wait(600)
        assert end is not None
        assert end.reason == way
        assert processes_with(marker) == []
        assert neighbour.do("where")["files"] == []


def test_a_neighbour_s_daemon_is_not_ended(forkserver: ForkServer, marker: str) -> None:
    with worker(forkserver) as one, worker(forkserver, slot=1) as neighbour:
        neighbour.do("leave_a_daemon", marker)
        one.child.kill()
        assert len(processes_with(marker)) == 1
        neighbour.child.kill()
        assert processes_with(marker) == []


def test_two_hundred_forks_leave_nothing(sandboxed: ForkServer, proc: int) -> None:
    pid = pid_of(sandboxed, proc)

    def state() -> tuple[int, int, int, int]:
        return (
            len(os.listdir(f"/proc/{pid}/fd")),
            len(Path(f"/proc/{pid}/mounts").read_text().splitlines()),
            len(os.listdir("/proc/self/fd")),
            len(resources.subtree(resources.children_by_parent(proc), pid)),
        )

    with worker(sandboxed) as one:
        one.do("write", "x.txt")
    before = state()
    mounts = Path("/proc/self/mounts").read_text()
    for number in range(200):
        with worker(sandboxed, files={"x": b"x"}, slot=number % 4) as one:
            if number % 20 == 0:
                one.do("write", "y.txt")
    assert state() == before
    assert Path("/proc/self/mounts").read_text() == mounts


@pytest.mark.parametrize("victim", ["fork server", "supervisor"])
def test_a_fork_server_that_is_killed_takes_its_children_along(
    kind: str, victim: str, marker: str, temporary: Path, proc: int
) -> None:
    with started(kind) as forkserver:
        one, other = Worker(forkserver), Worker(forkserver, slot=1)
        one.do("leave_a_daemon", marker)
        other.start("spin")
        assert len(folders(temporary)) == (kind == "unsandboxed")
        pid = pid_of(forkserver, proc)
        family = resources.subtree(resources.children_by_parent(proc), forkserver._process.pid)
        assert {pid, one.child.pid, other.child.pid} <= set(family)
        os.kill(pid if victim == "fork server" else forkserver._process.pid, signal.SIGKILL)
        for each in (one, other):
            end = each.child.wait(600)
            assert end is not None
            assert end.reason == "forkserver"
            assert each.child.kill() == end
            each.hang_up()
        with pytest.raises(ForkServerDied):
            Worker(forkserver)
    assert eventually(lambda: not any(map(alive, family)))
    assert eventually(lambda: not processes_with(marker))
    assert eventually(lambda: not folders(temporary))


@pytest.mark.parametrize(
    ("act", "reason", "detail"), [(("end", 3), "exited", "status 3"), (("crash",), "signal", "SIGSEGV")]
)
def test_one_that_ended_by_itself_is_not_said_to_be_killed(
    forkserver: ForkServer, act: tuple[str, ...], reason: str, detail: str, proc: int
) -> None:
    """Also if the fork server hears that it is to be killed before it has seen its end."""
    with worker(forkserver) as one:
        pid = pid_of(forkserver, proc)
        os.kill(pid, signal.SIGSTOP)
        one.start(*act)
        with pytest.raises(EOFError):
            one.finish()
        killed = threading.Thread(target=one.child.kill)
        killed.start()
        assert eventually(lambda: not alive(one.child.pid))
        os.kill(pid, signal.SIGCONT)
        killed.join()
        end = one.child.wait(600)
        assert end is not None
        assert (end.reason, end.detail) == (reason, detail)


@pytest.mark.parametrize("busy", [False, True])
def test_a_coordinator_that_is_killed_leaves_nothing(
    kind: str, busy: bool, marker: str, temporary: Path, proc: int
) -> None:
    """Also while the fork server hangs in what it preloads."""
    preload = ["hang"] if busy else []
    text = (
        "from tests.nbjudge.sandbox.workers import started, Worker\n"
        f"with started({kind!r}, *{preload!r}) as forkserver:\n"
        "    one, other = Worker(forkserver), Worker(forkserver, slot=1)\n"
        f"    one.do('leave_a_daemon', {marker!r})\n"
        "    other.do('spin')\n"
    )
    root = Path(__file__).parents[3]
    coordinator = subprocess.Popen([sys.executable, "-c", text], cwd=root, start_new_session=True)
    try:
        # two children have run, and a daemon: before a program is started, it has the command line of who starts it
        ready = (
            (lambda: len(family()) >= 3) if busy else (lambda: len(processes_with(marker)) == 2 and len(family()) >= 6)
        )

        def family() -> list[int]:
            return resources.subtree(resources.children_by_parent(proc), coordinator.pid)

        assert eventually(ready)
        processes = family()
    finally:
        coordinator.kill()
        coordinator.wait()
    assert eventually(lambda: not any(map(alive, processes)))
    assert eventually(lambda: not processes_with(marker))
    assert eventually(lambda: not folders(temporary))


@pytest.mark.parametrize("preload", [[], ["acts:hang"]])
def test_a_coordinator_that_is_gone_before_its_fork_server_has_begun_leaves_nothing(
    temporary: Path, preload: list[str]
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    setup = Setup("unsandboxed", "acts:serve", preload, [], [str(ACTS)], gone.pid, str(temporary))
    channel, server_end = Channel.pair()
    with channel, server_end:
        channel.send_json(asdict(setup))
        process = subprocess.Popen(
            interpreter.command("main", server_end.fileno()),
            pass_fds=[server_end.fileno()],
            env=interpreter.environment(),
            stderr=subprocess.DEVNULL,
        )
    assert process.wait(600) == 1
    assert folders(temporary) == []


def test_a_working_directory_goes_with_its_child(unsandboxed: ForkServer) -> None:
    with worker(unsandboxed, files={"a/b.txt": b"x"}) as one:
        place = one.do("where")
        assert Path(place["cwd"], "a", "b.txt").exists()
        assert place["home"] == str(Path(place["cwd"]).parent)
        one.child.kill()
        assert not Path(place["home"]).exists()


def test_an_interrupt_at_the_terminal_is_the_coordinator_s_alone(sandboxed: ForkServer) -> None:
    assert os.getsid(sandboxed._process.pid) != os.getsid(0)
