"""Runs source notebooks and stores what they print and show, in one normal form, for nbval to compare with later."""

from __future__ import annotations

import base64
import io
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode
from PIL import Image

CELL_SECONDS = 180
STARTS = 3
PNG = "image/png"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
RAISES = {"raises-exception", "nbval-raises-exception"}
LANGUAGE_INFO = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"}

T = TypeVar("T")


@dataclass(frozen=True)
class FailedCell:
    """A cell that raised: its name, its source, and the error as plain text."""

    name: str
    source: str
    error: str


def kernel_environment(home: Path) -> dict[str, str]:
    """The environment that source notebooks run in, here and when nbval runs them again.

    Progress starts fresh below `home`, and no start-up file of IPython is read. One thread, because sums over several
    may differ in the last digit.
    """
    fixed = {
        "COURSE_HOME": str(home),
        "COURSE_LANG": "en",
        "IPYTHONDIR": str(home / "ipython"),
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
    }
    return {**{name: value for name, value in os.environ.items() if name != "MPLBACKEND"}, **fixed}


def with_a_kernel(start: Callable[[], T]) -> T:
    """The result of `start`, which starts a kernel, tried again when the kernel died before it answered once.

    jupyter_client chooses free ports and closes them again before the kernel binds them: where several kernels start at
    a time, another process may have taken one by then, and the kernel ends.

    Raises:
        RuntimeError: the last kernel died too.
    """
    for _ in range(STARTS - 1):
        try:
            return start()
        except RuntimeError as error:
            if "Kernel died before replying" not in str(error):
                raise
    return start()


def run(notebook: NotebookNode, folder: Path) -> tuple[NotebookNode, list[FailedCell]]:
    """The notebook with fresh outputs in their normal form, and the cells that raised though nothing says they should.

    Args:
        notebook: left as it is.
        folder: the working directory of the kernel.
    """
    ran = execute(notebook, folder)
    return normal_form(ran), failed_cells(ran)


def execute(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """The notebook with the outputs of a fresh kernel, as they came; each cell runs, whatever the ones before raised.

    Args:
        notebook: left as it is.
        folder: the working directory of the kernel.
    """
    with tempfile.TemporaryDirectory() as home:

        def from_the_start() -> NotebookNode:
            client = NotebookClient(
                nbformat.from_dict(notebook),
                timeout=CELL_SECONDS,
                kernel_name="python3",
                allow_errors=True,
                coalesce_streams=True,
                record_timing=False,
                store_widget_state=False,
                resources={"metadata": {"path": str(folder)}},
            )
            # What the kernel itself logs is no output of a cell.
            return client.execute(env=kernel_environment(Path(home)), stderr=subprocess.DEVNULL)

        return with_a_kernel(from_the_start)


def failed_cells(notebook: NotebookNode) -> list[FailedCell]:
    """The cells that hold an error and are not tagged as raising one."""
    untagged = [cell for cell in notebook.cells if not RAISES & set(cell.metadata.get("tags", []))]
    return raised_in(untagged)


def raised_in(cells: Sequence[NotebookNode]) -> list[FailedCell]:
    """Those of the cells that hold an error."""
    return [
        FailedCell(cell.id, cell.source, f"{output.ename}: {_plain(output.evalue)}")
        for cell in cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    ]


def normal_form(notebook: NotebookNode) -> NotebookNode:
    """The notebook without what changes from run to run or from machine to machine, and shows nothing.

    The state of widgets goes, and the reference to it in outputs: each explorer also gives a still picture. So do times,
    and the version of Python. Pictures get a palette: nbval does not compare them, and they are half as large so.
    """
    normal: NotebookNode = nbformat.from_dict(notebook)
    normal.metadata = {key: value for key, value in normal.metadata.items() if key != "widgets"}
    normal.metadata["language_info"] = LANGUAGE_INFO
    for cell in normal.cells:
        for key in ("execution", "ExecuteTime", "collapsed", "scrolled"):
            cell.metadata.pop(key, None)
        for output in cell.get("outputs", []):
            _still(output)
    return normal


def text(notebook: NotebookNode) -> str:
    """The notebook's file: JSON as JupyterLab writes it, with sorted keys and one newline at its end."""
    nbformat.validate(notebook)
    return f"{nbformat.writes(notebook)}\n"


def _still(output: dict[str, Any]) -> None:
    """Take a widget's view out of an output, unless it is all that the output has; give its picture a palette."""
    data = output.get("data", {})
    if len(data) > 1:
        data.pop(WIDGET_VIEW, None)
    if PNG in data:
        data[PNG] = _with_palette(data[PNG])


def _with_palette(png: str) -> str:
    """A picture in base64 with 256 colours; one that has a palette already stays as it is."""
    picture = Image.open(io.BytesIO(base64.b64decode(png)))
    if picture.mode == "P":
        return png
    small = io.BytesIO()
    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return base64.b64encode(small.getvalue()).decode()


def _plain(text: str) -> str:
    """Text without the colours of a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
