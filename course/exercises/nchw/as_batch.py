"""Exercise as-batch: one image, grey or with channels, as a batch of one."""

from __future__ import annotations

import torch
from torch import Tensor

from course.checking.answer import Answer
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_error, expect_tensor, mistakes
from course.exercises.nchw.layouts import for_shape
from course.language import N_, _
from course.misconceptions import Misconception, Rules

exercise = Exercise(
    "as-batch",
    difficulty=1,
    minutes=6,
    hints=(
        N_("How many axes does the image have? `image.ndim` tells you. Two answers are fine, all others are an error."),
        N_(
            "`image[None]` and `image.unsqueeze(0)` put a new axis of size 1 in front. A grey picture needs that twice: once for its channel, once for the batch."
        ),
        N_(
            "`if image.ndim == 2: return image[None, None]`, `if image.ndim == 3: return image[None]`, and after both `raise ValueError(...)` with a message that gives the shape of the input."
        ),
    ),
    hidden={
        N_("other images"): N_("Try pictures of one row, pictures that are views of others, and 1, 4 and 5 axes."),
    },
    misconceptions={
        "one-axis-missing": Misconception(
            "A grey picture gets one new axis where it needs two.",
            N_(
                "Your result has three axes, a batch has four. A grey picture has one channel: that is an axis of size 1 too."
            ),
        ),
        "axes-at-the-end": Misconception(
            "The new axes are at the end, not in front.", N_("The new axes come after H and W. N and C come first.")
        ),
        "axes-at-the-end:nhwc": N_("The channel is last, as in NHWC. In NCHW it is axis 1."),
        "grey-to-colour": Misconception(
            "A grey picture gets three channels.", N_("The picture was copied into three channels. One is asked for.")
        ),
        "no-batch-axis": Misconception(
            "The axis of the batch is missing.", N_("The image came back without a batch axis.")
        ),
        "no-batch-axis:grey": N_("The picture came back as it went in, with two axes."),
        "channels-for-images": Misconception(
            "The channels are taken for the images of a batch.",
            N_("Each channel has become an image of its own. The new axis belongs in front of the channels."),
        ),
        "one-axis-too-many": Misconception(
            "There is one axis too many.", N_("That has five axes. An image with channels needs only one more.")
        ),
        "hwc-assumed": Misconception(
            "The image is taken for (H, W, C).",
            N_("You moved the axes as if the channels were last. The docstring says (C, H, W)."),
        ),
        "reshape-for-permute": N_("The shape is NHWC. A batch of this course is NCHW; nothing needs to move."),
        "first-channel-only": Misconception("Only the first channel is used.", N_("Only the first channel is left.")),
    },
)

GREY_RULES: Rules[Tensor] = (
    ("one-axis-missing", lambda image: image[None]),
    ("axes-at-the-end", lambda image: image[:, :, None, None]),
    ("axes-at-the-end:nhwc", lambda image: image[None, :, :, None]),
    ("grey-to-colour", lambda image: image.expand(1, 3, *image.shape)),
    ("no-batch-axis:grey", lambda image: image),
)

CHANNELS_RULES: Rules[Tensor] = (
    ("channels-for-images", lambda image: image.unsqueeze(1)),
    ("no-batch-axis", lambda image: image),
    ("one-axis-too-many", lambda image: image[None, None]),
    ("hwc-assumed", lambda image: image.permute(2, 0, 1)[None]),
    ("reshape-for-permute", lambda image: image.reshape(1, *image.shape[1:], image.shape[0])),
    ("first-channel-only", lambda image: image[None, :1]),
)


@exercise.step("grey", N_("A grey picture (H, W) becomes a batch (1, 1, H, W)"))
def _grey(answer: Answer, sample: Sample) -> None:
    image = sample.floats(sample.integer(4, 6), sample.integer(7, 9))
    expect_tensor(answer(image), image[None, None], mistakes(GREY_RULES, image), what=for_shape(image))


@exercise.step("channels", N_("An image (C, H, W) becomes a batch (1, C, H, W)"))
def _channels(answer: Answer, sample: Sample) -> None:
    for channels in (3, 1, sample.integer(4, 6)):
        image = sample.floats(channels, sample.integer(4, 6), sample.integer(7, 9))
        expect_tensor(answer(image), image[None], mistakes(CHANNELS_RULES, image), what=for_shape(image))


@exercise.step("dtype", N_("The dtype stays as it is"), seeds=1)
def _dtype(answer: Answer, sample: Sample) -> None:
    for image in (sample.bytes(4, 5), sample.bytes(3, 4, 5), sample.floats(3, 4, 5, dtype=torch.float64)):
        batch = image.reshape((1,) * (4 - image.ndim) + image.shape)
        expect_tensor(answer(image), batch, what=_("for an input of dtype {dtype}").format(dtype=image.dtype))


@exercise.step("refuses", N_("Any other number of axes is a ValueError with a message"))
def _refuses(answer: Answer, sample: Sample) -> None:
    for shape in ((2, 3, 4, 5), (1, 3, 4, 5), (6,), (1, 2, 3, 4, 5), ()):
        what = _("an input with {axes} axes, of shape {shape}").format(axes=len(shape), shape=shape)
        expect_error(answer, "ValueError", sample.floats(*shape), what=what)
