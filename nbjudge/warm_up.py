"""What a fork server imports and does once, so that no fork has to: for Python, for each library that a course uses, and for
its plugins.

No gradients here: torch refuses autograd in a fork of a process that has used it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nbjudge.plugins import Plugin


@dataclass(frozen=True)
class LibraryCells:
    """Cells for one library: its imports, and what only students' cells do with it, such as a first figure."""

    imports: str
    first_use: str = ""


PYTHON = "import collections, copy, dataclasses, functools, itertools, json, math, random, re, statistics, string, time"
LIBRARIES = {
    "numpy": LibraryCells("import numpy as np"),
    "matplotlib": LibraryCells(
        imports="""
import matplotlib.pyplot as plt
from matplotlib_inline.backend_inline import configure_inline_support

configure_inline_support(get_ipython(), "module://matplotlib_inline.backend_inline")
""",
        first_use="""
import matplotlib.pyplot as plt

figure, axes = plt.subplots(1, 2, figsize=(3, 2))
axes[0].imshow([[0.0, 0.0], [0.0, 0.0]], cmap="gray")
axes[1].plot([1, 2], label="line")
axes[1].set_title("a title, $x^2$")
axes[1].legend()
figure.colorbar(axes[0].images[0])
figure.tight_layout()
""",
    ),
    "torch": LibraryCells(
        imports="""
import pickle
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.set_num_threads(1)
pickle.dumps(torch.zeros(1))
import torch._dynamo  # a second of imports, which the first optimizer of a process would cause
""",
        first_use="""
import torch
from torch import nn

with torch.no_grad():
    nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(32, 2))(torch.zeros(1, 1, 6, 6))
""",
    ),
}
"""The libraries that are imported beforehand where a course uses them. Others are imported by each fork that uses them: not
every library may be imported in a process that forks afterwards."""


def imported_modules(sources: Iterable[str]) -> frozenset[str]:
    """The top-level modules that the texts of cells import, perhaps with some words that are none."""
    imports = (line for source in sources for line in re.findall(r"^[ \t]*(?:import|from)[ \t]+(.+)$", source, re.M))
    return frozenset(word.partition(".")[0] for line in imports for word in re.findall(r"[\w.]+", line))


def imported_libraries(sources: Iterable[str]) -> tuple[str, ...]:
    """Those of `LIBRARIES` that the texts of cells import."""
    modules = imported_modules(sources)
    return tuple(name for name in LIBRARIES if name in modules)


def warm_up_cells(libraries: Sequence[str], plugins: Sequence[Plugin], *, worker: bool) -> list[str]:
    """The cells that a fork server runs.

    Args:
        libraries: names of the libraries that the course's source imports; others than those of `LIBRARIES` count for nothing.
        plugins: the course's plugins.
        worker: whether students' cells are to run in its forks, and not test cells.
    """
    used = {*libraries, *(name for plugin in plugins for name in plugin.libraries)}
    cells = [cells for name, cells in LIBRARIES.items() if name in used]
    first_uses = [
        *(library.first_use for library in cells),
        *(cell for plugin in plugins for cell in plugin.worker_warm_up),
    ]
    return [
        PYTHON,
        *(library.imports for library in cells),
        *(cell for plugin in plugins for cell in plugin.warm_up),
        *(first_uses if worker else ()),
    ]
