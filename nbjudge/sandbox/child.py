"""A child of a fork server: isolate it, unpack its files, and call its entry function; and how it ended.

What the child tells its fork server goes through a pipe, as lines of JSON: its process id, that it is ready, or why it failed.
Its files come in one open file that only the child reads: what the fork server once held, every later fork of it could find in
its memory.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import tempfile
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Literal, NoReturn

from nbjudge.channel import Channel
from nbjudge.limits import Limits
from nbjudge.sandbox.base import Sandbox


def run_child(
    sandbox: Sandbox, entry: str, proc: int, request: Mapping[str, Any], descriptors: list[int], reports: int
) -> NoReturn:
    """Isolate this process, call its entry function with its channel, and exit.

    Args:
        entry: `package.module:function`; the module has been imported.
        proc: an open /proc of the machine, or -1.
        request: the coordinator's message that asks for the child.
        descriptors: of its channel, and of its packed files if it has any.
        reports: the pipe to the fork server. What runs code that is not trusted has it closed before.
    """
    status = 1
    try:
        if os.getpid() != os.getsid(0):
            os.setsid()
        if proc >= 0:
            _report(reports, pid=int(os.readlink("self", dir_fd=proc)))
        try:
            sandbox.isolate(request["id"], Limits(**request["limits"]), request["slot"], proc)
            _close_all_but({reports, *descriptors})
            for descriptor in descriptors[1:]:
                unpack(descriptor)
        except BaseException as error:
            disk = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
            _report(reports, failed="".join(traceback.format_exception_only(error)).strip(), disk=disk)
            os._exit(1)
        _report(reports, ready=True)
        if not sandbox.trusted:
            os.close(reports)
        try:
            load_function(entry)(Channel.from_descriptor(descriptors[0]))
            status = 0
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        except BaseException as error:
            if sandbox.trusted:
                _report(reports, error="".join(traceback.format_exception(error)))
    finally:
        os._exit(status & 0xFF)


def load_function(name: str) -> Callable[..., object]:
    """Import the function that `package.module:function` names.

    Raises:
        ImportError, AttributeError: there is no such module, or nothing of that name in it.
        TypeError: it is no function.
    """
    module, _colon, attribute = name.partition(":")
    function = getattr(import_module(module), attribute)
    if not callable(function):
        raise TypeError(f"{name!r} must name a function; it is a {type(function).__name__}.")
    return function  # type: ignore[no-any-return]


def _report(descriptor: int, **fields: object) -> None:
    os.write(descriptor, json.dumps(fields).encode()[:60000] + b"\n")


def _close_all_but(kept: set[int]) -> None:
    """Close the fork server's files in the child, and open nothing as its standard streams."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    low = 3
    for descriptor in [*sorted(kept), os.sysconf("SC_OPEN_MAX")]:
        os.closerange(low, descriptor)
        low = descriptor + 1


def _check_names(names: Mapping[str, bytes]) -> None:
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
    _check_names(files)
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


Reason = Literal["exited", "killed", "signal", "memory", "time", "disk", "forkserver"]


@dataclass(frozen=True)
class Exit:
    """How a child ended.

    Attributes:
        reason: exited: by itself. killed: because the coordinator asked. signal: by a signal, such as a segmentation
            fault. memory, time, disk: it went beyond that limit. forkserver: its fork server is gone, and it with it.
        detail: one line for a log.
        cpu_seconds: processor time of the child and of its descendants, user and system.
    """

    reason: Reason
    detail: str = ""
    cpu_seconds: float = 0.0


def reason_of_status(status: int, cpu_seconds: float, cpu_limit: float) -> tuple[Reason, str]:
    """The reason, and a line for a log, by the wait status of a process that the fork server did not kill.

    Args:
        status: as os.wait gives it.
        cpu_seconds: processor time that it used.
        cpu_limit: processor time that it was allowed.
    """
    number = status & 0x7F
    if not number:
        return "exited", f"status {status >> 8 & 0xFF}"
    if number == signal.SIGXCPU or (number == signal.SIGKILL and cpu_seconds >= cpu_limit):
        return "time", f"used {cpu_seconds:.1f} s of processor time; {cpu_limit:g} s are allowed"
    try:
        return "signal", signal.Signals(number).name
    except ValueError:
        return "signal", f"signal {number}"


def had_ended_before(killed_for: tuple[Reason, str], by_status: tuple[Reason, str]) -> bool:
    """Whether a process that was killed on request had ended by itself, as its wait status shows.

    Its channel closes first; the coordinator may request the kill before the fork server can wait for the process.
    """
    return killed_for[0] == "killed" and by_status != ("signal", "SIGKILL")
