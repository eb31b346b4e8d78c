"""What besides a notebook and its tests a mark can depend on: the versions of what runs them, and the code that tests call."""

from __future__ import annotations

import hashlib
import platform
import sys
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

    Of the packages of plugins the code counts, so that a corrected check marks again; of other libraries the version does.

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
    """The version of the library with this module, such as scikit-learn's for sklearn; "" where there is none."""
    number = _version(module)
    if number or module == "__main__" or find_spec(module) is None:
        return number
    return " ".join(map(_version, packages_distributions().get(module, ())))  # takes a tenth of a second


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
