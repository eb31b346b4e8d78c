"""What lies beside the notebook: the folder is read without following anything, and harmful files stay out."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from nbjudge.repair.files import files_beside
from nbjudge.repair.fixes import Fixes
from nbjudge.repair.source import modules
from nbjudge.repair.submission import Caps, Skipped, Submitted, read_submission
from nbjudge.repair.template import Assignment

ASSIGNMENT = Assignment(
    "a",
    (),
    files={"data.csv": b"1", "pictures/cat.png": b"cat", "helper.py": b"right"},
    students_own=frozenset({"model.py"}),
    modules=modules(),
)


@pytest.mark.parametrize(
    ("files", "kept", "fix"),
    [
        ({"notes.txt": b"x", "mine/more.csv": b"y"}, {"notes.txt", "mine/more.csv"}, None),
        ({"my_layers.py": b"x", "my_package/__init__.py": b""}, {"my_layers.py", "my_package/__init__.py"}, None),
        ({"model.py": b"mine"}, {"model.py"}, None),
        ({"data.csv": b"1", "helper.py": b"right"}, set(), None),
        ({"data.csv": b"2"}, set(), "source-file"),
        ({"helper.py": b"wrong"}, set(), "source-file"),
        ({"pictures": b"a file"}, set(), "source-file"),
        ({"data.csv/x": b"in a file"}, set(), "source-file"),
        ({"test/cat.png": b"a folder of data"}, {"test/cat.png"}, None),
        ({"torch.py": b""}, set(), "unsafe-file"),
        ({"Torch.PY": b""}, set(), "unsafe-file"),
        ({"torch/__init__.py": b""}, set(), "unsafe-file"),
        ({"numpy/linalg.py": b""}, set(), "unsafe-file"),
        ({"random.py": b""}, set(), "unsafe-file"),
        ({"course/__init__.py": b""}, set(), "unsafe-file"),
        ({"course.py": b""}, set(), "unsafe-file"),
        ({"IPython.py": b""}, set(), "unsafe-file"),
        ({"torch.cpython-311-x86_64-linux-gnu.so": b""}, set(), "unsafe-file"),
        ({"x.so": b""}, set(), "unsafe-file"),
        ({"mine.pth": b""}, set(), "unsafe-file"),
        ({"sitecustomize.py": b""}, set(), "unsafe-file"),
        ({"sub/sitecustomize.py": b""}, set(), "unsafe-file"),
        ({"usercustomize.py": b""}, set(), "unsafe-file"),
        ({"conftest.py": b""}, set(), "unsafe-file"),
        ({"ipython_config.py": b""}, set(), "unsafe-file"),
        ({"ipython_kernel_config.py": b""}, set(), "unsafe-file"),
        ({"jupyter_server_config.json": b""}, set(), "unsafe-file"),
        ({"nbgrader_config.py": b""}, set(), "unsafe-file"),
        ({"profile_default/startup/00.py": b""}, set(), "unsafe-file"),
        ({".ipython/profile_default/startup/00.py": b""}, set(), "unsafe-file"),
        ({".bashrc": b""}, set(), "unsafe-file"),
        ({"matplotlibrc": b""}, set(), "unsafe-file"),
        ({"../up.txt": b""}, set(), "bad-name"),
        ({"/etc/passwd": b""}, set(), "bad-name"),
        ({"a\\b": b""}, set(), "bad-name"),
        ({"a\nb": b""}, set(), "bad-name"),
        ({"\udcff": b""}, set(), "bad-name"),
        ({"a" * 300: b""}, set(), "bad-name"),
        ({"far": Skipped.LINK}, set(), "link"),
        ({"far": Skipped.TOO_MANY}, set(), "large-file"),
        ({"far": Skipped.NOT_A_FILE}, set(), "unread-file"),
        ({"other.ipynb": b""}, set(), None),
    ],
)
def test_which_files_go_along(files: Mapping[str, bytes | Skipped], kept: set[str], fix: str | None) -> None:
    fixes = Fixes()
    beside = files_beside(ASSIGNMENT, Submitted(files), fixes)
    assert beside == {**{name: files[name] for name in kept}, **ASSIGNMENT.files}
    assert [each.key for each in fixes.told("a")] == ([fix] if fix else [])


def test_a_folder_is_read_without_following_anything(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    folder = tmp_path / "submitted"
    (folder / "sub" / ".ipynb_checkpoints").mkdir(parents=True)
    (folder / "__MACOSX").mkdir()
    (folder / "start.ipynb").write_bytes(b"{}")
    (folder / "sub" / "data.csv").write_bytes(b"1")
    (folder / "sub" / ".ipynb_checkpoints" / "start.ipynb").write_bytes(b"old")
    (folder / "__MACOSX" / "._start.ipynb").write_bytes(b"old")
    (folder / "._start.ipynb").write_bytes(b"old")
    (folder / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC\n")
    (folder / "link.txt").symlink_to(secret)
    (folder / "broken").symlink_to(tmp_path / "nowhere")
    (folder / "round").symlink_to(folder)
    (folder / "up").symlink_to(tmp_path)
    os.link(secret, folder / "same.txt")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket"))
        read = read_submission(folder)
    assert read == Submitted(
        {
            "broken": Skipped.LINK,
            "link.txt": Skipped.LINK,
            "pipe": Skipped.NOT_A_FILE,
            "round": Skipped.LINK,
            "same.txt": b"secret",
            "socket": Skipped.NOT_A_FILE,
            "start.ipynb": b"{}",
            "up": Skipped.LINK,
            "sub/data.csv": b"1",
        },
        "2026-03-01 12:00:00 UTC",
    )


def test_a_name_that_is_no_text_is_read(tmp_path: Path) -> None:
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt"))).write_bytes(b"1")
    assert read_submission(tmp_path) == Submitted({"\udcff.txt": b"1"})


@pytest.mark.parametrize("name", ["missing", "file", "folder"])
def test_a_folder_without_files(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    assert read_submission(tmp_path / name) == Submitted()


def test_only_so_much_is_read(tmp_path: Path) -> None:
    for name in "abcdef":
        (tmp_path / name).write_bytes(name.encode() * 10)
    (tmp_path / "large").write_bytes(b"x" * 11)
    deep = tmp_path / "1" / "2" / "3"
    deep.mkdir(parents=True)
    (deep / "z").write_bytes(b"")
    read = read_submission(tmp_path, caps=Caps(file_bytes=10, total_bytes=45, files=100, depth=2))
    assert read.files == {
        **{name: name.encode() * 10 for name in "abcd"},
        "e": Skipped.TOO_LARGE,
        "f": Skipped.TOO_LARGE,
        "large": Skipped.TOO_LARGE,
        "1/2": Skipped.TOO_DEEP,
    }
    few = read_submission(tmp_path, caps=Caps(files=3))
    assert list(few.files.items()) == [("a", b"a" * 10), ("b", b"b" * 10), ("c", b"c" * 10), ("d", Skipped.TOO_MANY)]


def test_what_may_not_be_read_is_told() -> None:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    (folder / "locked").mkdir(mode=0o700)
    (folder / "y").write_bytes(b"1")
    for path in (folder / "locked", folder / "y"):
        path.chmod(0)
    user = os.geteuid()
    try:
        if user == 0:  # root may read everything
            os.seteuid(65534)
        read = read_submission(folder)
    finally:
        os.seteuid(user)
        (folder / "locked").chmod(0o700)
        shutil.rmtree(folder)
    assert read.files == {"y": Skipped.UNREADABLE, "locked": Skipped.UNREADABLE}
