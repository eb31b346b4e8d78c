"""The filter refuses the calls that it names: its numbers are those of the kernel's own headers."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from nbjudge.sandbox import seccomp

HEADERS = {
    "x86_64": [Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), Path("/usr/include/asm/unistd_64.h")],
    "aarch64": [Path("/usr/include/asm-generic/unistd.h")],
}


@pytest.mark.parametrize("machine", HEADERS)
def test_numbers_are_the_kernel_s(machine: str) -> None:
    header = next((path for path in HEADERS[machine] if path.exists()), None)
    if header is None:
        pytest.skip("the kernel's headers are not installed here")
    known = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text()))
    place = list(HEADERS).index(machine)
    for name, numbers in seccomp.REFUSED.items():
        if name in known:
            assert numbers[place] == int(known[name]), name
        elif numbers[place] is not None:
            assert int(numbers[place] or 0) > 430, f"{name} is new, or no system call of this machine"
    _place, _architecture, *others = seccomp._MACHINES[machine]
    assert others == [int(known[name]) for name in ("clone", "clone3", "socket", "socketpair")]


@pytest.mark.parametrize("machine", HEADERS)
def test_every_jump_stays_in_the_program(machine: str) -> None:
    text = seccomp.program(machine)
    assert text is not None
    code = list(struct.iter_unpack("=HBBI", text))
    for place, (kind, if_true, if_false, _value) in enumerate(code):
        if kind & 0x07 == 0x05:
            assert max(place + 1 + if_true, place + 1 + if_false) < len(code)
    assert code[-1][0] == 0x06


def test_an_unknown_machine_has_no_filter() -> None:
    assert seccomp.program("riscv64") is None
