"""Libraries whose values nbjudge knows: a course without them needs none of them, and they load when a cell imports them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nbjudge.engine import Engine, EngineSettings
from nbjudge.job import End, Job, JobCell
from tests.nbjudge.batch.test_grade import sandbox
from tests.nbjudge.numpy_course import (
    ASSIGNMENT,
    SUBMISSIONS,
    make_numpy_course,
    mark_by_nbjudge,
    mark_by_stock,
    scores,
)

NO_TORCH = """
import sys

class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")

sys.meta_path.insert(0, NoTorch())
"""
AS_A_PLUGIN = "from nbjudge.plugins import Plugin\n\nplugin = Plugin()\n"


@pytest.fixture(scope="module")
def numpy_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Released and handed in, not marked. Copy it before you change it."""
    folder = tmp_path_factory.mktemp("numpy") / "course"
    make_numpy_course(folder)
    return folder


def test_a_numpy_course_is_marked_as_by_nbgrader_where_there_is_no_torch(numpy_course: Path, tmp_path: Path) -> None:
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    (plugins / "sitecustomize.py").write_text(NO_TORCH)  # for the command; the fork servers get the plugin
    (plugins / "no_torch.py").write_text(NO_TORCH + AS_A_PLUGIN)
    for name in ("stock", "judged"):
        shutil.copytree(numpy_course, tmp_path / name)
    with (tmp_path / "judged" / "nbgrader_config.py").open("a") as file:
        file.write('c.NbJudge.plugins = ["no_torch"]\n')
    mark_by_stock(tmp_path / "stock")
    mark_by_nbjudge(tmp_path / "judged", *sandbox(), import_from=str(plugins))
    expected = scores(tmp_path / "stock")
    assert scores(tmp_path / "judged") == expected
    assert {sum(each.values()) for each in map(expected.get, SUBMISSIONS) if each} >= {0.0, 2.0, 3.0, 7.0}


@pytest.mark.parametrize("libraries", [[], ["numpy"]])
def test_only_libraries_that_the_course_uses_are_imported(libraries: list[str]) -> None:
    code = (
        "import sys\n"
        "import nbjudge.engine, nbjudge.judge.judge, nbjudge.worker.worker\n"
        f"nbjudge.judge.judge.preload([], {libraries})\n"
        f"nbjudge.worker.worker.preload([], {libraries})\n"
        f"assert [name for name in ('numpy', 'matplotlib', 'torch') if name in sys.modules] == {libraries}"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


def test_the_libraries_of_a_course_are_those_that_its_source_imports(numpy_course: Path) -> None:
    assert EngineSettings.of_course(numpy_course, ASSIGNMENT).libraries == ("numpy",)
    assert EngineSettings.of_course(numpy_course, "week-2").libraries == ()


def job(*cells: tuple[str, str]) -> Job:
    return Job("n", tuple(JobCell("test" if kind == "test" else "student", text, kind) for kind, text in cells))


def test_a_library_that_only_a_cell_imports_has_its_values() -> None:
    """The student's code has torch, the test cell does not; and the other way round."""
    cells = (
        ("student", "def halves(n):\n    import torch\n    return torch.full((n,), 0.5), torch.float32"),
        ("test", "values, dtype = halves(3)\nassert values.sum() == 1.5 and values.dtype == dtype"),
        ("student", "def doubled(x):\n    return x + x"),
        (
            "test",
            "import torch\nassert torch.equal(doubled(torch.ones(2)), torch.full((2,), 2.0))",
        ),
    )
    with Engine() as engine:
        marked = engine.mark(job(*cells))
    assert marked.end is End.DONE, marked.detail
    assert [run.outputs for run in marked.runs] == [[], [], [], []]
