"""A student's own answers as values: the source of one that passed is read from its cell, and run again in a later lesson."""

from __future__ import annotations

import linecache
import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from course.achievements import KeptAnswer


def keep(answer: object) -> KeptAnswer | None:
    """The name of a function or class and the whole cell or file that defines it; None where the source is not to be had."""
    functions = [answer, *vars(answer).values()] if isinstance(answer, type) else [answer]
    code = next((function.__code__ for function in functions if hasattr(function, "__code__")), None)
    name = getattr(answer, "__name__", "")
    source = "".join(linecache.getlines(code.co_filename)) if code is not None else ""
    return KeptAnswer(name, source) if source and name.isidentifier() else None


def revive(kept: KeptAnswer) -> Any:
    """The function or class that the kept source defines, with what the lessons' import cells give it: torch, F, nn.

    Raises:
        Exception: what the source raises.
        KeyError: when it does not define the name.
    """
    names: dict[str, Any] = {"__name__": "__main__", "torch": torch, "F": F, "nn": nn, "np": np, "math": math}
    filename = f"<{kept.name}>"
    linecache.cache[filename] = (len(kept.source), None, kept.source.splitlines(keepends=True), filename)
    exec(compile(kept.source, filename, "exec"), names)
    return names[kept.name]
