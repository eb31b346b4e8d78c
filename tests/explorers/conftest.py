"""What the tests of all explorers share."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import ipywidgets as widgets
import pytest


@pytest.fixture(autouse=True)
def _quiet_torch() -> Iterator[None]:
    """Torch warns, once, that an even kernel under 'same' takes a copy of the input; a layer of a test may do that."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Using padding='same' with even kernel")
        yield


@pytest.fixture(autouse=True)
def _closed_widgets() -> Iterator[None]:
    """Let the widgets of a test go, which ipywidgets would keep with all pictures that they have shown."""
    yield
    widgets.Widget.close_all()
