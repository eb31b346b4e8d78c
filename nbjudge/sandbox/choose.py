"""The sandboxes that there are, and which of them this machine allows, found by trying."""

from __future__ import annotations

import os
import shutil
import sys
from functools import cache

from nbjudge.channel import Channel
from nbjudge.limits import Limits
from nbjudge.sandbox import linux
from nbjudge.sandbox.base import Sandbox, Unlimited, Unsandboxed
from nbjudge.sandbox.bubblewrap import Bubblewrap
from nbjudge.sandbox.forkserver import ForkFailed, ForkServer, ForkServerDied
from nbjudge.sandbox.namespaces import Namespaces

_KINDS: dict[str, type[Sandbox]] = {kind.name: kind for kind in (Unsandboxed, Unlimited, Namespaces, Bubblewrap)}


class SandboxUnavailable(Exception):
    """This machine has no way to isolate a student's code; the message says what is missing and how to go on."""


def make_sandbox(name: str) -> Sandbox:
    """A sandbox by its name."""
    return _KINDS[name]()


@cache
def choose_sandbox() -> Sandbox:
    """The sandbox that this machine allows, found by trying.

    Raises:
        SandboxUnavailable: there is none.
    """
    go_on = (
        "Mark on a Linux machine that allows one, or, for work that you would run on your own computer, go on without: "
        "--no-sandbox."
    )
    if sys.platform != "linux" or not linux.supported():
        raise SandboxUnavailable(
            f"Students' code must run in a sandbox, and there is one for Linux only; this is {sys.platform}. {go_on}"
        )
    refusals = []
    for name in ("namespaces", "bubblewrap"):
        if name == "bubblewrap" and (os.geteuid() == 0 or not shutil.which("bwrap")):
            refusals.append("bubblewrap: it is not installed, or this is root, for whom it is no protection")
            continue
        refusal = _refusal(make_sandbox(name))
        if refusal is None:
            return make_sandbox(name)
        refusals.append(f"{name}: {refusal}")
    raise SandboxUnavailable(
        f"Students' code must run in a sandbox, and this machine refuses one ({'; '.join(refusals)}). {go_on}"
    )


def _refusal(sandbox: Sandbox) -> str | None:
    """Try the sandbox with a child that does nothing; returns what keeps it from working here, or None."""
    here, in_child = Channel.pair()
    try:
        with here, in_child, ForkServer.begin(f"{__name__}:do_nothing", sandbox=sandbox).await_ready() as forkserver:
            end = forkserver.fork(in_child, limits=Limits()).wait()
    except (OSError, ForkServerDied, ForkFailed) as error:
        return str(error).strip().splitlines()[-1]
    return None if end is not None and end.reason == "exited" else str(end)


def do_nothing(channel: Channel) -> None:
    """End at once: the child with which a sandbox is tried."""
