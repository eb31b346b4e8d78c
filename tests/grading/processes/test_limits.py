"""What goes beyond its limits ends, and its neighbour does not notice."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest

from course.grading.limits import MIB, Limits
from course.grading.processes import watch
from course.grading.processes.exits import Exit
from course.grading.processes.nursery import Nursery
from tests.grading.processes.workers import LIMITS, TEMPORARY, Refused, Worker, alive, worker


@pytest.fixture(params=["boxed", "unboxed"])
def nursery(request: pytest.FixtureRequest) -> Nursery:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Nursery)
    return found


def end_of(nursery: Nursery, limits: Limits, act: str, *arguments: int) -> Exit:
    with worker(nursery, limits) as one, worker(nursery, slot=1) as neighbour:
        one.start(act, *arguments)
        end = one.child.wait(600)
        assert end is not None
        assert neighbour.do("where")["files"] == []
    return end


def test_a_process_that_holds_too_much_memory_ends(nursery: Nursery) -> None:
    end = end_of(nursery, LIMITS, "hold_memory", 600)
    assert end.reason == "memory"
    assert end.peak_memory_bytes > LIMITS.memory_bytes


def test_processes_that_hold_too_much_memory_together_end(nursery: Nursery) -> None:
    end = end_of(nursery, LIMITS, "hold_memory_in_processes", 3, 150)
    assert end.reason == "memory"
    assert "processes; " in end.detail


def test_memory_that_forks_share_counts_once(nursery: Nursery) -> None:
    with worker(nursery) as one:
        one.do("keep", 150)
        one.do("fork_sleepers", 5)
        assert one.child.wait(1) is None  # several looks long
        assert one.do("where")["files"] == []


def test_memory_that_is_only_asked_for_is_refused(nursery: Nursery) -> None:
    with worker(nursery) as one, pytest.raises(Refused, match="MemoryError"):
        one.do("map_memory", 4096)


def test_processor_time_is_limited(nursery: Nursery) -> None:
    end = end_of(nursery, replace(LIMITS, cpu_seconds=1), "spin")
    assert end.reason == "time"
    assert end.cpu_seconds > 0.9


def test_wall_time_is_limited(nursery: Nursery) -> None:
    end = end_of(nursery, replace(LIMITS, total_seconds=0.1), "sleep", 600)
    assert (end.reason, end.detail) == ("time", "ran longer than 0.1 s")


def test_open_files_are_limited(nursery: Nursery) -> None:
    with worker(nursery) as one:
        assert one.do("open_many_files") < LIMITS.open_files


def test_one_file_is_limited(nursery: Nursery) -> None:
    with worker(nursery) as one:
        one.do("make_one_file", LIMITS.disk_bytes)
        with pytest.raises(Refused, match="File too large"):
            one.do("make_one_file", LIMITS.disk_bytes + 1)


@pytest.mark.parametrize("file_bytes", [0, 1, MIB])
def test_a_full_disk_is_the_child_s_own(boxed: Nursery, sandbox: str, file_bytes: int) -> None:
    if sandbox == "bubblewrap" and file_bytes == 0:
        pytest.skip("bubblewrap cannot limit the number of empty files")
    with worker(boxed) as one, worker(boxed, slot=1) as neighbour:
        count, number = one.do("fill_disk", "/dev/shm", file_bytes)
        assert number == errno.ENOSPC
        assert count * file_bytes <= LIMITS.disk_bytes
        with pytest.raises(Refused, match="No space left"):
            one.do("write", f"{TEMPORARY}/one-more", "x" * MIB)
        neighbour.do("write", "mine.txt")


def test_a_fork_bomb_is_bounded_and_leaves_nothing(boxed: Nursery, sandbox: str, proc: int) -> None:
    with worker(boxed) as one, worker(boxed, slot=1) as neighbour:
        assert 0 < one.do("fork_bomb") < LIMITS.processes
        bombs = watch.tree(watch.processes(proc), one.child.pid)
        assert 1 < len(bombs) <= LIMITS.processes + (sandbox == "bubblewrap")  # which is one itself
        assert neighbour.do("shell", "echo fine") == [0, "fine\n", ""]
        assert neighbour.do("many_threads") >= LIMITS.processes - 2  # its own count is not touched
        one.child.kill()
        assert [pid for pid in bombs if alive(pid)] == []


def test_without_a_sandbox_a_fork_bomb_ends_as_a_whole(unboxed: Nursery, proc: int) -> None:
    with worker(unboxed) as one:
        one.do("fork_sleepers", 2 * LIMITS.processes + 1)
        bombs = watch.tree(watch.processes(proc), one.child.pid)
        end = one.child.wait(600)
        assert end is not None
        assert end.reason == "killed"
        assert "processes and threads" in end.detail
        assert [pid for pid in bombs if alive(pid)] == []


def test_threads_are_limited(inside: Worker) -> None:
    assert inside.do("many_threads") < LIMITS.processes


def test_an_honest_child_may_use_what_it_is_given(nursery: Nursery) -> None:
    with worker(nursery) as one:
        one.do("keep", 200)
        assert one.child.wait(1) is None
        assert one.child.kill().peak_memory_bytes > 200 * MIB
