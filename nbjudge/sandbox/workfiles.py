"""Files for a child's working directory, handed over in one open file that only the child reads.

The fork server never holds their content: what it once held, every later fork of it could find in its memory.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import BinaryIO


def check_names(names: Mapping[str, bytes]) -> None:
    """Refuse names that would lead out of the working directory, or into each other.

    Raises:
        ValueError: tells which name, and what a name may be.
    """
    for name in names:
        parts = name.split("/")
        if not name or "\0" in name or any(part in {"", ".", ".."} for part in parts):
            raise ValueError(
                f"A file for the working directory is named {name!r}; expected a relative name with parts between '/', "
                "none of them empty, '.' or '..'."
            )
        for parent in PurePosixPath(name).parents:
            if str(parent) in names:
                raise ValueError(
                    f"{str(parent)!r} is both a file and the folder of {name!r}; give one of them another name."
                )


def pack(files: Mapping[str, bytes]) -> BinaryIO:
    """An unnamed file that holds these files, for `unpack`."""
    check_names(files)
    packed = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    index = json.dumps([[name, len(content)] for name, content in files.items()]).encode()
    packed.write(len(index).to_bytes(8, "big") + index)
    for content in files.values():
        packed.write(content)
    packed.flush()
    packed.seek(0)
    return packed


def unpack(descriptor: int) -> None:
    """Write what `pack` packed into the present working directory, and close it.

    Raises:
        OSError: such as a full disk.
    """
    with os.fdopen(descriptor, "rb") as packed:
        packed.seek(0)
        index = json.loads(packed.read(int.from_bytes(packed.read(8), "big")))
        for name, length in index:
            folder = os.path.dirname(name)
            if folder:
                os.makedirs(folder, exist_ok=True)
            with open(name, "xb") as file:
                while length:
                    part = packed.read(min(length, 1 << 20))
                    file.write(part)
                    length -= len(part)
