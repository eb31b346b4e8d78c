"""The block as a learner would write it, and its run: what is read is what is computed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course import arithmetic
from course.arithmetic import SizeSteps
from course.explorers.residual.settings import Settings
from course.layers import Layer

_RUNNING = Lock()  # BatchNorm in training mode counts its batches


@dataclass(frozen=True)
class BlockCode:
    """A block as Python text: both paths, what changes their first weights, and how they are joined."""

    main: str
    start: str
    shortcut: str
    out: str

    def __str__(self) -> str:
        lines = (f"main = {self.main}", self.start, f"shortcut = {self.shortcut}", f"out = {self.out}")
        return "\n".join(filter(None, lines))


@dataclass(frozen=True, eq=False)
class Run:
    """What came of a run: each path's output (N, C, H, W), their sum and the block's output, or torch's error.

    What was not reached is None. `main` ends with the last ReLU where that comes before the sum; `inner` is the main
    path without it.
    """

    inner: Tensor | None = None
    main: Tensor | None = None
    shortcut: Tensor | None = None
    total: Tensor | None = None
    out: Tensor | None = None
    error: str = ""

    @property
    def paths(self) -> tuple[Tensor, Tensor]:
        """The outputs of the main path and of the shortcut, where it is known that there are both."""
        assert self.main is not None
        assert self.shortcut is not None
        return self.main, self.shortcut


def convolutions(settings: Settings, in_channels: int) -> tuple[Layer, Layer]:
    """The two convolutions of the main path."""
    out, kernel, padding = settings.out_channels, settings.kernel, settings.padding
    return (
        _convolution(in_channels, out, kernel, settings.stride, padding),
        _convolution(out, out, kernel, 1, padding),
    )


def projection(settings: Settings, in_channels: int) -> Layer:
    """The 1×1 convolution of a projection shortcut."""
    return _convolution(in_channels, settings.out_channels, 1, settings.stride, 0)


def _convolution(in_channels: int, out_channels: int, kernel: int, stride: int, padding: int) -> Layer:
    written = ("stride",) if kernel == 1 else ("stride", "padding")
    sides = ((kernel,) * 2, (stride,) * 2, (padding,) * 2)
    return Layer("Conv2d", in_channels, out_channels, *sides, bias=False, written=written)


def code_of(settings: Settings, in_channels: int) -> BlockCode:
    """The block that the settings tell."""
    out, norm = settings.out_channels, settings.norm
    first, last = convolutions(settings, in_channels)
    steps = [str(first), f"nn.BatchNorm2d({out})", "nn.ReLU()", str(last), f"nn.BatchNorm2d({out})"]
    if not norm:
        steps = [steps[0], steps[2], steps[3]]
    lines = [", ".join(steps[: len(steps) // 2 + 1]), ", ".join(steps[len(steps) // 2 + 1 :])]
    main = "nn.Sequential(\n" + "".join(f"    {line},\n" for line in lines) + ")"
    shortcut = {
        "identity": "nn.Identity()",
        "projection": str(projection(settings, in_channels)),
        "pooled": f"nn.AvgPool2d({settings.stride})",
    }[settings.shortcut]
    if settings.shortcut == "projection" and norm:
        shortcut = f"nn.Sequential({shortcut}, nn.BatchNorm2d({out}))"
    joined = "F.relu(main(x) + shortcut(x))" if settings.relu == "after" else "F.relu(main(x)) + shortcut(x)"
    start = f"nn.init.zeros_(main[{len(steps) - 1}].weight)" if settings.starts_as_identity else ""
    return BlockCode(main, start, shortcut, joined)


def shortcut_steps(settings: Settings, height: int, width: int) -> tuple[SizeSteps, SizeSteps] | None:
    """The sizes along the shortcut; None for the identity, which has no arithmetic. ValueError where nothing comes out."""
    if settings.shortcut == "identity":
        return None
    kernel = 1 if settings.shortcut == "projection" else settings.stride
    rows, columns = (arithmetic.output_steps(size, kernel, settings.stride) for size in (height, width))
    return rows, columns


def run(code: BlockCode, init: str, x: Tensor) -> Run:
    """Evaluate the block's text on x (N, C, H, W), both paths in training mode."""
    main_path, short_path = _Kept(), _Kept()
    with _RUNNING:
        main_path.module, short_path.module = modules_of(code, init)
        total = out = None
        error = ""
        try:
            out = eval(code.out, {"F": F, "main": main_path, "shortcut": short_path, "x": x})
        except (RuntimeError, ValueError) as refused:
            error = str(refused)
    inner, shortcut = main_path.output, short_path.output
    before = code.out.startswith("F.relu(main(x)) +")
    main = F.relu(inner) if before and inner is not None else inner
    if not error and main is not None and shortcut is not None:
        total = main + shortcut
    return Run(inner, main, shortcut, total, out, error)


@lru_cache(maxsize=64)
def modules_of(code: BlockCode, init: str) -> tuple[nn.Module, nn.Module]:
    """Main path and shortcut with their first weights; seeded, and the global random state is not touched."""
    with torch.inference_mode(False), torch.no_grad():
        with torch.device("meta"):  # no random numbers for weights that are filled below
            main, shortcut = (eval(text, {"nn": nn}) for text in (code.main, code.shortcut))
        for module, seed in ((main, 0), (shortcut, 1)):
            _fill(module.to_empty(device="cpu").requires_grad_(False), init, torch.Generator().manual_seed(seed))
        exec(code.start, {"nn": nn, "main": main})
    return main, shortcut


class _Kept:
    """A module that keeps its last output."""

    module: nn.Module
    output: Tensor | None = None

    def __call__(self, x: Tensor) -> Any:
        self.output = self.module(x)
        return self.output


def _fill(path: nn.Module, init: str, generator: torch.Generator) -> None:
    for module in path.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()
        elif isinstance(module, nn.Conv2d):
            if init == "he":
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu", generator=generator)
            else:
                nn.init.kaiming_uniform_(module.weight, a=5**0.5, generator=generator)
