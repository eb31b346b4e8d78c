"""The generators of random numbers that notebooks use, as one state: a test that seeds them means both sides of a link."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch


def seed(number: int) -> None:
    """Seed all of them; torch's for the processor only, since that for other devices takes 4 ms and nobody has one here."""
    seeders: tuple[Callable[[int], Any], ...] = (torch.default_generator.manual_seed, np.random.seed, random.seed)
    for seeder in seeders:
        seeder(number)


def state() -> list[Any]:
    """The state of all of them."""
    version, internal, gauss = random.getstate()
    return [torch.get_rng_state(), *np.random.get_state(), version, np.array(internal, np.uint32), gauss]


def restore(found: Sequence[Any]) -> None:
    """Go on from this state.

    Raises:
        Exception: of many kinds, when it is none.
    """
    torch.set_rng_state(found[0])
    np.random.set_state(tuple(found[1:6]))
    version, internal, gauss = found[6:]
    random.setstate((version, tuple(internal.tolist()), gauss))
