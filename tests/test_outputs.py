"""Stored outputs: normal, the same on every run, refused when a cell raises; and nbval notices every change in them."""

from __future__ import annotations

import base64
import copy
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from course import cli
from course.authoring import outputs
from course.checking.card import CHECK_MIMETYPE
from tests import lessons

CHECK = 'check("patch-response", lambda patch, kernel: (patch * kernel).sum())'


def notebook(*cells: str) -> NotebookNode:
    made = new_notebook(cells=[new_code_cell(source, id=f"cell-{number}") for number, source in enumerate(cells)])
    made.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return made


def test_nbval_notices_a_changed_card_a_changed_outcome_and_a_changed_line(tmp_path: Path) -> None:
    stored, failed = outputs.run(
        notebook("from course import check, predict", CHECK, CHECK, CHECK, 'predict("flat-patch", 9)', "print(42)"),
        tmp_path,
    )
    assert failed == []
    changed = copy.deepcopy(stored)
    _, _, html, outcome, plain, line = changed.cells
    html.outputs[0].data["text/html"] = html.outputs[0].data["text/html"].replace("passed", "failed")
    outcome.outputs[0].data[CHECK_MIMETYPE]["outcome"] = "wrong"
    plain.outputs[0].data["text/plain"] += "."
    line.outputs[0].text = "43\n"
    (tmp_path / "changed.ipynb").write_text(outputs.text(changed), encoding="utf-8")
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.stored_outputs",
            "--nbval",
            "-rA",
            "--rootdir",
            tmp_path,
            "-c",
            os.devnull,
            tmp_path,
        ],
        cwd=lessons.ROOT,
        capture_output=True,
        text=True,
    )
    assert re.findall(r"^(PASSED|FAILED) \S+::Cell (\d)", ran.stdout, flags=re.MULTILINE) == [
        ("PASSED", "0"),
        ("PASSED", "1"),
        ("FAILED", "2"),
        ("FAILED", "3"),
        ("FAILED", "4"),
        ("FAILED", "5"),
    ], ran.stdout


def test_the_command_stores_what_runs_and_refuses_what_raises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    good, bad = tmp_path / "source" / "good" / "good.ipynb", tmp_path / "source" / "bad" / "bad.ipynb"
    for path, source in ((good, "6 * 7"), (bad, "import torch\ntorch.zeros(2) @ torch.zeros(3)")):
        path.parent.mkdir(parents=True)
        path.write_text(outputs.text(notebook(source, "1 / 0 if False else None")), encoding="utf-8")
    before = bad.read_text(encoding="utf-8")

    assert cli.main(["outputs"]) == 1

    said = capsys.readouterr()
    assert "source/good/good.ipynb: outputs stored." in said.out
    assert "cell 'cell-0'" in said.err
    assert "torch.zeros(2) @ torch.zeros(3)" in said.err
    assert "RuntimeError: " in said.err
    assert bad.read_text(encoding="utf-8") == before
    assert nbformat.read(good, as_version=4).cells[0].outputs[0].data["text/plain"] == "42"


def test_the_normal_form_drops_what_changes_from_run_to_run_and_keeps_what_shows() -> None:
    made = notebook("explore.convolution()")
    made.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
    made.metadata["language_info"] = {"name": "python", "version": "3.99.0"}
    made.cells[0].metadata = {"execution": {"iopub.execute_input": "2026-01-01"}, "tags": ["kept"]}
    shown = {"text/plain": "a picture", "text/html": "<p>a picture</p>"}
    made.cells[0].outputs = [new_output("display_data", {outputs.WIDGET_VIEW: {"model_id": "0"}, **shown})]
    normal = outputs.normal_form(made)
    assert "widgets" not in normal.metadata
    assert "version" not in normal.metadata.language_info
    assert normal.cells[0].metadata == {"tags": ["kept"]}
    assert normal.cells[0].outputs[0].data == shown
    assert outputs.normal_form(normal) == normal


def test_a_stored_picture_gets_a_palette_once() -> None:
    drawn = io.BytesIO()
    Image.linear_gradient("L").convert("RGBA").save(drawn, "PNG")
    made = notebook("draw()")
    made.cells[0].outputs = [new_output("display_data", {"image/png": base64.b64encode(drawn.getvalue()).decode()})]
    normal = outputs.normal_form(made)
    stored = Image.open(io.BytesIO(base64.b64decode(normal.cells[0].outputs[0].data["image/png"])))
    assert stored.mode == "P"
    assert stored.convert("L").tobytes() == Image.linear_gradient("L").tobytes()
    assert outputs.normal_form(normal) == normal


def test_a_cell_that_is_meant_to_raise_is_no_failure() -> None:
    made = notebook("1 / 0", "1 / 0")
    for cell in made.cells:
        cell.outputs = [new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=[])]
    made.cells[0].metadata["tags"] = ["raises-exception"]
    assert outputs.failed_cells(made) == [
        outputs.FailedCell("cell-1", "1 / 0", "ZeroDivisionError: division by zero"),
    ]


def test_a_kernel_that_dies_at_its_start_is_started_again_and_other_errors_are_raised() -> None:
    died = RuntimeError("Kernel died before replying to kernel_info")

    def started(*results: RuntimeError | str) -> str:
        left = list(results)

        def start() -> str:
            result = left.pop(0)
            if isinstance(result, RuntimeError):
                raise result
            return result

        return outputs.with_a_kernel(start)

    assert started(died, died, "ready") == "ready"
    with pytest.raises(RuntimeError, match="died"):
        started(died, died, died, "never reached")
    with pytest.raises(RuntimeError, match="no spec"):
        started(RuntimeError("no spec"), "never reached")


def test_a_notebook_runs_though_its_first_kernel_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executed = []

    class FirstDies(NotebookClient):  # type: ignore[misc]
        def execute(self, **settings: object) -> NotebookNode:
            executed.append(self)
            if len(executed) == 1:
                raise RuntimeError("Kernel died before replying to kernel_info")
            return super().execute(**settings)

    monkeypatch.setattr(outputs, "NotebookClient", FirstDies)
    ran, failed = outputs.run(notebook("print(42)"), tmp_path)
    assert failed == []
    assert ran.cells[0].outputs[0].text == "42\n"
    assert len(executed) == 2
