"""The warm process: it imports once, and then forks a child for each submission.

It runs one thread, holds nothing of any submission, and is told what to do over the control socket only.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NoReturn

from nbjudge.channel import Channel, ChannelClosed
from nbjudge.sandbox import supervisor
from nbjudge.sandbox.bubblewrap import Bubblewrap
from nbjudge.sandbox.child import Entry, be_child
from nbjudge.sandbox.fork_loop import ForkLoop
from nbjudge.sandbox.isolation import make_sandbox


def main() -> NoReturn:
    """Become a warm process; the first argument is the number of the control socket's file descriptor."""
    coordinator = Channel.from_descriptor(int(sys.argv[1]))
    try:
        setup = coordinator.receive_json()
    except ChannelClosed:
        os._exit(1)
    try:
        box = make_sandbox(setup["box"])
        proc = _open_proc()
        # where the kernel does not end what is left, there must be time to do it
        last_signal = signal.SIGTERM if box.adopts else signal.SIGKILL
        home = tempfile.mkdtemp(prefix="nbjudge-", dir=setup["temporary"]) if box.adopts else ""
        supervisor.keep(setup["coordinator"], lambda: box.prepare(proc), last_signal, home)
        box.enter(setup["folders"], home)
        sys.path += [folder for folder in setup["import_from"] if folder not in sys.path]
        os.environ["MPLCONFIGDIR"] = os.path.join(os.environ["HOME"], ".config", "matplotlib")
        if isinstance(box, Bubblewrap):
            box.keep_ready(setup)
            entry: Entry = _no_entry
        else:
            entry = _preload(setup)
        threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1
        if threads != 1:
            raise RuntimeError(
                f"After preloading, {threads} threads run in the warm process. A process with threads cannot be forked safely; "
                "let the functions that are preloaded start none, or end them."
            )
    except BaseException:
        coordinator.send_json({"broken": traceback.format_exc()})
        os._exit(1)
    gc.collect()
    gc.freeze()
    coordinator.send_json({"ready": True})
    ForkLoop(coordinator, box, entry, proc, setup["coordinator"]).run()
    shutil.rmtree(home, ignore_errors=True)
    os._exit(0)


def main_of_one() -> NoReturn:
    """Become a process that will be one child, in a box already; the first argument is as for `main`."""
    coordinator = Channel.from_descriptor(int(sys.argv[1]))
    try:
        setup = coordinator.receive_json()
    except ChannelClosed:
        os._exit(1)
    try:
        sys.path += [folder for folder in setup["import_from"] if folder not in sys.path]
        os.environ["MPLCONFIGDIR"] = os.path.join(os.environ["HOME"], ".config", "matplotlib")
        entry = _preload(setup)
    except BaseException:
        coordinator.send_json({"broken": traceback.format_exc()})
        os._exit(1)
    if setup["announce"]:
        coordinator.send_json({"ready": True})
    try:
        message, descriptors = coordinator.receive_with_descriptors()
    except ChannelClosed:
        os._exit(0)
    *for_entry, reports = descriptors
    be_child(Bubblewrap(), entry, _open_proc(), json.loads(message), for_entry, reports)


def _preload(setup: Mapping[str, Any]) -> Entry:
    """Import the entry, and call what is to be called before the first child."""
    entry = load(setup["entry"])
    for name in setup["preload"]:
        load(name)(*setup["arguments"])
    return entry


def _no_entry(channel: Channel) -> None:
    raise NotImplementedError("Children of this box are no forks.")


def load(name: str) -> Callable[..., object]:
    """The function that `package.module:function` names."""
    module, _colon, function = name.partition(":")
    found = getattr(import_module(module), function)
    if not callable(found):
        raise TypeError(f"{name!r} must name a function; it is a {type(found).__name__}.")
    return found  # type: ignore[no-any-return]


def _open_proc() -> int:
    try:
        return os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return -1
