"""A fork server and its children, as the coordinator uses them; the same with and without a sandbox."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from nbjudge.channel import Channel
from nbjudge.limits import Limits
from nbjudge.sandbox.child import Exit
from nbjudge.sandbox.forkserver import Child, ForkFailed, ForkServer, ForkServerDied
from tests.nbjudge.sandbox.workers import LIMITS, Worker, started, worker


def test_a_child_has_its_files_in_a_working_directory_of_its_own(forkserver: ForkServer) -> None:
    with (
        worker(forkserver, files={"data/x.csv": b"1,2\n", "b.bin": bytes(range(256))}) as one,
        worker(forkserver, slot=1) as other,
    ):
        assert one.do("where")["files"] == ["b.bin", "data/x.csv"]
        assert one.do("read", "data/x.csv") == "1,2\n"
        assert one.do("read_bytes_of", "b.bin") == list(range(256))
        assert other.do("where")["files"] == []
        other.do("write", "mine.txt", "other")
        assert one.do("where")["files"] == ["b.bin", "data/x.csv"]


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "", "a//b", "a/", ".", "a\0b"])
def test_a_file_cannot_be_named_out_of_the_working_directory(forkserver: ForkServer, name: str) -> None:
    with pytest.raises(ValueError, match="relative name"):
        worker(forkserver, files={name: b""}).__enter__()


def test_a_file_cannot_be_a_folder_too(forkserver: ForkServer) -> None:
    with pytest.raises(ValueError, match="both a file and the folder"):
        worker(forkserver, files={"a": b"", "a/b": b""}).__enter__()


def test_the_end_of_a_child_is_told(forkserver: ForkServer) -> None:
    def end_by(act: str, *arguments: int) -> Exit:
        with worker(forkserver) as one:
            one.start(act, *arguments)
            with pytest.raises(EOFError):
                one.finish()
            end = one.child.wait(600)
            assert end is not None
            return end

    assert (end_by("end", 7).reason, end_by("end", 7).detail) == ("exited", "status 7")
    assert (end_by("crash").reason, end_by("crash").detail) == ("signal", "SIGSEGV")
    with worker(forkserver) as one:
        assert one.child.wait(0) is None
        one.hang_up()
        end = one.child.wait(600)
    assert end is not None
    assert (end.reason, end.detail) == ("exited", "status 0")


def test_a_child_that_was_killed_stays_so(forkserver: ForkServer) -> None:
    with worker(forkserver) as one:
        one.start("sleep", 600)
        assert one.child.kill().reason == "killed"
        assert one.child.kill() == one.child.wait()


def test_processor_time_of_descendants_counts(forkserver: ForkServer) -> None:
    busy = "import time\nwhile time.process_time() < 0.5: pass"
    with worker(forkserver) as one:
        one.do("shell", f"python -c '{busy}'")
        one.hang_up()
        end = one.child.wait(600)
    assert end is not None
    assert 0.5 <= end.cpu_seconds < 5


def test_files_larger_than_the_disk_end_the_child(sandboxed: ForkServer) -> None:
    here, in_child = Channel.pair()
    with here, in_child:
        child = sandboxed.fork(in_child, files={"large": bytes(LIMITS.disk_bytes + 1)}, limits=LIMITS)
        end = child.wait(600)
    assert end is not None
    assert end.reason == "disk"


def test_a_slot_beyond_the_last_is_refused_and_the_next_fork_works(sandboxed: ForkServer) -> None:
    with pytest.raises(ForkFailed, match="slot"):
        worker(sandboxed, slot=100_000).__enter__()
    with worker(sandboxed) as one:
        assert one.do("where")["files"] == []


def test_threads_may_fork_at_once(forkserver: ForkServer) -> None:
    def one_of(number: int) -> str:
        with worker(forkserver, slot=number, files={"name": str(number).encode()}) as one:
            return str(one.do("read", "name"))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one_of, range(12))) == [str(number) for number in range(12)]


def test_the_pid_is_the_one_that_this_process_sees(forkserver: ForkServer) -> None:
    with worker(forkserver) as one:
        namespace = os.stat(f"/proc/{one.child.pid}/root")
        assert one.child.pid > 1
        assert namespace


def test_a_module_that_cannot_be_imported_is_told() -> None:
    with pytest.raises(ForkServerDied, match="No module named 'no_such_module'"):
        ForkServer.begin("no_such_module:main").await_ready()


def test_what_a_preloaded_function_raises_is_told() -> None:
    with pytest.raises(ForkServerDied, match="RuntimeError: a module is missing"), started("unlimited", "fail"):
        pass


def test_a_fork_server_with_threads_is_refused() -> None:
    with (
        pytest.raises(ForkServerDied, match="2 threads run in the fork server"),
        started("unlimited", "start_a_thread"),
    ):
        pass


def test_modules_beside_the_present_directory_are_not_imported(
    tmp_path: os.PathLike[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with open("json.py", "w") as file:
        file.write("raise RuntimeError('imported from the present directory')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with started("unlimited") as forkserver, worker(forkserver) as one:
        assert "json.py" not in str(one.do("modules_found_at", "json"))


def test_a_closed_fork_server_forks_no_more() -> None:
    with started("unlimited") as forkserver:
        one = Worker(forkserver)
    assert one.child.wait(600) == Exit("forkserver", "its fork server is gone")
    one.hang_up()
    here, in_child = Channel.pair()
    with here, in_child, pytest.raises(ForkServerDied):
        forkserver.fork(in_child, limits=Limits())


def test_a_judge_that_raises_says_what() -> None:
    with started("unlimited", entry="fail") as forkserver:
        here, in_child = Channel.pair()
        with here, in_child:
            child: Child = forkserver.fork(in_child, limits=LIMITS)
            end = child.wait(600)
    assert end is not None
    assert end.reason == "exited"
    assert "RuntimeError" in end.detail
