"""Ready-made convolutions are seen however they are called; what is written by hand is not taken for one."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
import scipy.ndimage  # type: ignore[import-untyped]
import scipy.signal  # type: ignore[import-untyped]
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong
from course.checking.by_hand import grouped_convolutions, ready_made_calls, ready_made_pools, require_by_hand

IMAGE, KERNEL = torch.arange(30.0).reshape(5, 6), torch.ones(3, 3)


def convolve(image: Tensor, kernel: Tensor) -> Tensor:
    """A student's own function that bears the name of a ready-made one."""
    windows = image.unfold(0, 3, 1).unfold(1, 3, 1)
    return (windows * kernel).sum((2, 3))


def swallowing(image: Tensor, kernel: Tensor) -> Tensor:
    try:
        return F.conv2d(image[None, None], kernel[None, None])[0, 0]
    except RuntimeError:
        return image


READY_MADE: dict[str, Any] = {
    "function": lambda image, kernel: F.conv2d(image[None, None], kernel[None, None]),
    "module": lambda image, kernel: nn.Conv2d(1, 1, 3)(image[None]),
    "volume": lambda image, kernel: F.conv3d(image[None, None, None], kernel[None, None, None]),
    "transposed": lambda image, kernel: F.conv_transpose2d(image[None, None], kernel[None, None]),
    "without a graph": lambda image, kernel: torch.no_grad()(F.conv2d)(image[None, None], kernel[None, None]),
    "inference": lambda image, kernel: torch.inference_mode()(F.conv2d)(image[None, None], kernel[None, None]),
    "operation": lambda image, kernel: torch.ops.aten.conv2d(image[None, None], kernel[None, None]),
    "in a try": swallowing,
    "correlate2d": lambda image, kernel: scipy.signal.correlate2d(image.numpy(), kernel.numpy(), "valid"),
    "convolve2d": lambda image, kernel: scipy.signal.convolve2d(image, kernel.flip(0, 1), "valid"),
    "fftconvolve": lambda image, kernel: scipy.signal.fftconvolve(image.numpy(), kernel.numpy()),
    "ndimage": lambda image, kernel: scipy.ndimage.correlate(image.numpy(), kernel.numpy()),
    "numpy": lambda image, kernel: np.convolve(image.numpy()[0], kernel.numpy()[0]),
    "raises": lambda image, kernel: scipy.signal.correlate2d(3, kernel),
}

BY_HAND: dict[str, Any] = {
    "unfold": convolve,
    "im2col": lambda image, kernel: kernel.flatten() @ F.unfold(image[None, None], (3, 3))[0],
    "strides": lambda image, kernel: np.lib.stride_tricks.sliding_window_view(image.numpy(), (3, 3)).sum((2, 3)),
    "einsum": lambda image, kernel: torch.einsum("rcij,ij->rc", image.unfold(0, 3, 1).unfold(1, 3, 1), kernel),
    "fourier": lambda image, kernel: torch.fft.irfft2(torch.fft.rfft2(image)),
    "raises": lambda image, kernel: image @ kernel,
}


@pytest.mark.parametrize("answer", READY_MADE.values(), ids=READY_MADE)
def test_a_ready_made_convolution_is_seen(answer: Any) -> None:
    assert ready_made_calls(Answer(answer), IMAGE, KERNEL)


@pytest.mark.parametrize("answer", BY_HAND.values(), ids=BY_HAND)
def test_what_is_written_by_hand_is_not_taken_for_one(answer: Any) -> None:
    assert ready_made_calls(Answer(answer), IMAGE, KERNEL) == ()


def test_the_message_names_the_function() -> None:
    with pytest.raises(Wrong, match=r"scipy\.signal\.correlate2d") as caught:
        require_by_hand(Answer(READY_MADE["correlate2d"]), IMAGE, KERNEL)
    assert caught.value.key == "uses-torch-conv"


POOLING: dict[str, Any] = {
    "function": lambda x: F.max_pool2d(x, 2),
    "module": lambda x: nn.MaxPool2d(2, padding=1)(x),
    "with indices": lambda x: F.max_pool2d(x, 2, return_indices=True)[0],
    "of a gradient": lambda x: F.max_pool2d(x.requires_grad_(), 2),
    "adaptive": lambda x: F.adaptive_max_pool2d(x, 2),
    "one axis": lambda x: F.max_pool1d(x[0], 2),
    "volume": lambda x: F.max_pool3d(x[None], (1, 2, 2)),
    "scipy": lambda x: scipy.ndimage.maximum_filter(x.numpy(), 2),
}


@pytest.mark.parametrize("answer", POOLING.values(), ids=POOLING)
def test_a_ready_made_pooling_is_seen(answer: Any) -> None:
    assert ready_made_pools(Answer(answer), torch.ones(1, 2, 6, 6))


def test_a_maximum_of_windows_is_not_taken_for_one() -> None:
    assert (
        ready_made_pools(Answer(lambda x: x.unfold(2, 2, 2).unfold(3, 2, 2).amax((4, 5))), torch.ones(1, 2, 6, 6)) == ()
    )


@pytest.mark.parametrize("groups", [1, 3])
def test_groups_are_seen_when_a_convolution_gets_them(groups: int) -> None:
    x, weight = torch.ones(2, 3, 5, 5), torch.ones(3, 3 // groups, 3, 3)
    for answer in (lambda x, w: F.conv2d(x, w, groups=groups), lambda x, w: torch.conv2d(x, w, None, 1, 0, 1, groups)):
        assert bool(grouped_convolutions(Answer(answer), x, weight)) == (groups > 1)


def test_another_profiler_goes_on_afterwards() -> None:
    calls: list[str] = []

    def profiler(frame: Any, event: str, argument: Any) -> None:
        calls.append(event)

    before = sys.getprofile()
    sys.setprofile(profiler)
    try:
        ready_made_calls(Answer(convolve), IMAGE, KERNEL)
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(before)
