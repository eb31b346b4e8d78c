"""Which sandbox a machine gets, and what is said where there is none."""

from __future__ import annotations

import os
import sys

import pytest

from nbjudge.channel import Channel, ChannelClosed
from nbjudge.sandbox.choose import SandboxUnavailable, choose_sandbox
from nbjudge.sandbox.forkserver import ForkServer
from tests.nbjudge.sandbox.workers import LIMITS, Worker, worker


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="only root surely has namespaces")
def test_root_gets_namespaces() -> None:
    assert choose_sandbox().name == "namespaces"


def test_a_machine_that_refuses_is_told_how_to_go_on(inside: Worker) -> None:
    """The inside of a sandbox is such a machine."""
    said = inside.do("choose_a_sandbox")
    assert "this machine refuses one" in said
    assert "namespaces:" in said
    assert "Operation not permitted" in said
    assert "bubblewrap:" in said
    assert "--no-sandbox" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_another_system_is_told_how_to_go_on(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(SandboxUnavailable, match=f"for Linux only; this is {platform}.*--no-sandbox"):
        choose_sandbox.__wrapped__()


def test_an_unlimited_child_has_no_limits_but_those_of_all_its_processes(unlimited: ForkServer) -> None:
    with worker(unlimited) as judge:
        assert judge.do("open_many_files") > LIMITS.open_files
        judge.start("hold_memory", 600)
        end = judge.child.wait(600)
    assert end is not None
    assert end.reason == "memory"


def test_the_channel_is_not_handed_on_to_programs(inside: Worker) -> None:
    status, listing, _errors = inside.do("shell", "exec ls -l /proc/self/fd")
    assert status == 0
    assert "socket:" not in listing


def test_a_channel_is_one_socket(unlimited: ForkServer) -> None:
    here, in_child = Channel.pair()
    with here:
        with in_child:
            child = unlimited.fork(in_child, limits=LIMITS)
        here.send_json(["end", [0]])
        with pytest.raises(ChannelClosed):  # nobody else holds the other end once the child is gone
            here.receive()
        end = child.wait(600)
    assert end is not None
    assert end.reason == "exited"
