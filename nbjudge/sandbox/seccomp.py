"""The seccomp filter: the system calls that a student's code never needs, and the program that refuses them.

Numbers: Linux's arch/x86/entry/syscalls/syscall_64.tbl, and include/uapi/asm-generic/unistd.h for aarch64.
"""

from __future__ import annotations

import errno
import platform
import socket
import struct
from typing import Final

_NAMESPACES: Final = 0x7E020000  # every CLONE_NEW… flag that clone() takes

# name: (x86_64, aarch64)
REFUSED: Final[dict[str, tuple[int | None, int | None]]] = {
    # other namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "fanotify_init": (300, 262),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    # memory that no count of a process's pages shows
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    # large parts of the kernel
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # the machine
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "syslog": (103, 116),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "iopl": (172, None),
    "ioperm": (173, None),
    "personality": (135, 92),
    "vhangup": (153, 58),
    "lookup_dcookie": (212, 18),
}

# machine: (its column above, AUDIT_ARCH_…, clone, clone3, socket, socketpair)
_MACHINES: Final = {
    "x86_64": (0, 0xC000003E, 56, 435, 41, 53),
    "aarch64": (1, 0xC00000B7, 220, 435, 198, 199),
}

_LOAD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _JUMP_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data; both machines are little-endian
_X32_BIT = 0x40000000


def program(machine: str | None = None) -> bytes | None:
    """The seccomp filter as BPF instructions, or None for a machine whose system calls are not known.

    Args:
        machine: as platform.machine() names it; this one when left out.
    """
    numbers_of_machine = _MACHINES.get(machine or platform.machine())
    if numbers_of_machine is None:
        return None
    column, architecture, clone, clone3, *sockets = numbers_of_machine
    refuse = _instruction(_RETURN, _ERRNO | errno.EPERM)
    allow = _instruction(_RETURN, _ALLOW)
    code = [
        _instruction(_LOAD, _ARCHITECTURE),
        _instruction(_JUMP_EQUAL, architecture, 1, 0),
        refuse,
        _instruction(_LOAD, _NUMBER),
        _instruction(_JUMP_GREATER_EQUAL, _X32_BIT, 0, 1),
        refuse,
        # clone3 hides its flags behind a pointer: "not implemented" makes the C library use clone
        _instruction(_JUMP_EQUAL, clone3, 0, 1),
        _instruction(_RETURN, _ERRNO | errno.ENOSYS),
        _instruction(_JUMP_EQUAL, clone, 0, 4),
        _instruction(_LOAD, _FIRST_ARGUMENT),
        _instruction(_JUMP_BITS, _NAMESPACES, 0, 1),
        refuse,
        allow,
    ]
    for number in sockets:
        code += [
            _instruction(_JUMP_EQUAL, number, 0, 4),
            _instruction(_LOAD, _FIRST_ARGUMENT),
            _instruction(_JUMP_EQUAL, int(socket.AF_UNIX), 1, 0),
            refuse,
            allow,
        ]
    for numbers in REFUSED.values():
        if (refused := numbers[column]) is not None:
            code += [_instruction(_JUMP_EQUAL, refused, 0, 1), refuse]
    return b"".join([*code, allow])


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
