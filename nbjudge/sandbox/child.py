"""A fork becomes a child: isolated, with its files, in the function that it was forked for."""

from __future__ import annotations

import errno
import json
import os
import traceback
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from nbjudge.channel import Channel
from nbjudge.limits import Limits
from nbjudge.sandbox import workfiles
from nbjudge.sandbox.isolation import Isolation

Entry = Callable[[Channel], object]


def be_child(
    box: Isolation, entry: Entry, proc: int, message: Mapping[str, Any], descriptors: list[int], reports: int
) -> NoReturn:
    """Be the child that the message asks for: isolated, with its files, in its entry; and end."""
    status = 1
    try:
        if os.getpid() != os.getsid(0):
            os.setsid()
        if proc >= 0:
            _report(reports, pid=int(os.readlink("self", dir_fd=proc)))
        try:
            box.isolate(message["id"], Limits(**message["limits"]), message["slot"], proc)
            _close_all_but({reports, *descriptors})
            for descriptor in descriptors[1:]:
                workfiles.unpack(descriptor)
        except BaseException as error:
            disk = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
            _report(reports, failed="".join(traceback.format_exception_only(error)).strip(), disk=disk)
            os._exit(1)
        _report(reports, ready=True)
        if box.name != "trusted":
            os.close(reports)
        try:
            entry(Channel.from_descriptor(descriptors[0]))
            status = 0
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        except BaseException as error:
            if box.name == "trusted":
                _report(reports, error="".join(traceback.format_exception(error)))
    finally:
        os._exit(status & 0xFF)


def _report(descriptor: int, **words: object) -> None:
    os.write(descriptor, json.dumps(words).encode()[:60000] + b"\n")


def _close_all_but(kept: set[int]) -> None:
    """Let a child have no file of its parent's, and nothing as its standard streams."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    low = 3
    for descriptor in [*sorted(kept), os.sysconf("SC_OPEN_MAX")]:
        os.closerange(low, descriptor)
        low = descriptor + 1
