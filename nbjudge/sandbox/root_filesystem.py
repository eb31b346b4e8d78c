"""The root filesystem of a sandbox: which files and folders of the disk it shows, and how they are mounted under a root of its own."""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbjudge
from nbjudge.sandbox import linux

HOME = "/home/student"
"""The mount point of a child's own disk: its working directory, its home, /tmp and /dev/shm lie there."""
WORK = f"{HOME}/work"
"""The working directory of a child."""
UID = 64000
"""The user id of a child in slot 0; root gives each slot a user of its own."""
SLOTS = 256
"""How many slots there are."""

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store")
_ETC = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "fonts", "localtime", "timezone", "alternatives", "mime.types")
_SYS = ("/sys/devices/system/cpu", "/sys/devices/system/node")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_OF_A_PREFIX = ("bin", "lib", "lib32", "lib64", "libexec", "include", "share", "pyvenv.cfg")
_OLD = "/.old"
_READ_ONLY = linux.MOUNT_ATTR_RDONLY | linux.MOUNT_ATTR_NOSUID | linux.MOUNT_ATTR_NODEV


@dataclass(frozen=True)
class Tree:
    """The files and folders that a sandbox shows, read-only.

    Attributes:
        shown: path as the sandbox sees it -> the real path that is shown there.
        links: path -> where the symbolic link leads.
    """

    shown: dict[str, str]
    links: dict[str, str]


def plan(paths: Iterable[str] = ()) -> Tree:
    """The tree of the interpreter, its packages, nbjudge, the system's programs and libraries, and these files and folders.

    Of the folder that nbjudge lies in, only nbjudge is shown: gradebook and sources may lie beside it. A folder of sys.path
    is shown if it belongs to the interpreter; others must be among `paths`.
    """
    real_paths: dict[str, str] = {}
    links: dict[str, str] = {}
    for path in _SYSTEM:
        if os.path.islink(path):
            links[path] = os.readlink(path)
        elif os.path.isdir(path):
            real_paths[path] = path
    package = os.path.dirname(os.path.abspath(nbjudge.__file__))
    for path in (*_interpreter(), package, *map(os.path.abspath, paths)):
        real = os.path.realpath(path)
        if os.path.exists(real):
            real_paths[path] = real
            real_paths[real] = real
    for path in (*(f"/etc/{name}" for name in _ETC), *_SYS):
        if os.path.exists(path):
            real_paths[path] = os.path.realpath(path)
    return Tree(dict(_outermost(real_paths, links)), links)


def _interpreter() -> Iterator[str]:
    """Paths of the interpreter and of its packages; some may not exist."""
    executable = os.path.realpath(sys.executable)
    prefixes = {
        sys.prefix,
        sys.exec_prefix,
        sys.base_prefix,
        sys.base_exec_prefix,
        os.path.dirname(os.path.dirname(executable)),
    }
    for prefix in sorted(prefixes):
        for name in _OF_A_PREFIX:
            yield os.path.join(prefix, name)
    for folder in sys.path:
        if os.path.basename(folder) in {"site-packages", "dist-packages"} or folder == site.USER_SITE:
            yield folder


def _outermost(real_paths: dict[str, str], links: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Leave out paths that a shown folder, or a link, holds already. Parents come first."""
    shown: dict[str, str] = {}
    for path in sorted(real_paths, key=lambda path: path.split("/")):
        parents = [str(parent) for parent in Path(path).parents]
        holder = next((parent for parent in parents if parent in shown), None)
        if holder is not None and shown[holder] + path[len(holder) :] == real_paths[path]:
            continue
        if any(parent in links for parent in (path, *parents)):
            continue
        shown[path] = real_paths[path]
        yield path, real_paths[path]


def enter(tree: Tree) -> bool:
    """Make the tree the root filesystem of this process, which must have a mount namespace of its own.

    The order is bubblewrap's: an empty tmpfs becomes the root while the old root stays reachable below it, everything is
    bound from there, and the old root is detached at the end.

    Returns:
        whether it has /proc: inside some containers the kernel refuses one.
    """
    linux.mount("none", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    linux.mount("tmpfs", "/tmp", "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=0755,size=16m")
    os.mkdir(f"/tmp{_OLD}")
    linux.pivot_root("/tmp", f"/tmp{_OLD}")
    os.chdir("/")
    os.umask(0o022)
    for path, real in tree.shown.items():
        _show(_OLD + real, path, _READ_ONLY)
    for path, target in tree.links.items():
        os.symlink(target, path)
    _devices()
    _temporary_folders()
    os.makedirs("/etc", exist_ok=True)
    for name, text in own_files().items():
        Path("/etc", name).write_text(text, encoding="ascii")
    os.mkdir("/proc")
    proc = _proc()
    os.makedirs(HOME)
    linux.mount("tmpfs", HOME, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=0755,size=64m")
    linux.detach(_OLD)
    os.rmdir(_OLD)
    linux.restrict_mount("/", _READ_ONLY, recursive=False)
    _folders_of_home()
    return proc


def enter_own_disk(size: int, uid: int, *, proc: bool) -> None:
    """Give this process, which must have a mount namespace of its own, an empty disk, /proc and terminals of its own."""
    options = f"mode=0755,size={size},nr_inodes=16384,uid={uid},gid={uid}"
    linux.mount("tmpfs", HOME, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, options)
    if proc:
        linux.mount("proc", "/proc", "proc", linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC)
    linux.mount(
        "devpts", "/dev/pts", "devpts", linux.MS_NOSUID | linux.MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620"
    )


def enter_working_directory() -> None:
    """Make the folders of the home, as the user who owns it, and go to the working directory."""
    _folders_of_home()
    os.chdir(WORK)


def _folders_of_home() -> None:
    for folder in (WORK, f"{HOME}/.tmp", f"{HOME}/.shm"):
        os.mkdir(folder)


def _show(source: str, path: str, attributes: int) -> None:
    if os.path.isdir(source):
        os.makedirs(path, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "xb"):
            pass
    linux.mount(source, path, flags=linux.MS_BIND | linux.MS_REC)
    linux.restrict_mount(path, attributes, recursive=True)


def _devices() -> None:
    os.mkdir("/dev")
    for name in _DEVICES:
        _show(f"{_OLD}/dev/{name}", f"/dev/{name}", linux.MOUNT_ATTR_NOSUID | linux.MOUNT_ATTR_NOEXEC)
    os.mkdir("/dev/pts")
    links = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2", "ptmx": "pts/ptmx"}
    for name, target in (links | {"shm": f"{HOME}/.shm"}).items():
        os.symlink(target, f"/dev/{name}")


def _temporary_folders() -> None:
    """Link /tmp to the child's own disk; if a folder is shown below /tmp, TMPDIR names another place."""
    for path in ("/tmp", "/var/tmp"):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.isdir(path):
            os.environ["TMPDIR"] = f"{HOME}/.tmp"
        else:
            os.symlink(f"{HOME}/.tmp", path)


def own_files() -> dict[str, str]:
    """Files of /etc, by name, with the users of the slots and nobody of this machine."""
    users = "".join(f"student:x:{UID + slot}:{UID + slot}::{HOME}:/bin/sh\n" for slot in range(SLOTS))
    groups = "".join(f"student:x:{UID + slot}:\n" for slot in range(SLOTS))
    return {
        "passwd": f"root:x:0:0:root:/root:/bin/sh\n{users}",
        "group": f"root:x:0:\n{groups}",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
        "hosts": "127.0.0.1 localhost\n",
    }


def _proc() -> bool:
    """Mount /proc; returns False where the kernel refuses, as inside a container that hides parts of its own /proc."""
    try:
        linux.mount("proc", "/proc", "proc", linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC)
    except OSError:
        return False
    return True
