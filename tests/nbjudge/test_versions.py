"""The versions in a result's key: of what runs the notebook, of the libraries it imports, and the code of the course's plugins."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

import pytest

from nbjudge.files import CourseFolderError
from nbjudge.versions import marking_versions

SOURCES = [
    "import torch\nimport sklearn.datasets as datasets, json",
    "from __main__ import x\nfrom mychecks import check",
]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that a course names as its plugin."""
    folder = tmp_path / "mychecks"
    (folder / "exercises").mkdir(parents=True)
    for name in ("__init__.py", "plugin.py", "exercises/__init__.py", "exercises/first.py"):
        (folder / name).write_text("STEP = 1\n")
    (folder / "table.csv").write_text("1,2\n")
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def test_they_name_what_runs_a_notebook() -> None:
    versions = marking_versions(SOURCES, [])
    assert versions["python"] == platform.python_version()
    for name in ("ipython", "numpy", "torch"):
        assert versions[name] == version(name)
    assert versions["sklearn"] == version("scikit-learn")
    assert versions["nbjudge"] == version("conv-course")
    assert not {"json", "as", "datasets", "x", "mychecks"} & versions.keys()


@pytest.mark.parametrize("name", ["exercises/first.py", "exercises/second.py", "table.csv"])
def test_a_change_in_a_plugins_package_is_another_version(package: Path, name: str) -> None:
    before = marking_versions(SOURCES, ["mychecks.plugin"])
    assert marking_versions(SOURCES, ["mychecks.plugin"]) == before
    (package / name).write_text("STEP = 2\n")
    after = marking_versions(SOURCES, ["mychecks.plugin"])
    assert {key for key in after if after[key] != before[key]} == {"mychecks"}


@pytest.mark.parametrize(
    "name",
    ["../notes.md", "../other/first.py", "__pycache__/first.pyc", ".first.py.swp", ".ipynb_checkpoints/first.py"],
)
def test_what_is_no_part_of_the_package_is_not(package: Path, name: str) -> None:
    before = marking_versions(SOURCES, ["mychecks.plugin"])
    (package / name).parent.mkdir(exist_ok=True)
    (package / name).write_text("STEP = 2\n")
    assert marking_versions(SOURCES, ["mychecks.plugin"]) == before


def test_a_file_that_moves_is_another_version(package: Path) -> None:
    before = marking_versions(SOURCES, ["mychecks.plugin"])
    (package / "exercises" / "first.py").rename(package / "first.py")
    assert marking_versions(SOURCES, ["mychecks.plugin"]) != before


def test_code_that_tests_import_counts_where_it_is_no_installed_library(package: Path) -> None:
    before = marking_versions(SOURCES, [])
    (package / "exercises" / "first.py").write_text("STEP = 2\n")
    after = marking_versions(SOURCES, [])
    assert {key for key in after if after[key] != before[key]} == {"mychecks"}


def test_a_plugin_may_be_a_single_module(package: Path) -> None:
    module = package.parent / "onefile.py"
    module.write_text("STEP = 1\n")
    before = marking_versions(SOURCES, ["onefile"])
    module.write_text("STEP = 2\n")
    assert marking_versions(SOURCES, ["onefile"]) != before


def test_a_package_that_is_not_there_is_told() -> None:
    with pytest.raises(CourseFolderError, match="there is no package nowhere"):
        marking_versions(SOURCES, ["nowhere.plugin"])
