"""Plugins: modules of a course that add to judge and worker what only that course needs.

A course names them in its nbgrader_config.py:

    c.NbJudge.plugins = ["course.judge_plugin"]

Each module has a `plugin`, an instance of `Plugin`. It is imported once in each fork server, of judges and of workers, before
anything is forked. A course whose test cells need nothing but Python and installed libraries has no plugin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from nbjudge.files import CourseFolderError

SECTION = "NbJudge"
"""The section of nbgrader_config.py that is nbjudge's."""


@dataclass(frozen=True)
class Plugin:
    """What a course adds.

    Attributes:
        libraries: libraries that the course uses, see `nbjudge.warm_up.LIBRARIES`.
        warm_up: cells that both fork servers run once, such as the course's imports, so that no fork has to.
        worker_warm_up: cells that only the workers' fork server runs besides, such as a first figure.
        prepare_judge: called once in the judges' fork server, to connect the course's checks with proxies.
    """

    libraries: tuple[str, ...] = ()
    warm_up: tuple[str, ...] = ()
    worker_warm_up: tuple[str, ...] = ()
    prepare_judge: Callable[[], None] | None = None


_packages: set[str] = set()


def plugin_names(config: Any) -> tuple[str, ...]:
    """The names of the plugins in a course's settings.

    Args:
        config: a traitlets Config.

    Raises:
        CourseFolderError: when the setting is no list of names.
    """
    names = config[SECTION].get("plugins", []) if SECTION in config else []
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) and name for name in names):
        raise CourseFolderError(f"c.{SECTION}.plugins must be a list of names of modules; it is {names!r}")
    return tuple(names)


def load_plugins(names: Sequence[str]) -> list[Plugin]:
    """Import these plugins into a fork server; from now on `plugin_packages` holds their packages.

    Raises:
        CourseFolderError: when a module has no `plugin`.
    """
    loaded = []
    for name in names:
        plugin = getattr(import_module(name), "plugin", None)
        if not isinstance(plugin, Plugin):
            raise CourseFolderError(f"the module {name} has no `plugin = Plugin(…)`")
        loaded.append(plugin)
        _packages.add(top_level(name))
    return loaded


def plugin_packages() -> frozenset[str]:
    """The top-level packages of the plugins of this process: code of the course's authors, never a student's."""
    return frozenset(_packages)


def top_level(name: str) -> str:
    """The top-level package, or module, of a dotted name."""
    return name.partition(".")[0]


def package_folders(names: Sequence[str]) -> tuple[Path, ...]:
    """Where the top-level packages of these modules are, found without importing them; of a single module its file.

    Raises:
        CourseFolderError: when there is no such package.
    """
    folders = []
    for package in dict.fromkeys(map(top_level, names)):
        spec = find_spec(package)
        if spec is None or (spec.origin is None and not spec.submodule_search_locations):
            raise CourseFolderError(f"there is no package {package}, which c.{SECTION}.plugins names")
        folders += [Path(place) for place in spec.submodule_search_locations or [spec.origin or ""]]
    return tuple(folders)
