"""What of a call's arguments can change in it, and how to tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import Tensor, nn


def places(positional: Sequence[Any], named: dict[str, Any]) -> list[tuple[str, Any]]:
    """Each argument with its place: the number of its position, or its name."""
    return [*((str(number), value) for number, value in enumerate(positional)), *named.items()]


def can_change(value: Any) -> bool:
    """Whether a call could change it so that it shows from outside."""
    return isinstance(value, (list, dict, set, bytearray, np.ndarray, Tensor, nn.Module))


def module_state(module: nn.Module) -> dict[str, Any]:
    """What training changes of a module: its state, the gradients, and each submodule's mode."""
    return {
        "state": dict(module.state_dict()),
        "modes": [each.training for each in module.modules()],
        "gradients": [None if each.grad is None else each.grad.detach() for each in module.parameters()],
    }
