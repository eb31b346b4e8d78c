"""The engine with real processes: what a cell gives, how a notebook ends, and what a judge can reach."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from nbjudge.engine import Engine
from nbjudge.job import End, Job, JobCell, Marked
from nbjudge.limits import MIB, Limits

LIMITS = Limits(memory_bytes=512 * MIB)
SHORT = replace(LIMITS, cell_seconds=5)
"""For what does not end; nothing else may hang on how fast a machine is."""


def job(*cells: tuple[str, str], limits: Limits = LIMITS, files: dict[str, bytes] | None = None) -> Job:
    """A notebook of student's cells and test cells."""
    made = [
        JobCell("test", text, f"test-{number}") if kind == "test" else JobCell("student", text)
        for number, (kind, text) in enumerate(cells)
    ]
    return Job("notebook", tuple(made), limits=limits, files=files or {}, judge_files=files or {})


def errors(marked: Marked) -> list[Sequence[str]]:
    """The names of the errors in each cell."""
    return [[output["ename"] for output in run.outputs if output["output_type"] == "error"] for run in marked.runs]


def printed(marked: Marked, number: int) -> str:
    return "".join(output.get("text", "") for output in marked.runs[number].outputs)


def test_cells_are_counted_and_their_outputs_kept(engine: Engine) -> None:
    marked = engine.mark(job(("student", "x = 2\nprint(x)"), ("student", "x + 1"), ("test", "assert x == 2")))
    assert marked.end is End.DONE
    assert [run.execution_count for run in marked.runs] == [1, 2, 3]
    assert printed(marked, 0) == "2\n"
    assert marked.runs[1].outputs[0]["data"] == {"text/plain": "3"}
    assert marked.runs[1].outputs[0]["execution_count"] == 2
    assert errors(marked) == [[], [], []]


def test_ipython_behaves_as_in_a_kernel(engine: Engine) -> None:
    cells = (
        "%time 1 + 1",
        "!echo from a shell",
        "import asyncio\nawait asyncio.sleep(0)\nprint('awaited')",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "from IPython.display import HTML, display\ndisplay(HTML('<b>bold</b>'))",
        "import ipywidgets\nipywidgets.IntSlider()",
        "%%capture caught\nprint('hidden')",
        "print(caught.stdout)",
        "import sys\nsys.stderr.write('to stderr')",
        "1 / 0",
    )
    marked = engine.mark(job(*(("student", cell) for cell in cells)))
    assert marked.end is End.DONE
    assert "from a shell" in printed(marked, 1)
    assert printed(marked, 2) == "awaited\n"
    assert "image/png" in marked.runs[3].outputs[0]["data"]
    assert marked.runs[4].outputs[0]["data"]["text/html"] == "<b>bold</b>"
    assert "IntSlider" in marked.runs[5].outputs[0]["data"]["text/plain"]
    assert printed(marked, 7) == "hidden\n\n"
    assert marked.runs[8].outputs[0]["name"] == "stderr"
    assert errors(marked)[9] == ["ZeroDivisionError"]


def test_a_cell_that_does_not_end_is_stopped_and_the_next_one_runs(engine: Engine) -> None:
    marked = engine.mark(
        job(("student", "y = 1"), ("student", "while True: pass"), ("test", "assert y == 1"), limits=SHORT)
    )
    assert marked.end is End.TIMED_OUT
    assert errors(marked) == [[], ["CellTimeoutError"], []]


def test_an_answer_that_does_not_end_fails_its_test_only(engine: Engine) -> None:
    answer = "def f():\n    while True:\n        pass\ndef g():\n    return 1"
    marked = engine.mark(job(("student", answer), ("test", "f()"), ("test", "assert g() == 1"), limits=SHORT))
    assert marked.end is End.TIMED_OUT
    assert errors(marked) == [[], ["CellTimeoutError"], []]


def test_a_list_of_objects_that_a_call_changes_is_changed_in_the_test(engine: Engine) -> None:
    answer = (
        "class Box:\n    def __init__(self, number):\n        self.number = number\n"
        "boxes = [Box(1), Box(2)]\ndef renew():\n    boxes[0] = Box(3)"
    )
    test = "before = boxes[0].number\nrenew()\nassert (before, boxes[0].number, boxes[1].number) == (1, 3, 2)"
    assert errors(engine.mark(job(("student", answer), ("test", test)))) == [[], []]


def test_what_passed_before_a_crash_stays_passed(engine: Engine) -> None:
    crash = "import os\ndef f():\n    os._exit(1)"
    tests = (("test", "assert 1"), ("test", "try:\n    f()\nexcept BaseException:\n    pass"), ("test", "assert 1"))
    marked = engine.mark(job(("student", crash), *tests))
    assert marked.end is End.CRASHED
    assert errors(marked) == [[], [], ["DeadKernelError"], ["DeadKernelError"]]


def test_memory_beyond_the_limit_is_told(engine: Engine) -> None:
    marked = engine.mark(job(("student", "kept = []\nwhile True:\n    kept.append(bytearray(1 << 26))")))
    assert marked.end in {End.OUT_OF_MEMORY, End.DONE}  # DONE: Python's own MemoryError came first
    assert errors(marked)[0] in (["DeadKernelError"], ["MemoryError"])


def test_a_test_cell_cannot_be_made_to_read_the_instructors_files(engine: Engine, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("of the instructor")
    answer = f"def where():\n    return {str(secret)!r}\nimport os\ndef there():\n    return os.path.exists(where())"
    marked = engine.mark(job(("student", answer), ("test", "open(where()).read()"), ("test", "assert not there()")))
    assert errors(marked) == [[], ["FileNotFoundError"], []]


def test_files_beside_the_notebook_are_there_for_both(engine: Engine) -> None:
    read = "def total():\n    return sum(map(int, open('data/numbers.txt')))"
    test = "assert total() == sum(int(line) for line in open('data/numbers.txt'))"
    marked = engine.mark(job(("student", read), ("test", test), files={"data/numbers.txt": b"1\n2\n"}))
    assert errors(marked) == [[], []]


def test_two_notebooks_at_once_do_not_meet(engine: Engine) -> None:
    def mark(slot: int) -> Marked:
        save = f"open('mine', 'w').write('{slot}')"
        return engine.mark(job(("student", save), ("student", "print(open('mine').read())")), slot)

    with ThreadPoolExecutor(2) as pool:
        assert [printed(marked, 1) for marked in pool.map(mark, (0, 1))] == ["0\n", "1\n"]


def test_the_same_notebook_gives_the_same_twice(engine: Engine) -> None:
    asked = job(
        ("student", "import random, numpy, torch\nprint(random.random(), numpy.random.rand(), torch.rand(1))"),
        ("student", "def f(x):\n    return x"),
        ("test", "import torch\nprint(f(torch.rand(2)))"),
    )
    assert engine.mark(asked).runs == engine.mark(asked).runs


def test_a_check_s_limit_counts_the_worker_s_processor_time(engine: Engine) -> None:
    """An answer whose processor is taken away for longer than its limit is right; here it sleeps, as if that happened."""
    answer = "import time\ndef slow():\n    time.sleep(1.5)\n    return 3\ndef endless():\n    while True: pass"
    right = "from course.checking.answer import Answer\nassert Answer(slow, seconds=1)() == 3"
    wrong = (
        "from course.checking.answer import Wrong\n"
        "try:\n    Answer(endless, seconds=0.2)()\n"
        "except Wrong as wrong:\n    print(wrong.misconception)"
    )
    marked = engine.mark(job(("student", answer), ("test", right), ("test", wrong), ("test", "assert slow() == 3")))
    assert marked.end is End.DONE
    assert errors(marked) == [[], [], [], []]
    assert printed(marked, 2) == "endless\n"
