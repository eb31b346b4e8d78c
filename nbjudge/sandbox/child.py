"""A child of a fork server: isolate it, unpack its files, and call its entry function.

What the child tells its fork server goes through a pipe, as lines of JSON: its process id, that it is ready, or why it failed.
"""

from __future__ import annotations

import errno
import json
import os
import traceback
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NoReturn

from nbjudge.channel import Channel
from nbjudge.limits import Limits
from nbjudge.sandbox import workfiles
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
                workfiles.unpack(descriptor)
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
