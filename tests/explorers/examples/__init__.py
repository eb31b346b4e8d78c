"""Examples of every explorer for the contract: pictures, calls that are refused, controls to be moved, answers to be guessed."""

from __future__ import annotations

from typing import Any

from tests.explorers.examples.convolution import CONVOLUTION
from tests.explorers.examples.layout import LAYOUT
from tests.explorers.examples.learning import LEARNING
from tests.explorers.examples.network import NETWORK
from tests.explorers.examples.padding import PADDING
from tests.explorers.examples.pooling import POOLING
from tests.explorers.examples.residual import RESIDUAL
from tests.explorers.examples.variants import VARIANTS

EXAMPLES = {
    "convolution": CONVOLUTION,
    "padding": PADDING,
    "pooling": POOLING,
    "learning": LEARNING,
    "layout": LAYOUT,
    "variants": VARIANTS,
    "residual": RESIDUAL,
    "network": NETWORK,
}


def examples_of(kind: str) -> list[tuple[str, Any]]:
    """The examples of a kind of all explorers, each with the explorer's name."""
    return [(name, example) for name, examples in EXAMPLES.items() for example in getattr(examples, kind)]
