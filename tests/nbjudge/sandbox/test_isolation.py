"""A student's code sees nothing and reaches nobody, whatever it tries."""

from __future__ import annotations

import errno
import os
import platform
import shutil
import socket
import stat
from pathlib import Path

import pytest

from nbjudge.sandbox import seccomp
from nbjudge.sandbox.choose import choose_sandbox
from nbjudge.sandbox.forkserver import ForkServer
from tests.nbjudge.sandbox.workers import ACTS, PACKAGE, TEMPORARY, Refused, Worker, started, worker

REPOSITORY = PACKAGE.parent


def test_nothing_beside_a_package_that_is_shown_can_be_seen(inside: Worker) -> None:
    assert inside.do("exists", str(PACKAGE / "arithmetic.py"))
    for name in ("source", "release", "tests/bank", "nbgrader_config.py", "README.md"):
        assert (REPOSITORY / name).exists()
        assert not inside.do("exists", str(REPOSITORY / name))


def test_no_gradebook_and_no_submission_can_be_found(tmp_path: Path, inside: Worker) -> None:
    (tmp_path / "submitted").mkdir()
    (tmp_path / "gradebook-of-a-test.db").touch()
    (tmp_path / "submitted" / "submission-of-a-test.ipynb").touch()
    names = ["gradebook-of-a-test.db", "submission-of-a-test.ipynb", "acts.py"]
    assert inside.do("find", names) == [str(ACTS)]


def test_the_system_s_secrets_are_not_there(inside: Worker) -> None:
    for path in (
        "/etc/shadow",
        "/etc/ssh",
        "/root/.ssh",
        "/home/student/../../var/lib",
        "/run",
        "/boot",
        "/dev/sda",
        "/dev/vda",
        "/dev/mem",
    ):
        assert not inside.do("exists", path)
    assert "student" in inside.do("read", "/etc/passwd")


def test_the_environment_of_the_coordinator_is_not_there(sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADEBOOK_PASSWORD", "a-secret-of-a-test")
    with started(sandbox) as forkserver, worker(forkserver) as one:
        assert "a-secret-of-a-test" not in str(one.do("environment"))
        seen = one.do("environments_seen")
    assert "PYTHONHASHSEED" in seen
    assert "a-secret-of-a-test" not in seen


def test_it_is_alone_in_its_process_namespace(inside: Worker) -> None:
    assert inside.do("visible_processes") == [1]
    assert inside.do("where")["pid"] == 1


def test_no_signal_reaches_anybody(sandboxed: ForkServer, inside: Worker) -> None:
    with worker(sandboxed, slot=1) as neighbour:
        outside = [os.getpid(), os.getppid(), sandboxed._process.pid, neighbour.child.pid, inside.child.pid]
        assert inside.do("send_signals", *outside) == ["ProcessLookupError"] * len(outside)
        assert inside.do("kill_everything") == 0
        assert neighbour.do("where")["files"] == []
    with worker(sandboxed, slot=2) as later:
        assert later.do("where")["files"] == []


def test_no_listener_of_the_machine_can_be_reached(inside: Worker, tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as internet,
        socket.socket(socket.AF_UNIX) as abstract,
        socket.socket(socket.AF_UNIX) as named,
    ):
        abstract.bind("\0listener-of-a-test")
        abstract.listen()
        named.bind(str(tmp_path / "s"))
        named.listen()
        for address, family in (
            (internet.getsockname(), "AF_INET"),
            ("@listener-of-a-test", "AF_UNIX"),
            (str(tmp_path / "s"), "AF_UNIX"),
        ):
            with socket.socket(getattr(socket, family)) as ours:  # it is there
                ours.connect(address.replace("@", "\0") if isinstance(address, str) else address)
        with pytest.raises(Refused, match="PermissionError"):
            inside.do("connect", "AF_INET", internet.getsockname())
        with pytest.raises(Refused, match="PermissionError"):
            inside.do("connect", "AF_INET6", ["::1", internet.getsockname()[1]])
        with pytest.raises(Refused, match="ConnectionRefusedError"):
            inside.do("connect", "AF_UNIX", "@listener-of-a-test")
        with pytest.raises(Refused, match="FileNotFoundError"):
            inside.do("connect", "AF_UNIX", str(tmp_path / "s"))
    inside.do("pass_a_descriptor")


def test_nothing_outside_of_its_own_disk_can_be_written(inside: Worker) -> None:
    assert inside.do("writable_folders") == []
    for path in (
        PACKAGE / "arithmetic.py",
        PACKAGE / "new.py",
        "/usr/new",
        "/etc/passwd",
        "/proc/sys/kernel/core_pattern",
    ):
        with pytest.raises(Refused, match=r"OSError|PermissionError"):
            inside.do("write", str(path), "0")
    for path in ("here.txt", f"{TEMPORARY}/there.txt", "/dev/shm/shared.txt", "/home/student/home.txt"):
        inside.do("write", path)
        assert inside.do("read", path) == "written"


def test_a_read_only_mount_stays_so(inside: Worker) -> None:
    for path in ("/usr", str(PACKAGE), "/"):
        assert inside.do("remount_writable", path) == errno.EPERM


def test_no_file_of_the_fork_server_is_open(sandboxed: ForkServer) -> None:
    with worker(sandboxed, files={"x": b"x"}) as one, worker(sandboxed, slot=1, files={"y": b"y"}) as other:
        for each in (one, other):
            found = each.do("descriptors")
            assert {os.path.basename(found.pop(number)) for number in "012"} == {"null"}
            assert len(found) == 1
            assert next(iter(found.values())).startswith("socket:")


def test_it_has_no_rights(inside: Worker) -> None:
    status = inside.do("status")
    assert {status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    assert status["Uid"].split() == ["64000"] * 4


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a program that runs as root")
def test_a_setuid_program_gives_nothing(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    copy = shutil.copy("/usr/bin/id", tmp_path)
    os.chmod(copy, 0o4755)
    assert os.stat(copy).st_mode & stat.S_ISUID
    with (
        ForkServer.begin("acts:serve", sandbox=choose_sandbox(), packages=[ACTS, tmp_path]).await_ready() as forkserver,
        worker(forkserver) as one,
    ):
        assert one.do("shell", f"{copy} -u") == [0, "64000\n", ""]


def test_every_mount_ignores_setuid(inside: Worker) -> None:
    for line in inside.do("read", "/proc/mounts").splitlines():
        assert "nosuid" in line.split()[3].split(","), line


@pytest.mark.skipif(
    platform.machine() not in {"x86_64", "aarch64"}, reason="system calls are refused on these machines only"
)
def test_system_calls_that_nobody_needs_are_refused(inside: Worker) -> None:
    place = {"x86_64": 0, "aarch64": 1}[platform.machine()]
    for name, numbers in seccomp.REFUSED.items():
        number = numbers[place]
        if number is not None:
            assert inside.do("system_call", number, 0, 0, 0, 0, 0) == errno.EPERM, name
    clone, clone3 = {"x86_64": (56, 435), "aarch64": (220, 435)}[platform.machine()]
    for flag in (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000):
        assert inside.do("clone_into_namespace", clone, flag) == errno.EPERM
    assert inside.do("system_call", clone3, 0, 0) == errno.ENOSYS


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only this machine runs system calls of another")
def test_system_calls_of_another_architecture_are_refused(inside: Worker) -> None:
    try:
        assert inside.do("call_32_bit") == -errno.EPERM
    except EOFError:  # a kernel without them
        assert inside.child.wait(600) is not None


@pytest.mark.skipif(os.geteuid() != 0, reason="not as root, all slots are the same user in user namespaces apart")
def test_each_slot_is_a_user_of_its_own(sandboxed: ForkServer) -> None:
    with worker(sandboxed, slot=0) as one, worker(sandboxed, slot=7) as other:
        assert (one.do("where")["uid"], other.do("where")["uid"]) == (64000, 64007)
        assert one.do("where")["groups"] == []
