"""What is handed in besides answers: outputs and names that want to run in a browser, notebooks that are none, links."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from tests.attacks.attack import GONE, MARKED, SLOW, Attack, attack

ALL = MARKED | {"unreadable", "missing"}
_AFFINE = "\ndef affine(x, a, b):\n    return 0"
SCRIPT = "evil()"
"""What the pages of all of these must not run."""


def _cells(notebook: NotebookNode, id: str) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == id]


def _skip(_: Path, notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception"]


def _copies(_: Path, notebook: NotebookNode) -> None:
    test = _cells(notebook, "affine-test")[0]
    for number in range(3):
        copy = json.loads(json.dumps(test)) | {"id": f"copy-{number}", "source": "2.0"}
        copy["metadata"]["nbgrader"]["points"] = 100
        notebook.cells.insert(number, NotebookNode(copy))


def _own_tests(_: Path, notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = "pass"
            cell.metadata.nbgrader.points = 50
            cell.metadata.nbgrader.locked = False


def _retagged(_: Path, notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader |= {"grade": False, "solution": True, "schema_version": 99, "extra": {}}


def _renamed_ids(_: Path, notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.grade_id = "affine-test"


def _stored_outputs(_: Path, notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            html = f"<script>{SCRIPT}</script>"
            data = {"text/html": html, "text/plain": "2.0"}
            cell.outputs = [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}]


def _markdown(_: Path, notebook: NotebookNode) -> None:
    text = (
        f"<script>{SCRIPT}</script><img src=x onerror={SCRIPT}> [a](javascript:{SCRIPT}) <svg onload={SCRIPT}>\n\n"
        f"$\\href{{javascript:{SCRIPT}}}{{x}}$ <a href='java&#115;cript:{SCRIPT}'>b</a> <iframe srcdoc='<script>{SCRIPT}</script>'>"
    )
    for number, kind in enumerate(("markdown", "raw")):
        notebook.cells.insert(0, NotebookNode(cell_type=kind, source=text, metadata={}, id=f"text-{number}"))


def _links(place: Path, _: NotebookNode) -> None:
    course = place.parents[2]
    for name, target in (("gradebook.txt", "gradebook.db"), ("source.ipynb", "source/week-1/work.ipynb"), ("all", ".")):
        os.symlink(course / target, place / name)
    os.symlink("/etc/passwd", place / "passwd.csv")
    os.mkfifo(place / "pipe.csv")


def _names(place: Path, _: NotebookNode) -> None:
    for name in (
        f"<img src=x onerror={SCRIPT}>.csv",
        "torch.py",
        "numpy.py",
        "evil.pth",
        "nbgrader_config.py",
        "-rf",
        "new\nline.ipynb",
    ):
        (place / name).write_text("raise SystemExit")


def _replace(content: bytes | str) -> Any:
    def damage(place: Path, notebook: NotebookNode) -> None:
        notebook.clear()
        notebook["raw"] = content
        data = content if isinstance(content, bytes) else content.encode()
        (place / "work.ipynb").write_bytes(data)

    return damage


def _linked_notebook(place: Path, notebook: NotebookNode) -> None:
    notebook.clear()
    os.symlink(place.parents[2] / "source" / "week-1" / "work.ipynb", place / "work.ipynb")


def _html(name: str, code: str, **more: Any) -> Attack:
    return attack(name, affine=f"from IPython.display import *\n{code}" + _AFFINE, **more)


ATTACKS = (
    attack("tags that skip", damage=_skip, affine=_AFFINE),
    attack("copies of a test", damage=_copies, affine=_AFFINE),
    attack("tests of its own", damage=_own_tests, affine=_AFFINE),
    attack("tests that are answers", damage=_retagged, affine=_AFFINE),
    attack("one name for all cells", damage=_renamed_ids, affine=_AFFINE),
    attack("outputs that are stored", damage=_stored_outputs, affine=_AFFINE),
    attack("markdown that runs", damage=_markdown, affine=_AFFINE),
    attack("links", damage=_links, affine="import glob\nfor name in glob.glob('*'):\n    try: print(open(name).read())\n    except Exception as error: print(error)" + _AFFINE),
    attack("names of files", damage=_names, affine=_AFFINE),
    attack("a linked notebook", damage=_linked_notebook, verdicts=ALL),
    attack("no JSON", damage=_replace("{"), verdicts=ALL),
    attack("deep JSON", damage=_replace('{"cells": ' + "[" * 100_000), verdicts=ALL),
    attack("a number", damage=_replace("5"), verdicts=ALL),
    attack("cells that are none", damage=_replace('{"cells": [1, null, {"cell_type": 5}], "metadata": 3, "nbformat": "x"}'), verdicts=ALL),
    attack("bytes", damage=_replace(bytes(range(256)) * 100), verdicts=ALL),
    attack("a number of many digits", damage=_replace('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": ' + "9" * 100_000 + "}"), verdicts=ALL),
    _html("scripts in outputs", f"display(HTML('<script>{SCRIPT}</script><img src=x onerror={SCRIPT}><svg onload={SCRIPT}></svg><a href=\"javascript:{SCRIPT}\">x</a><iframe srcdoc=\"<script>{SCRIPT}</script>\"></iframe>'), Javascript('{SCRIPT}'), SVG('<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"{SCRIPT}\"><script>{SCRIPT}</script></svg>'), Markdown('[x](javascript:{SCRIPT}) <script>{SCRIPT}</script> [y](java&#115;cript:{SCRIPT})'), Latex('$\\\\href{{javascript:{SCRIPT}}}{{x}}$'))"),
    _html("math that runs in outputs", f"display(HTML('<p>$\\\\href{{javascript:{SCRIPT}}}{{x}}$ $\\\\style{{background:url(x)}}{{y}}$</p>'), Markdown('$\\\\href{{javascript:{SCRIPT}}}{{x}}$'), Math(r'\\href{{javascript:{SCRIPT}}}{{x}}'))"),
    _html("other kinds of data", f"get_ipython().display_pub.publish({{'application/javascript': '{SCRIPT}', 'text/html': ['<script>', '{SCRIPT}</script>'], 'image/svg+xml': '<svg onload={SCRIPT}>', 'image/png': '\"><script>{SCRIPT}</script>', 'application/vnd.jupyter.widget-view+json': {{'model_id': 'x'}}, 'text/vnd.mermaid': 'x', '<script>{SCRIPT}</script>': 'x'}}, {{'isolated': True, 'width': '\"><script>{SCRIPT}</script>'}})"),
    _html("HTML that nests deeply", "display(HTML('<b><i><a>' * 300_000))", verdicts=MARKED | SLOW),
    _html("HTML that is odd", "import os\nfor _ in range(30): display(HTML(os.urandom(3000).decode('latin-1')), HTML('<![CDATA[' + '<' * 5000), HTML('&#x110000;&#xd800;\\x00'), HTML('<a ' + '=\"' * 5000))", verdicts=MARKED | SLOW),
    attack("an error with a name that runs", affine=f"raise type('<script>{SCRIPT}</script>', (Exception,), {{'__module__': '<img src=x onerror={SCRIPT}>'}})('<script>{SCRIPT}</script>')", root=f"def root(x):\n    raise type('<script>{SCRIPT}</script>', (Exception,), {{}})('<script>{SCRIPT}</script>\\x1b[31m')"),
    attack("a line of 200 MB", affine="print('x' * 200_000_000)\nfor _ in range(3): print('y' * 3_000_000, end='')" + _AFFINE),
    attack("thousands of outputs", affine="for n in range(8000): display(n)" + _AFFINE, verdicts=MARKED | SLOW),
    attack("half characters", affine="print('\\ud800 \\x00 \\x1b[2J')\ndisplay({'text/plain': '\\udfff'}, raw=True)" + _AFFINE, shifted="def shifted(word, by):\n    return '\\ud800'"),
    attack("past Python's streams", affine="import os\nfor _ in range(100): os.write(1, b'z' * 1_000_000); os.write(2, b'z' * 1_000_000)" + _AFFINE, verdicts=MARKED | GONE),
)  # fmt: skip
