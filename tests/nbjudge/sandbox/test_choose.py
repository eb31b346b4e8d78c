"""Which box a machine gets, and what is said where there is none."""

from __future__ import annotations

import os
import sys

import pytest

from nbjudge.channel import Channel, ChannelClosed
from nbjudge.sandbox.forkserver import ForkServer
from nbjudge.sandbox.isolation import SandboxUnavailable, choose_sandbox
from tests.nbjudge.sandbox.workers import INSIDE, LIMITS, Worker


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="only root surely has namespaces")
def test_root_gets_namespaces() -> None:
    assert choose_sandbox().name == "namespaces"


def test_a_machine_that_refuses_is_told_how_to_go_on(inside: Worker) -> None:
    """The inside of a sandbox is such a machine."""
    said = inside.do("choose_a_box")
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


def test_a_judge_has_no_limits_of_its_own_but_those_of_its_tree() -> None:
    with ForkServer.begin("acts:serve", import_from=[INSIDE]).await_ready() as forkserver:
        judge = Worker(forkserver)
        assert judge.do("open_many_files") > LIMITS.open_files
        judge.start("hold_memory", 600)
        end = judge.child.wait(600)
        judge.hang_up()
    assert end is not None
    assert end.reason == "memory"


def test_the_channel_is_not_handed_on_to_programs(inside: Worker) -> None:
    status, listing, _errors = inside.do("shell", "exec ls -l /proc/self/fd")
    assert status == 0
    assert "socket:" not in listing


def test_a_channel_is_one_socket() -> None:
    here, in_child = Channel.pair()
    with ForkServer.begin("acts:serve", import_from=[INSIDE]).await_ready() as forkserver, here:
        with in_child:
            child = forkserver.fork(in_child, limits=LIMITS)
        here.send_json(["end", [0]])
        with pytest.raises(ChannelClosed):  # nobody else holds the other end once the child is gone
            here.receive()
        end = child.wait(600)
    assert end is not None
    assert end.reason == "exited"
