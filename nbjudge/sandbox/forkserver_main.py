"""The fork server's process: import and preload once, then fork a child for each submission.

It runs one thread, holds nothing of any submission, and takes requests from the coordinator's channel only.
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
from contextlib import suppress
from functools import partial
from typing import NoReturn

from nbjudge.channel import Channel, ChannelClosed
from nbjudge.sandbox import supervisor
from nbjudge.sandbox.base import Setup
from nbjudge.sandbox.child import load_function, run_child
from nbjudge.sandbox.choose import make_sandbox
from nbjudge.sandbox.fork_loop import ForkLoop


def main() -> NoReturn:
    """Become a fork server, by the setup that comes over the channel."""
    coordinator, setup = _begin()
    home = ""
    try:
        sandbox = make_sandbox(setup.sandbox)
        proc = _open_proc()
        # where the kernel does not end what is left, there must be time to do it
        last_signal = signal.SIGTERM if sandbox.reaps else signal.SIGKILL
        home = tempfile.mkdtemp(prefix="nbjudge-", dir=setup.temporary) if sandbox.reaps else ""
        supervisor.supervise(setup.coordinator, lambda: sandbox.prepare(proc), last_signal, home)
        sandbox.enter(setup.packages, home)
        sandbox.preload(setup, partial(_load, setup))
        threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1
        if threads != 1:
            raise RuntimeError(
                f"After preloading, {threads} threads run in the fork server. A process with threads cannot be forked safely; "
                "let the functions that are preloaded start none, or end them."
            )
    except BaseException:
        with suppress(ChannelClosed):
            coordinator.send_json({"broken": traceback.format_exc()})
        shutil.rmtree(home, ignore_errors=True)
        os._exit(1)
    gc.collect()
    gc.freeze()
    with suppress(ChannelClosed):  # the loop sees that too
        coordinator.send_json({"ready": True})
    ForkLoop(coordinator, sandbox, setup, proc).run()
    shutil.rmtree(home, ignore_errors=True)
    os._exit(0)


def main_of_single_child() -> NoReturn:
    """Become a process that is in its sandbox already, preloads, and will be the child of one request."""
    fork_server, setup = _begin()
    try:
        _load(setup)
    except BaseException:
        fork_server.send_json({"broken": traceback.format_exc()})
        os._exit(1)
    try:
        if setup.announce:
            fork_server.send_json({"ready": True})
        request, descriptors = fork_server.receive_with_descriptors()
    except ChannelClosed:
        os._exit(0)
    *for_entry, reports = descriptors
    run_child(make_sandbox(setup.sandbox), setup.entry, _open_proc(), json.loads(request), for_entry, reports)


def _begin() -> tuple[Channel, Setup]:
    """The channel, whose file descriptor is the first argument of this program, and the setup that comes over it."""
    channel = Channel.from_descriptor(int(sys.argv[1]))
    try:
        return channel, Setup(**channel.receive_json())
    except ChannelClosed:
        os._exit(1)


def _load(setup: Setup) -> None:
    """Import the entry function's module, and call the functions that are to be preloaded."""
    folders = dict.fromkeys(map(os.path.dirname, setup.packages))
    sys.path += [folder for folder in folders if folder not in sys.path]
    os.environ["MPLCONFIGDIR"] = os.path.join(os.environ["HOME"], ".config", "matplotlib")
    load_function(setup.entry)
    for name in setup.preload:
        load_function(name)(*setup.arguments)


def _open_proc() -> int:
    try:
        return os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return -1
