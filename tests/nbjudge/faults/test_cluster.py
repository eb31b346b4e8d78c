"""A machine of a Dask cluster that is lost in the middle: others mark what it had, and all is as without a cluster."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from tests.nbjudge.faults.classes import state
from tests.nbjudge.faults.running import running
from tests.nbjudge.record.small_course import ASSIGNMENT

distributed = pytest.importorskip("distributed", reason="Dask distributed is not installed")


def test_a_lost_worker_of_a_cluster_costs_no_student_anything(course: Path, undisturbed: Path) -> None:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, protocol="tcp"
    ) as cluster:
        with running(course, ASSIGNMENT, "--scheduler", cluster.scheduler_address) as run:
            assert run.until_students(2), run.lines
            lost = psutil.Process(cluster.workers[0].pid)
            family = lost.children(recursive=True)
            assert family  # its fork servers
            lost.kill()
            assert run.end() == 0, run.lines
        _gone, alive = psutil.wait_procs(family, timeout=600)
        assert alive == []
    assert state(course) == state(undisturbed)
