"""Marking on a Dask cluster of processes: the same results, and a worker that is lost costs no submission its marks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nbjudge.batch.command import Options, grade
from nbjudge.batch.scheduler import SchedulerError, SchedulerMarker, read_marked
from nbjudge.job import CellRun, End, Job, JobCell, Marked
from tests.nbjudge.batch.engines import LosesItsWorkerOnce, PlainEngine, plain
from tests.nbjudge.batch.test_coordinator import book, verdicts
from tests.nbjudge.record.small_course import ASSIGNMENT, RIGHT, submission_folder

distributed = pytest.importorskip("distributed", reason="Dask distributed is not installed")

MARKED = Marked((CellRun([{"output_type": "stream", "name": "stdout", "text": "é"}], 1), CellRun()), End.DONE, "x", 0.5)


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Two processes of one thread each; a task whose worker is lost is tried once more."""
    import dask

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, protocol="tcp"
        ) as cluster,
    ):
        yield cluster


def test_the_gradebook_is_that_of_nbgrader(stock: Path, fresh: Path, cluster: Any) -> None:
    PlainEngine.marked.clear()
    assert grade(Options(ASSIGNMENT, scheduler=cluster.scheduler_address), fresh, plain) == 0
    assert PlainEngine.marked == []  # nothing was marked in this process
    assert book(fresh) == book(stock)


def test_a_submission_that_kills_its_workers_is_not_marked_and_the_others_are(
    fresh: Path, cluster: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    submission_folder(fresh, "eve", RIGHT | {"area": "# kills"})
    assert grade(Options(ASSIGNMENT, scheduler=cluster.scheduler_address), fresh, plain) == 1
    assert "KilledWorker" in capsys.readouterr().out
    assert not (fresh / "marked" / ASSIGNMENT / "eve").exists()
    assert verdicts(fresh, "ann") == {"shapes": "marked", "words": "marked"}


def test_work_of_a_lost_worker_is_done_by_another(cluster: Any, tmp_path: Path) -> None:
    flag = tmp_path / "lost"
    flag.touch()
    marker = SchedulerMarker(cluster.scheduler_address, LosesItsWorkerOnce(str(flag)))
    found = marker.submit([Job("shapes", (JobCell("student", "x = 1"),))]).result()
    assert [each.end for each in found] == [End.DONE]
    assert not flag.exists()
    marker.close()


def test_a_scheduler_that_does_not_answer_is_told(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade(Options(ASSIGNMENT, scheduler="nonsense://127.0.0.1:1"), fresh, plain) == 2
    assert "no scheduler answers at nonsense://127.0.0.1:1" in capsys.readouterr().err


def test_a_cluster_without_workers_is_told() -> None:
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=None, protocol="tcp") as empty,
        pytest.raises(SchedulerError, match="has no workers"),
    ):
        SchedulerMarker(empty.scheduler_address, plain)


def test_results_come_back_as_they_were() -> None:
    content = json.dumps([MARKED.to_json(), MARKED.to_json()]).encode()
    assert read_marked(content) == [MARKED, MARKED]


@pytest.mark.parametrize(
    "change",
    [
        {"end": "won"},
        {"runs": None},
        {"runs": [3]},
        {"runs": [{"outputs": "x", "execution_count": 1}]},
        {"runs": [{"outputs": ["x"], "execution_count": 1}]},
        {"runs": [{"outputs": [], "execution_count": True}]},
        {"detail": 3},
        {"cpu_seconds": "1"},
    ],
)
def test_what_is_no_result_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"result holds|is not a valid End"):
        read_marked(json.dumps([MARKED.to_json() | change]).encode())


@pytest.mark.parametrize("content", [b"", b"\xff", b"{}", b"3", b"[" * 100_000])
def test_what_is_no_list_of_results_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"result|Expecting"):
        read_marked(content)
