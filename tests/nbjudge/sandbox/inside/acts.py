"""What a child is told to do in these tests. It runs inside the sandbox, where nothing else of the tests can be seen."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import warnings
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from nbjudge.channel import Channel, ChannelClosed

warnings.simplefilter("ignore")


def serve(channel: Channel) -> None:
    """Do what the test asks, act by act, and answer each; end when it hangs up."""
    while True:
        try:
            name, arguments = channel.receive_json()
        except ChannelClosed:
            return
        try:
            answer = {"value": globals()[name](*arguments)}
        except Exception as error:
            answer = {"error": type(error).__name__, "message": str(error)}
        channel.send_json(answer)


def warm_up() -> None:
    """Import what a course's workers import."""
    import matplotlib.pyplot  # noqa: F401
    import torch
    from IPython.core.interactiveshell import InteractiveShell  # noqa: F401

    torch.nn.functional.conv2d(torch.ones(1, 1, 3, 3), torch.ones(1, 1, 2, 2))


def start_a_thread() -> None:
    import threading

    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()


def fail(text: str = "a module is missing") -> None:
    raise RuntimeError(text)


# looking around


def where() -> dict[str, Any]:
    return {
        "cwd": os.getcwd(),
        "home": os.environ["HOME"],
        "pid": os.getpid(),
        "uid": os.getuid(),
        "groups": os.getgroups(),
        "files": sorted(str(path) for path in Path().rglob("*") if path.is_file()),
    }


def environment() -> dict[str, str]:
    return dict(os.environ)


def read(path: str) -> str:
    return Path(path).read_text(errors="replace")


def read_bytes_of(path: str) -> list[int]:
    return list(Path(path).read_bytes())


def write(path: str, text: str = "written") -> None:
    Path(path).write_text(text)


def exists(path: str) -> bool:
    return os.path.exists(path)


def find(names: list[str]) -> list[str]:
    """Every file of these names that can be seen."""
    found = []
    for folder, folders, files in os.walk("/"):
        if folder == "/":
            folders[:] = [below for below in folders if below not in {"proc", "sys"}]
        found += [os.path.join(folder, file) for file in files if file in names]
    return found


def writable_folders() -> list[str]:
    """Folders outside of its own disk in which a file can be made."""
    found = []
    for folder, folders, _files in os.walk("/"):
        if folder in {"/proc", "/home/student"}:
            folders.clear()
            continue
        with contextlib.suppress(OSError):
            Path(folder, "made-by-a-test").touch()
            found.append(folder)
    return found


def descriptors() -> dict[str, str]:
    """Open file descriptors, and what they are."""
    found = {}
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            found[name] = os.readlink(f"/proc/self/fd/{name}")
    return found


def visible_processes() -> list[int]:
    return sorted(int(name) for name in os.listdir("/proc") if name.isdecimal())


def environments_seen() -> str:
    """All of /proc/…/environ that can be read."""
    text = ""
    for pid in visible_processes():
        with contextlib.suppress(OSError):
            text += Path(f"/proc/{pid}/environ").read_text(errors="replace")
    return text


def status() -> dict[str, str]:
    lines = Path("/proc/self/status").read_text().splitlines()
    return {key: value.strip() for key, _colon, value in (line.partition(":") for line in lines)}


def modules_found_at(name: str) -> str | None:
    from importlib.util import find_spec

    spec = find_spec(name)
    return spec.origin if spec else None


# reaching out


def connect(family: str, address: Any) -> None:
    target = tuple(address) if isinstance(address, list) else address.replace("@", "\0")
    with socket.socket(getattr(socket, family)) as connection:
        connection.settimeout(5)
        connection.connect(target)


def pass_a_descriptor() -> None:
    """Sockets between one's own processes work, with file descriptors in them."""
    one, other = socket.socketpair()
    socket.send_fds(one, [b"x"], [0])
    socket.recv_fds(other, 1, 1)


def send_signals(*pids: int) -> list[str]:
    """Try to kill; what the system says to each."""
    answers = []
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
            answers.append("sent")
        except OSError as error:
            answers.append(type(error).__name__)
    return answers


def kill_everything() -> int:
    """Kill all that can be seen, and the parent; tell the parent's number."""
    with contextlib.suppress(OSError):
        os.kill(-1, signal.SIGKILL)
    parent = os.getppid()
    for pid in (1, parent):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    return parent


def system_call(number: int, *arguments: int) -> int:
    """Call the kernel; the error's number, or 0."""
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(argument) for argument in arguments))
    return ctypes.get_errno() if result < 0 else 0


def clone_into_namespace(number: int, flags: int) -> int:
    """As system_call, for clone; should there be a child, it ends at once."""
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(ctypes.c_long(number), ctypes.c_ulong(flags | signal.SIGCHLD), *(ctypes.c_long(0),) * 4)
    if result == 0:
        os._exit(0)
    return ctypes.get_errno() if result < 0 else 0


def remount_writable(path: str) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.mount(b"none", path.encode(), None, ctypes.c_ulong(0x20 | 0x1000), None)
    return ctypes.get_errno() if result < 0 else 0


def call_32_bit() -> int:
    """The exit status of a program that makes a 32-bit system call (getpid by `int 0x80`), which no filter for 64 bits knows."""
    import mmap

    code = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"  # mov eax, 20; int 0x80; ret
    memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    return int(ctypes.CFUNCTYPE(ctypes.c_int)(address)())


def shell(command: str) -> list[Any]:
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=600, check=False)
    return [done.returncode, done.stdout, done.stderr]


# using much


def hold_memory(mebibytes: int) -> int:
    held = bytearray(mebibytes << 20)
    for place in range(0, len(held), 4096):
        held[place] = 1
    time.sleep(600)
    return len(held)


def hold_memory_in_processes(count: int, mebibytes: int) -> None:
    for _ in range(count):
        if os.fork() == 0:
            hold_memory(mebibytes)
    time.sleep(600)


def map_memory(mebibytes: int) -> int:
    return len(bytearray(mebibytes << 20))


def fill_disk(folder: str = ".", file_bytes: int = 1 << 20) -> list[int]:
    """Write files until there is no room; how many there are, and the error's number."""
    count = 0
    try:
        while True:
            Path(folder, f"filler-{count}").write_bytes(bytes(file_bytes))
            count += 1
    except OSError as error:
        return [count, error.errno or 0]


def make_one_file(size: int) -> None:
    with open("one", "wb") as file:
        file.truncate(size)


def open_many_files() -> int:
    opened = []
    try:
        while True:
            opened.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        for descriptor in opened:
            os.close(descriptor)
        return len(opened)


def fork_bomb() -> int:
    """Fork until the system refuses, each child too; how many this process made."""
    count = 0
    while True:
        try:
            pid = os.fork()
        except OSError:
            break
        if pid == 0:
            while True:
                try:
                    os.fork()
                except OSError:
                    time.sleep(0.01)
        count += 1
    return count


def many_threads() -> int:
    import threading

    count = 0
    try:
        while True:
            threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
            count += 1
    except RuntimeError:
        return count


def spin() -> None:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while True:
        pass


def sleep(seconds: float) -> None:
    time.sleep(seconds)


# leaving something behind, and ending


def leave_a_daemon(marker: str) -> int:
    """Start a process that left the session and its parent; its command line holds the marker."""
    read_end, write_end = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.setsid()
            os.write(write_end, struct.pack("i", os.getpid()))
            os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(600)", marker])
        os._exit(0)
    os.wait()
    os.close(write_end)
    (pid,) = struct.unpack("i", os.read(read_end, 4))
    os.read(read_end, 1)  # its end of the pipe closes when it has become the other program
    return int(pid)


def end(status_: int) -> None:
    os._exit(status_)


def stop() -> None:
    raise SystemExit(3)


def crash() -> None:
    ctypes.string_at(0)


# ordinary work


def multiply_in_processes() -> list[int]:
    with get_context("fork").Pool(2) as pool:
        return pool.map(abs, [-1, -2, -3])


def spawn_a_process() -> int | None:
    process = get_context("spawn").Process(target=abs, args=(-1,))
    process.start()
    process.join(60)
    return process.exitcode


def run_in_threads() -> list[int]:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(abs, [-1, -2, -3]))


def load_data(workers: int) -> float:
    """The sum of numbers that came through a DataLoader's own processes."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    loader = DataLoader(TensorDataset(torch.arange(64.0)), batch_size=8, num_workers=workers)
    return float(sum(batch.sum() for (batch,) in loader))


def train_a_little() -> bool:
    import torch

    torch.set_num_threads(2)
    layer = torch.nn.Conv2d(3, 4, 3)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    losses = []
    for _ in range(3):
        loss = (layer(torch.ones(2, 3, 64, 64)) - 1).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    return losses[-1] < losses[0]


def draw() -> bool:
    import io

    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().plot([1, 2], label="a")
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue().startswith(b"\x89PNG")


def system_of_ipython(command: str) -> list[Any]:
    """What `!command` does in a notebook: a program at the end of a terminal of its own."""
    from IPython.utils.process import getoutput, system

    return [system(f"{command} > /dev/null"), getoutput(command)]


def temporary_file() -> str:
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x")
        return file.name


def shared_memory() -> int:
    from multiprocessing.shared_memory import SharedMemory

    block = SharedMemory(create=True, size=1 << 20)
    try:
        return block.size
    finally:
        block.close()
        block.unlink()


_kept: list[bytearray] = []


def keep(mebibytes: int) -> None:
    """Hold memory, and go on."""
    held = bytearray(mebibytes << 20)
    for place in range(0, len(held), 4096):
        held[place] = 1
    _kept.append(held)


def fork_sleepers(count: int) -> None:
    for _ in range(count):
        if os.fork() == 0:
            time.sleep(600)


def hang() -> None:
    """As something that cannot be interrupted while it is imported."""
    while True:
        time.sleep(600)


def choose_a_sandbox() -> str:
    """What is said where there is no sandbox."""
    from nbjudge.sandbox.choose import SandboxUnavailable, choose_sandbox

    try:
        return choose_sandbox().name
    except SandboxUnavailable as error:
        return str(error)
