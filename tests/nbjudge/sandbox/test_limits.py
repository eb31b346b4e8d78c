"""What goes beyond its limits ends, and its neighbour does not notice."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest

from nbjudge.limits import MIB, Limits
from nbjudge.sandbox import resources
from nbjudge.sandbox.child import Exit
from nbjudge.sandbox.forkserver import ForkServer
from tests.nbjudge.sandbox.workers import LIMITS, TEMPORARY, Refused, Worker, alive, worker


def end_of(forkserver: ForkServer, limits: Limits, act: str, *arguments: int) -> Exit:
    with worker(forkserver, limits) as one, worker(forkserver, slot=1) as neighbour:
        one.start(act, *arguments)
        end = one.child.wait(600)
        assert end is not None
        assert neighbour.do("where")["files"] == []
    return end


def test_a_process_that_holds_too_much_memory_ends(forkserver: ForkServer) -> None:
    assert end_of(forkserver, LIMITS, "hold_memory", 600).reason == "memory"


def test_processes_that_hold_too_much_memory_together_end(forkserver: ForkServer) -> None:
    end = end_of(forkserver, LIMITS, "hold_memory_in_processes", 3, 150)
    assert end.reason == "memory"
    assert "processes; " in end.detail


def test_memory_that_forks_share_counts_once(forkserver: ForkServer) -> None:
    with worker(forkserver) as one:
        one.do("keep", 150)
        one.do("fork_sleepers", 5)
        assert one.child.wait(1) is None  # several looks long
        assert one.do("where")["files"] == []


def test_memory_that_is_only_asked_for_is_refused(forkserver: ForkServer) -> None:
    with worker(forkserver) as one, pytest.raises(Refused, match="MemoryError"):
        one.do("map_memory", 4096)


def test_processor_time_is_limited(forkserver: ForkServer) -> None:
    end = end_of(forkserver, replace(LIMITS, cpu_seconds=1), "spin")
    assert end.reason == "time"
    assert end.cpu_seconds > 0.9


def test_wall_time_is_limited(forkserver: ForkServer) -> None:
    end = end_of(forkserver, replace(LIMITS, total_seconds=0.1), "sleep", 600)
    assert (end.reason, end.detail) == ("time", "ran longer than 0.1 s")


def test_open_files_are_limited(forkserver: ForkServer) -> None:
    with worker(forkserver) as one:
        assert one.do("open_many_files") < LIMITS.open_files


def test_one_file_is_limited(forkserver: ForkServer) -> None:
    with worker(forkserver) as one:
        one.do("make_one_file", LIMITS.disk_bytes)
        with pytest.raises(Refused, match="File too large"):
            one.do("make_one_file", LIMITS.disk_bytes + 1)


@pytest.mark.parametrize("file_bytes", [0, 1, MIB])
def test_a_full_disk_is_the_child_s_own(sandboxed: ForkServer, sandbox: str, file_bytes: int) -> None:
    if sandbox == "bubblewrap" and file_bytes == 0:
        pytest.skip("bubblewrap cannot limit the number of empty files")
    with worker(sandboxed) as one, worker(sandboxed, slot=1) as neighbour:
        count, number = one.do("fill_disk", "/dev/shm", file_bytes)
        assert number == errno.ENOSPC
        assert count * file_bytes <= LIMITS.disk_bytes
        with pytest.raises(Refused, match="No space left"):
            one.do("write", f"{TEMPORARY}/one-more", "x" * MIB)
        neighbour.do("write", "mine.txt")


def test_a_fork_bomb_is_bounded_and_leaves_nothing(sandboxed: ForkServer, sandbox: str, proc: int) -> None:
    with worker(sandboxed) as one, worker(sandboxed, slot=1) as neighbour:
        assert 0 < one.do("fork_bomb") < LIMITS.processes
        bombs = resources.subtree(resources.children_by_parent(proc), one.child.pid)
        assert 1 < len(bombs) <= LIMITS.processes + (sandbox == "bubblewrap")  # which is one itself
        assert neighbour.do("shell", "echo fine") == [0, "fine\n", ""]
        assert neighbour.do("many_threads") >= LIMITS.processes - 2  # its own count is not touched
        one.child.kill()
        assert [pid for pid in bombs if alive(pid)] == []


def test_without_a_sandbox_a_fork_bomb_ends_as_a_whole(unsandboxed: ForkServer, proc: int) -> None:
    with worker(unsandboxed) as one:
        one.do("fork_sleepers", 2 * LIMITS.processes + 1)
        bombs = resources.subtree(resources.children_by_parent(proc), one.child.pid)
        end = one.child.wait(600)
        assert end is not None
        assert end.reason == "killed"
        assert "processes and threads" in end.detail
        assert [pid for pid in bombs if alive(pid)] == []


def test_threads_are_limited(inside: Worker) -> None:
    assert inside.do("many_threads") < LIMITS.processes


def test_an_honest_child_may_use_what_it_is_given(forkserver: ForkServer) -> None:
    with worker(forkserver) as one:
        one.do("keep", 200)
        assert one.child.wait(1) is None
        assert one.do("where")["files"] == []
