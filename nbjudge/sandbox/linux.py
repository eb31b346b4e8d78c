"""System calls of Linux that Python has no function for. Nothing is loaded before the first call."""

from __future__ import annotations

import ctypes
import os
import platform
from functools import cache

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_NOSUID, MS_NODEV, MS_NOEXEC = 0x2, 0x4, 0x8
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MNT_DETACH = 2

MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC = 0x1, 0x2, 0x4, 0x8

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4

_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000
_SYS_MOUNT_SETATTR = 442  # the same on every architecture
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_LINUX_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 63


class _MountAttributes(ctypes.Structure):
    _fields_ = (
        ("attr_set", ctypes.c_uint64),
        ("attr_clr", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns_fd", ctypes.c_uint64),
    )


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(call: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")
    return result


def supported() -> bool:
    """Whether this is a Linux whose system calls this module knows."""
    return platform.system() == "Linux" and platform.machine() in _SYS_PIVOT_ROOT


def unshare(flags: int) -> None:
    """Give the calling process namespaces of its own."""
    _check(f"unshare {flags:#x}", _libc().unshare(flags))


def setns(descriptor: int, kind: int) -> None:
    """Enter the namespace that the file descriptor stands for."""
    _check("setns", _libc().setns(descriptor, kind))


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount; see mount(2)."""
    result = _libc().mount(
        os.fsencode(source), os.fsencode(target), kind.encode() or None, ctypes.c_ulong(flags), options.encode() or None
    )
    _check(f"mount {kind or 'bind'} {source} on {target}", result)


def restrict_mount(target: str, attributes: int, *, recursive: bool) -> None:
    """Set attributes such as read-only on a mount, and on those below it."""
    mount_attributes = _MountAttributes(attr_set=attributes)
    result = _libc().syscall(
        ctypes.c_long(_SYS_MOUNT_SETATTR),
        ctypes.c_int(_AT_FDCWD),
        os.fsencode(target),
        ctypes.c_uint(_AT_RECURSIVE if recursive else 0),
        ctypes.byref(mount_attributes),
        ctypes.c_size_t(ctypes.sizeof(mount_attributes)),
    )
    _check(f"mount_setattr {target}", result)


def detach(target: str) -> None:
    """Take a mount, and those below it, out of sight."""
    _check(f"umount {target}", _libc().umount2(os.fsencode(target), MNT_DETACH))


def pivot_root(new: str, old: str) -> None:
    """Make `new` the root, and put the present root at `old`."""
    number = _SYS_PIVOT_ROOT[platform.machine()]
    _check("pivot_root", _libc().syscall(ctypes.c_long(number), os.fsencode(new), os.fsencode(old)))


def _prctl(name: str, option: int, *arguments: int) -> None:
    padded = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    _check(f"prctl {name}", _libc().prctl(ctypes.c_int(option), *padded))


def die_with_parent(signal_number: int) -> None:
    """Have this signal sent when the parent ends. Forgotten whenever the process changes its user: call it again then."""
    _prctl("PR_SET_PDEATHSIG", _PR_SET_PDEATHSIG, signal_number)


def become_subreaper() -> None:
    """Become the subreaper of this process's descendants: the parent of each whose own parent ends."""
    _prctl("PR_SET_CHILD_SUBREAPER", _PR_SET_CHILD_SUBREAPER, 1)


def set_dumpable() -> None:
    """Let the process see its own files in /proc, though it changed its user."""
    _prctl("PR_SET_DUMPABLE", _PR_SET_DUMPABLE, 1)


def forgo_new_privileges() -> None:
    """No setuid program and no file capability gives this process, or what it starts, anything from here on."""
    _prctl("PR_SET_NO_NEW_PRIVS", _PR_SET_NO_NEW_PRIVS, 1)


def drop_bounding_set() -> None:
    """No program that is started from here on can have a capability."""
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            _prctl("PR_CAPBSET_DROP", _PR_CAPBSET_DROP, capability)
        except OSError:
            if capability == 0:
                raise
            break  # beyond the last one that this kernel knows
    _prctl("PR_CAP_AMBIENT", _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)


def drop_capabilities() -> None:
    """Give up every capability of this process."""
    header = (ctypes.c_uint32 * 2)(_LINUX_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _check("capset", _libc().capset(ctypes.byref(header), ctypes.byref(nothing)))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def filter_system_calls(program: bytes) -> None:
    """Install a seccomp filter, for good. Needs forgo_new_privileges() first."""
    buffer = ctypes.create_string_buffer(program, len(program))
    program_struct = _Program(len(program) // 8, ctypes.addressof(buffer))
    result = _libc().prctl(
        ctypes.c_int(_PR_SET_SECCOMP),
        ctypes.c_ulong(_SECCOMP_MODE_FILTER),
        ctypes.byref(program_struct),
        ctypes.c_ulong(0),
        ctypes.c_ulong(0),
    )
    _check("prctl PR_SET_SECCOMP", result)
