"""What a warm process does once, so that no fork has to: imports, fonts, pictures, the first convolution.

No gradients here: torch refuses autograd in a fork of a process that has used it.
"""

from __future__ import annotations

import os
import sys

from nbjudge.worker.outputs import Outputs
from nbjudge.worker.shell import UNLIMITED, Shell

IMPORTS = """
import collections, copy, dataclasses, functools, itertools, json, math, random, re, statistics, string, time
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch._dynamo  # a second of imports, which the first optimizer of a process would cause
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.flop_counter import FlopCounterMode
"""
"""What test cells and students' cells alike ask for first."""

PICTURES = """
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

with torch.no_grad():
    nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(32, 2))(torch.zeros(1, 1, 6, 6))
figure, axes = plt.subplots(1, 2, figsize=(3, 2))
axes[0].imshow(np.zeros((4, 4)), cmap="gray")
axes[1].plot([1, 2], label="line")
axes[1].set_title("a title, $x^2$")
axes[1].legend()
figure.colorbar(axes[0].images[0])
figure.tight_layout()
"""
"""What students' cells do besides: plots."""


def warm_up(shell: Shell, *cells: str) -> None:
    """Run these cells, and leave the shell as if nothing had been."""
    printed = sys.stdout, sys.stderr
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    kept, tell = shell.outputs, shell.tell
    shell.outputs = Outputs(UNLIMITED)
    try:
        for cell in cells:
            shell.run_cell(cell, store_history=False, silent=True)
    finally:
        sys.stdout, sys.stderr = printed
        shell.outputs, shell.tell = kept, tell
    shell.reset(new_session=True)
