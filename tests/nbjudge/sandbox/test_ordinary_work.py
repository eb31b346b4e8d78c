"""What honest notebooks do works in the sandbox: processes, threads, terminals, torch, figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from nbjudge.limits import MIB
from nbjudge.sandbox.forkserver import ForkServer
from tests.nbjudge.sandbox.workers import LIMITS, Worker, started, worker

ROOMY = replace(LIMITS, memory_bytes=1024 * MIB, disk_bytes=64 * MIB, processes=64)


@pytest.fixture(scope="module")
def with_torch(sandbox: str) -> Iterator[ForkServer]:
    with started(sandbox, "warm_up") as forkserver:
        yield forkserver


@pytest.fixture
def student(with_torch: ForkServer) -> Iterator[Worker]:
    with worker(with_torch, ROOMY) as one:
        yield one


def test_the_working_directory_looks_ordinary(student: Worker) -> None:
    place = student.do("where")
    assert (place["cwd"], place["home"]) == ("/home/student/work", "/home/student")


def test_processes_work(student: Worker) -> None:
    assert student.do("multiply_in_processes") == [1, 2, 3]
    assert student.do("spawn_a_process") == 0
    assert student.do("shared_memory") >= MIB
    assert student.do("shell", "echo $HOME | tr a-z A-Z") == [0, "/HOME/STUDENT\n", ""]


def test_threads_work(student: Worker) -> None:
    assert student.do("run_in_threads") == [1, 2, 3]


def test_a_program_at_a_terminal_works(student: Worker) -> None:
    status, listing = student.do("system_of_ipython", "ls /home")
    assert status == 0
    assert listing.split() == ["student"]


def test_torch_works(student: Worker) -> None:
    assert student.do("train_a_little")
    assert student.do("load_data", 0) == 2016.0
    assert student.do("load_data", 2) == 2016.0


def test_figures_and_temporary_files_work(student: Worker) -> None:
    assert student.do("draw")
    assert student.do("temporary_file")


def test_another_python_finds_the_packages(student: Worker) -> None:
    assert student.do("shell", "python -c 'import torch, course.arithmetic; print(torch.ones(1).item())'") == [
        0,
        "1.0\n",
        "",
    ]


def test_what_is_imported_late_is_found(student: Worker) -> None:
    assert student.do("modules_found_at", "skimage")
    assert student.do("modules_found_at", "course.exercises")
