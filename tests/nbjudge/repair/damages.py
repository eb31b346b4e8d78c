"""The table of damages to lesson 00, each with the fixes that it must bring."""

from __future__ import annotations

from collections.abc import Mapping

from tests.nbjudge.repair.damage import (
    ANSWER,
    ANSWER_2,
    IN_ORDER,
    RIGHT,
    RIGHT_2,
    STUB_AGAIN,
    TEST,
    TEST_2,
    WRITTEN,
    Damage,
    add,
    all_cells,
    as_nbformat_3,
    change,
    code,
    copy,
    delete,
    every,
    everything,
    graded,
    insert,
    mark,
    move,
    place,
    put,
    saved,
    split_answer,
    tag,
    twice,
    with_a_long_number,
    without_metadata,
    without_metadata_and_id,
    without_notebook_metadata,
    without_outputs,
)

ORDINARY = (
    Damage("nothing", lambda notebook: None),
    Damage("lines end as on Windows", change(ANSWER, source=RIGHT.replace("\n", "\r\n"))),
    Damage("source is a list of lines", change(ANSWER, source=RIGHT.splitlines(keepends=True))),
    Damage("cells without ids", all_cells(lambda cell: cell.pop("id", None))),
    Damage("all ids the same", all_cells(lambda cell: cell.update(id="same"))),
    Damage("ids that are none", all_cells(lambda cell: cell.update(id="a b/ü" * 40))),
    Damage("nbformat 4.0", put("nbformat_minor", 0)),
    Damage("nbformat 4.99", put("nbformat_minor", 99)),
    Damage("nbformat is a word", put("nbformat", "four")),
    Damage("no metadata of the notebook", without_notebook_metadata),
    Damage("metadata is a list", put("metadata", [])),
    Damage("numbers that are none", put("metadata", {"a": float("nan"), "b": float("inf"), "c": 10**30})),
    Damage("a number of 10000 digits", with_a_long_number),
    Damage("UTF-8 with a mark", saved(before=b"\xef\xbb\xbf")),
    Damage("white space around", saved(before=b"\n  ", after=b"\r\n\n")),
    Damage("keys that nobody knows", every(put("x", {"y": 1}), all_cells(lambda cell: cell.update(z=[1])))),
    Damage("no outputs and counts", all_cells(without_outputs)),
    Damage("outputs that are none", all_cells(lambda cell: cell.update(outputs="?", execution_count="first"))),
    Damage(
        "white space at line ends of a locked cell",
        change(TEST, source=['check("patch-response", patch_response)   \n', "\n"]),
    ),
    Damage(
        "Colab's badge",
        lambda notebook: notebook["cells"].insert(
            0,
            {
                "cell_type": "markdown",
                "source": "<a href=x>",
                "metadata": {"id": "view-in-github", "colab_type": "text"},
            },
        ),
    ),
    Damage("a form of Colab", lambda notebook: graded(notebook, ANSWER)["metadata"].update(cellView="form")),
    Damage(
        "flags that are off",
        lambda notebook: notebook["cells"][4]["metadata"].update(
            nbgrader={"grade": False, "locked": False, "solution": False, "grade_id": "cell-1", "schema_version": 3}
        ),
    ),
    Damage("nbgrader's empty metadata", lambda notebook: notebook["cells"][4]["metadata"].update(nbgrader={})),
    Damage("other tags", tag(TEST, "hide-input")),
    Damage(
        "a cell of the student's own",
        lambda notebook: notebook["cells"].insert(place(notebook, TEST), code("print(1)")),
        own=("print(1)",),
    ),
    Damage("a script magic", add(code("%%bash\nrm -rf /")), own=("%%bash\nrm -rf /",)),
    Damage(
        "a title of Colab",
        change(ANSWER, source=f"# @title Answer\n{RIGHT}"),
        texts={ANSWER: f"# @title Answer\n{RIGHT}"},
    ),
    Damage("an empty answer", change(ANSWER, source=""), texts={ANSWER: ""}),
    Damage("an answer without source", change(ANSWER, source=None), texts={ANSWER: ""}),
    Damage(
        "exercises in another order",
        every(move(ANSWER_2, before=ANSWER), move(TEST_2, before=ANSWER)),
        order=("setup", ANSWER_2, TEST_2, ANSWER, TEST, WRITTEN),
    ),
    Damage(
        "a locked cell moved to the end",
        lambda notebook: notebook["cells"].append(notebook["cells"].pop(place(notebook, "setup"))),
        order=(*IN_ORDER[1:], "setup"),
    ),
)

COPIES = (
    Damage(
        "the stub copied behind the answer",
        insert(ANSWER, after=1, source=f"def patch_response(patch, kernel):\n    {STUB_AGAIN}"),
        {"duplicate-cell": f"`{ANSWER}`"},
        texts={ANSWER: f"def patch_response(patch, kernel):\n    {STUB_AGAIN}"},
        own=(RIGHT,),
    ),
    Damage(
        "the answer copied before it",
        insert(ANSWER, after=0, source="first = 1"),
        {"duplicate-cell": f"`{ANSWER}`"},
        own=("first = 1",),
    ),
    Damage(
        "the answer copied and changed behind its test",
        insert(ANSWER, after=2, source=f"{RIGHT} * 1"),
        {"duplicate-cell": f"`{ANSWER}`", "moved-cell": f"`{TEST}`"},
        texts={ANSWER: f"{RIGHT} * 1"},
        own=(RIGHT,),
    ),
    Damage(
        "the answer copied twice",
        every(insert(ANSWER, after=0, source="a = 1"), insert(ANSWER, after=1, source="b = 1")),
        {"duplicate-cell": f"`{ANSWER}`"},
        own=("a = 1", "b = 1"),
    ),
    Damage("a test copied", insert(TEST, after=1), {"duplicate-cell": f"`{TEST}`"}),
    Damage(
        "a test copied to the top",
        lambda notebook: notebook["cells"].insert(0, copy(graded(notebook, TEST))),
        {"duplicate-cell": f"`{TEST}`"},
    ),
    Damage(
        "a test copied to try something",
        insert(TEST, after=0, source="patch_response(1, 2)"),
        {"duplicate-cell": f"`{TEST}`"},
        own=("patch_response(1, 2)",),
    ),
    Damage(
        "the set-up copied to the end",
        lambda notebook: notebook["cells"].append(copy(graded(notebook, "setup"))),
        {"duplicate-cell": "`setup`"},
    ),
    Damage("the written answer copied", insert(WRITTEN, after=0, source="Draft"), {"duplicate-cell": f"`{WRITTEN}`"}),
    Damage("every cell twice", twice, {"duplicate-cell": everything()}, own=(RIGHT, RIGHT_2)),
)

MISSING = (
    Damage("a test deleted", delete(TEST), {"missing-cell": f"`{TEST}`"}),
    Damage("all tests deleted", delete(TEST, TEST_2), {"missing-cell": f"`{TEST}`, `{TEST_2}`"}),
    Damage("the set-up deleted", delete("setup"), {"missing-cell": "`setup`"}),
    Damage("an answer deleted", delete(ANSWER), {"missing-answer": f"`{ANSWER}`"}, texts={ANSWER: STUB_AGAIN}),
    Damage(
        "an answer and its test deleted",
        delete(ANSWER, TEST),
        {"missing-cell": f"`{TEST}`", "missing-answer": f"`{ANSWER}`"},
        texts={ANSWER: STUB_AGAIN},
    ),
    Damage(
        "the written answer deleted",
        delete(WRITTEN),
        {"missing-answer": f"`{WRITTEN}`"},
        texts={WRITTEN: "Double-click here and write your answer."},
    ),
    Damage(
        "everything deleted",
        put("cells", []),
        {"missing-cell": f"`setup`, `{TEST}`, `{TEST_2}`", "missing-answer": f"`{ANSWER}`, `{ANSWER_2}`, `{WRITTEN}`"},
        texts={ANSWER: STUB_AGAIN, ANSWER_2: STUB_AGAIN, WRITTEN: "Double-click"},
    ),
    Damage(
        "text cells deleted",
        lambda notebook: notebook.update(cells=[cell for cell in notebook["cells"] if cell["cell_type"] == "code"]),
        {"missing-answer": f"`{WRITTEN}`"},
        texts={WRITTEN: "Double-click"},
    ),
    Damage(
        "another lesson's notebook",
        lambda notebook: notebook.update(
            cells=[
                code(
                    "x = 1",
                    nbgrader={
                        "grade": True,
                        "grade_id": "conv2d-test",
                        "locked": True,
                        "points": 9,
                        "schema_version": 3,
                        "solution": False,
                        "task": False,
                    },
                )
            ]
        ),
        {
            "unknown-cell": "`conv2d-test`",
            "missing-cell": f"`setup`, `{TEST}`, `{TEST_2}`",
            "missing-answer": f"`{ANSWER}`, `{ANSWER_2}`, `{WRITTEN}`",
        },
        texts={ANSWER: STUB_AGAIN, ANSWER_2: STUB_AGAIN, WRITTEN: "Double-click"},
        own=("x = 1",),
    ),
)

CHANGED = (
    Damage("a test edited", change(TEST, source="pass"), {"edited-cell": f"`{TEST}`"}),
    Damage("a test emptied", change(TEST, source=""), {"edited-cell": f"`{TEST}`"}),
    Damage("the set-up edited", change("setup", source="import os"), {"edited-cell": "`setup`"}),
    Damage("a test made text", change(TEST, cell_type="markdown"), {"cell-type": f"`{TEST}`"}),
    Damage("an answer made text", change(ANSWER, cell_type="markdown"), {"cell-type": f"`{ANSWER}`"}),
    Damage("an answer made raw", change(ANSWER, cell_type="raw"), {"cell-type": f"`{ANSWER}`"}),
    Damage("the written answer made code", change(WRITTEN, cell_type="code"), {"cell-type": f"`{WRITTEN}`"}),
    Damage("a test before its answer", move(TEST, before=ANSWER), {"moved-cell": f"`{TEST}`"}),
    Damage(
        "both tests at the top",
        every(move(TEST, before="setup"), move(TEST_2, before="setup")),
        {"moved-cell": f"`{TEST}`, `{TEST_2}`"},
    ),
    Damage(
        "all cells upside down",
        lambda notebook: notebook["cells"].reverse(),
        {"moved-cell": f"`{TEST}`, `{TEST_2}`"},
        order=(WRITTEN, ANSWER_2, TEST_2, ANSWER, TEST, "setup"),
    ),
)

RETAGGED = (
    *(
        Damage(f"{grade_id}: {changed}", mark(grade_id, **changed), {"retagged-cell": f"`{grade_id}`"})
        for grade_id, changed in (
            (TEST, {"grade": False}),
            (TEST, {"grade": "true"}),
            (TEST, {"grade": None}),
            (TEST, {"points": 2000}),
            (TEST, {"points": "2"}),
            (TEST, {"points": float("nan")}),
            (TEST, {"points": None}),
            (TEST, {"solution": True}),
            (TEST, {"task": True}),
            (TEST, {"schema_version": 1}),
            (TEST, {"schema_version": 2}),
            (TEST, {"schema_version": 99}),
            (TEST, {"schema_version": "3"}),
            (TEST, {"schema_version": None}),
            (ANSWER, {"solution": False}),
            (ANSWER, {"grade": True, "points": 9}),
            (ANSWER, {"schema_version": 1}),
            ("setup", {"locked": False}),
            (WRITTEN, {"grade": False}),
            (WRITTEN, {"points": 1}),
        )
    ),
    Damage("a key that nbgrader refuses", mark(TEST, extra=1)),
    Damage("a foreign checksum", mark(WRITTEN, checksum="0" * 32)),
    Damage("a foreign type", mark(ANSWER, cell_type="raw")),
    Damage("a test tagged to be skipped", tag(TEST, "skip-execution"), {"retagged-cell": f"`{TEST}`"}),
    Damage("an answer that may raise", tag(ANSWER, "raises-exception")),
    Damage(
        "tags that are none", lambda notebook: graded(notebook, TEST)["metadata"].update(tags={"skip-execution": 1})
    ),
)

LOST = (
    Damage("all metadata lost, ids kept", all_cells(without_metadata), {"lost-metadata": everything()}),
    Damage("all metadata and ids lost", all_cells(without_metadata_and_id), {"lost-metadata": everything()}),
    Damage(
        "the metadata of an answer lost",
        lambda notebook: without_metadata_and_id(graded(notebook, ANSWER)),
        {"lost-metadata": f"`{ANSWER}`"},
    ),
    Damage(
        "the metadata of a test lost",
        lambda notebook: without_metadata_and_id(graded(notebook, TEST)),
        {"lost-metadata": f"`{TEST}`"},
    ),
    Damage(
        "the metadata of the words lost",
        lambda notebook: without_metadata_and_id(graded(notebook, WRITTEN)),
        {"lost-metadata": f"`{WRITTEN}`"},
    ),
    Damage(
        "the metadata of a test lost, and its text changed",
        lambda notebook: every(change(TEST, source="pass"), lambda each: without_metadata(graded(each, TEST)))(
            notebook
        ),
        {"lost-metadata": f"`{TEST}`", "edited-cell": f"`{TEST}`"},
    ),
    Damage(
        "an answer written in a new cell at the end",
        split_answer,
        {"lost-metadata": f"`{ANSWER}`", "moved-cell": f"`{TEST}`"},
        order=("setup", ANSWER_2, TEST_2, WRITTEN, ANSWER, TEST),
    ),
    Damage(
        "an answer under another name",
        mark(ANSWER, grade_id="mine"),
        {"unknown-cell": "`mine`", "lost-metadata": f"`{ANSWER}`"},
    ),
    Damage("a grade_id that is a number", mark(ANSWER, grade_id=7), {"lost-metadata": f"`{ANSWER}`"}),
    Damage(
        "marks that are a list",
        lambda notebook: graded(notebook, ANSWER)["metadata"].update(nbgrader=[1]),
        {"lost-metadata": f"`{ANSWER}`"},
    ),
    Damage("metadata that is a list", change(ANSWER, metadata=[]), {"lost-metadata": f"`{ANSWER}`"}),
    Damage("no metadata", change(ANSWER, metadata=None), {"lost-metadata": f"`{ANSWER}`"}),
    Damage(
        "a copied cell of an unknown name",
        add(code("x = 1", nbgrader={"grade_id": "other", "solution": True})),
        {"unknown-cell": "`other`"},
        own=("x = 1",),
    ),
)

BROKEN = (
    Damage(
        "cells that are none",
        lambda notebook: notebook["cells"].extend([None, 3, "text", [], float("nan")]),
        {"broken-cell": "`…`, `text`"},
    ),
    Damage("a cell without type", add({"source": "x"}), {"broken-cell": "`x`"}),
    Damage(
        "a cell of an unknown type", add({"cell_type": "video", "source": "x", "metadata": {}}), {"broken-cell": "`x`"}
    ),
    Damage(
        "a code cell without type", add({"source": "x = 1", "outputs": []}), {"broken-cell": "`x = 1`"}, own=("x = 1",)
    ),
    Damage("an answer that is a number", change(ANSWER, source=5), {"broken-cell": "`?`"}, texts={ANSWER: ""}),
    Damage(
        "an answer of mixed lines",
        change(ANSWER, source=["a = 1\n", 5, None, ["b"], "c = 1"]),
        {"broken-cell": "`a = 1 c = 1`"},
        texts={ANSWER: "a = 1\nc = 1"},
    ),
    Damage("half a character", change(ANSWER, source="x = '\ud83d'"), texts={ANSWER: "x = '\ufffd'"}),
    Damage("nbformat 3", as_nbformat_3, {"old-format": "`nbformat 3`"}),
    Damage("text after the end", saved(after=b"\n{}"), {"trailing-text": "`{}`"}),
    Damage("UTF-16", saved("utf-16"), {"encoding": "`utf-16`"}),
    Damage("UTF-16 without a mark", saved("utf-16-le"), {"encoding": "`utf-16-le`"}),
    Damage("UTF-32", saved("utf-32"), {"encoding": "`utf-32`"}),
    Damage(
        "too many cells",
        lambda notebook: notebook["cells"].extend([code("")] * 6000),
        {"too-many-cells": "`6030`"},
        own=("",) * (5000 - 30),
    ),
    Damage(
        "an attachment that is no picture",
        lambda notebook: notebook["cells"][0].update(attachments={"a.html": {"text/html": "<script>"}}),
        {"attachment": "`a.html`"},
    ),
    Damage(
        "script in a text cell",
        add({"cell_type": "markdown", "source": "Hello\n<script>steal()</script>", "metadata": {}}),
        {"active-html": "`Hello`"},
    ),
    Damage(
        "script in the written answer",
        change(WRITTEN, source="<img src=x onerror=steal()>"),
        {"active-html": f"`{WRITTEN}`"},
        texts={WRITTEN: '<img src="x">'},
    ),
    Damage(
        "more text than is looked into",
        add(*({"cell_type": "markdown", "source": f"{at}: {'a' * 9_000}", "metadata": {}} for at in range(12))),
        {"active-html": ", ".join(f"`{at}: {'a' * 27}…{'a' * 30}`" for at in range(8)) + ", and 4 more"},
    ),
    Damage(
        "script in a raw cell",
        add({"cell_type": "raw", "source": "<script>steal()</script>", "metadata": {"raw_mimetype": "text/html"}}),
        {"active-html": "`?script?steal()?/script?`"},
    ),
)

DAMAGES = (*ORDINARY, *COPIES, *MISSING, *CHANGED, *RETAGGED, *LOST, *BROKEN)

CONFLICT = b"""{
 "cells": [
<<<<<<< HEAD
  {"cell_type": "markdown"}
=======
  {"cell_type": "code"}
>>>>>>> theirs
 ]
}"""

UNREADABLE: Mapping[str, tuple[bytes, str]] = {
    "empty": (b"", "the file is empty"),
    "white space": (b" \n\0\0", "the file is empty"),
    "web page": (b"<!DOCTYPE html><html></html>", "it is a web page; hand in the notebook itself (.ipynb)"),
    "zip": (b"PK\3\4....", "it is an archive; unpack it and hand in the notebook inside"),
    "conflict": (CONFLICT, "git could not merge it, and left conflict marks in it; hand in the notebook without them"),
    "half": (b'{"cells": [{"cell_type": "co', "its text breaks off or is damaged"),
    "random": (bytes(range(256)), "its text breaks off or is damaged"),
    "nested": (b'{"cells": ' + b"[" * 200_000, "its parts are nested too deeply"),
    "millions": (b'{"cells": [' + b"[]," * 2_000_001 + b"0]}", "it has millions of parts"),
    "list": (b"[1, 2]", "it holds something else than a notebook"),
    "number": (b"12", "it holds something else than a notebook"),
    "no cells": (b'{"nbformat": 4}', "it holds something else than a notebook"),
    "cells that are a word": (b'{"cells": "none"}', "it holds something else than a notebook"),
}
