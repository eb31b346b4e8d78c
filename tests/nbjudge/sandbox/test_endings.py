"""Nothing of a child outlives it, and nothing outlives a warm process or a coordinator, however they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nbjudge.sandbox import usage
from nbjudge.sandbox.forkserver import ForkServer, ForkServerDied
from tests.nbjudge.sandbox.workers import Worker, alive, processes_with, warm, worker


@pytest.fixture(params=["boxed", "open"])
def box(request: pytest.FixtureRequest) -> str:
    return str(request.param if request.param == "open" else request.getfixturevalue("sandbox"))


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


def warm_pid(forkserver: ForkServer, proc: int) -> int:
    (pid,) = usage.processes(proc)[forkserver._process.pid]
    return pid


@pytest.mark.parametrize("way", ["killed", "exited", "signal"])
def test_a_daemon_ends_with_its_child(box: str, way: str, marker: str) -> None:
    with warm(box) as forkserver, worker(forkserver) as one, worker(forkserver, slot=1) as neighbour:
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


def test_a_neighbour_s_daemon_is_not_ended(box: str, marker: str) -> None:
    with warm(box) as forkserver, worker(forkserver) as one, worker(forkserver, slot=1) as neighbour:
        neighbour.do("leave_a_daemon", marker)
        one.child.kill()
        assert len(processes_with(marker)) == 1
        neighbour.child.kill()
        assert processes_with(marker) == []


def test_two_hundred_forks_leave_nothing(boxed: ForkServer, proc: int) -> None:
    pid = warm_pid(boxed, proc)

    def state() -> tuple[int, int, int, int]:
        return (
            len(os.listdir(f"/proc/{pid}/fd")),
            len(Path(f"/proc/{pid}/mounts").read_text().splitlines()),
            len(os.listdir("/proc/self/fd")),
            len(usage.tree(usage.processes(proc), pid)),
        )

    with worker(boxed) as one:
        one.do("write", "x.txt")
    before = state()
    mounts = Path("/proc/self/mounts").read_text()
    for number in range(200):
        with worker(boxed, files={"x": b"x"}, slot=number % 4) as one:
            if number % 20 == 0:
                one.do("write", "y.txt")
    assert state() == before
    assert Path("/proc/self/mounts").read_text() == mounts


@pytest.mark.parametrize("victim", ["warm process", "supervisor"])
def test_a_warm_process_that_is_killed_takes_its_children_along(
    box: str, victim: str, marker: str, temporary: Path, proc: int
) -> None:
    with warm(box) as forkserver:
        one, other = Worker(forkserver), Worker(forkserver, slot=1)
        one.do("leave_a_daemon", marker)
        other.start("spin")
        assert len(folders(temporary)) == (box == "open")
        pid = warm_pid(forkserver, proc)
        family = usage.tree(usage.processes(proc), forkserver._process.pid)
        assert {pid, one.child.pid, other.child.pid} <= set(family)
        os.kill(pid if victim == "warm process" else forkserver._process.pid, signal.SIGKILL)
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
    box: str, act: tuple[str, ...], reason: str, detail: str, proc: int
) -> None:
    """Also if the warm process hears that it is to be killed before it has seen its end."""
    with warm(box) as forkserver, worker(forkserver) as one:
        pid = warm_pid(forkserver, proc)
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
    box: str, busy: bool, marker: str, temporary: Path, proc: int
) -> None:
    """Also while the warm process hangs in what it preloads."""
    preload = ["hang"] if busy else []
    text = (
        "from tests.nbjudge.sandbox.workers import warm, Worker\n"
        f"with warm({box!r}, *{preload!r}) as forkserver:\n"
        "    one, other = Worker(forkserver), Worker(forkserver, slot=1)\n"
        f"    one.do('leave_a_daemon', {marker!r})\n"
        "    other.do('spin')\n"
    )
    root = Path(__file__).parents[3]
    coordinator = subprocess.Popen([sys.executable, "-c", text], cwd=root, start_new_session=True)
    try:
        ready = (lambda: len(family()) >= 3) if busy else (lambda: len(processes_with(marker)) == 2)

        def family() -> list[int]:
            return usage.tree(usage.processes(proc), coordinator.pid)

        assert eventually(ready)
        processes = family()
    finally:
        coordinator.kill()
        coordinator.wait()
    assert eventually(lambda: not any(map(alive, processes)))
    assert eventually(lambda: not processes_with(marker))
    assert eventually(lambda: not folders(temporary))


def test_a_working_directory_goes_with_its_child(unboxed: ForkServer) -> None:
    with worker(unboxed, files={"a/b.txt": b"x"}) as one:
        place = one.do("where")
        assert Path(place["cwd"], "a", "b.txt").exists()
        assert place["home"] == str(Path(place["cwd"]).parent)
        one.child.kill()
        assert not Path(place["home"]).exists()


def test_an_interrupt_at_the_terminal_is_the_coordinator_s_alone(boxed: ForkServer) -> None:
    assert os.getsid(boxed._process.pid) != os.getsid(0)
