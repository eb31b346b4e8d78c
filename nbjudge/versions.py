"""What besides a notebook and its tests a mark can depend on: the versions of what runs them, and the code that tests call."""

from __future__ import annotations

import hashlib
import platform
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from importlib.util import find_spec
from pathlib import Path

from nbjudge.codec.libraries import ROOMS
from nbjudge.plugins import package_folders, top_level
from nbjudge.warm_up import imported_modules

DISTRIBUTION = "conv-course"
"""The distribution that this package is installed with."""

ENGINE_VERSION = "1"
"""Changes when the same notebook could get another mark: results of another version are not taken over."""


def own_version() -> str:
    """The version of this package; "" where it is not installed."""
    return _version(DISTRIBUTION)


def marking_versions(sources: Iterable[str], plugins: Sequence[str]) -> dict[str, str]:
    """Versions and hashes by name, for the key of a result.

    Of the packages of plugins, and of modules that are no installed library, the code counts, so that a corrected check
    marks again; of libraries the version does.

    Args:
        sources: the texts of the source's cells.
        plugins: names of the course's plugins, see `nbjudge.plugins`.

    Raises:
        CourseFolderError: when there is no package that a plugin names.
    """
    packages = {top_level(name) for name in plugins}
    libraries = imported_modules(sources) - packages - sys.stdlib_module_names
    return {
        "engine": ENGINE_VERSION,
        "nbjudge": own_version(),
        "python": platform.python_version(),
        **{name: _version(name) for name in ("ipython", *ROOMS)},
        **{name: number for name in libraries if (number := _library_version(name))},
        **{name: _code_hash(package_folders([name])) for name in packages},
    }


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def _library_version(module: str) -> str:
    """The version of the library with this module, such as scikit-learn's for sklearn; "" where there is no such module.

    Of a module that no library's folder holds, such as a course's own checks, it is the hash of its code.
    """
    if module == "__main__" or find_spec(module) is None:
        return _version(module)
    folders = package_folders([module])
    if not any(folder.is_relative_to(library) for folder in folders for library in _library_folders()):
        return _code_hash(folders)
    return _version(module) or " ".join(
        map(_version, packages_distributions().get(module, ()))
    )  # takes a tenth of a second


def _library_folders() -> set[Path]:
    """Where installed libraries are, of this environment and of others that it can import from."""
    places = {Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")}
    return places | {Path(place) for place in sys.path if Path(place).name in {"site-packages", "dist-packages"}}


def _code_hash(places: Iterable[Path]) -> str:
    """The hash of all files of a package, or of a module's one file; what Python and editors leave there does not count."""
    digest = hashlib.sha256()
    for place in places:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            parts = path.relative_to(place).parts
            if path.is_file() and not any(part.startswith(".") or part == "__pycache__" for part in parts):
                content = path.read_bytes()
                digest.update(f"{'/'.join(parts)} {len(content)};".encode("utf-8", "surrogateescape") + content)
    return digest.hexdigest()
