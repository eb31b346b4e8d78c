"""Lesson 01: from a loader's images to a batch: to-nchw, telltale-batch, as-batch, case-reshaped-loader."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import Mistake, expect_error, expect_tensor
from course.exercises.nchw.expect import (
    expect_float32,
    expect_layout,
    expect_pictures,
    for_shape,
)
from course.exercises.nchw.mistakes import wrong_layouts
from course.language import N_, _

to_nchw = Exercise(
    "to-nchw",
    difficulty=1,
    minutes=8,
    hints=(
        N_("Three things change: the order of the axes, the dtype, the scale. Do them one after the other."),
        N_(
            "`permute` moves axes. Give it one number for each new axis: which old axis goes there? For the old axes N=0, H=1, W=2, C=3 you want N, C, H, W."
        ),
        N_("`images.permute(0, 3, 1, 2)`, then `.to(torch.float32)`, then divide by 255."),
    ),
    hidden={
        N_("other pictures"): N_(
            "Try square pictures, dark pictures, and as many channels as rows. Compare single pixels: out[n, c, h, w] belongs to images[n, h, w, c]."
        )
    },
)


@to_nchw.step("axes", N_("The axes are N, C, H, W, and every pixel is in its place"))
def _axes(answer: Answer, sample: Sample) -> None:
    images = sample.bytes(sample.integer(2, 4), sample.integer(5, 6), sample.integer(7, 9), 3)
    expect_layout(answer(images), images)


@to_nchw.step("dtype", N_("The dtype is float32"))
def _dtype(answer: Answer, sample: Sample) -> None:
    expect_float32(answer(sample.bytes(2, 4, 5, 3)))


@to_nchw.step("range", N_("0 stays 0 and 255 becomes 1, in dark pictures too"))
def _range(answer: Answer, sample: Sample) -> None:
    for images in (sample.bytes(2, 4, 5, 3), 20 + sample.bytes(2, 4, 6, 3) // 3):
        expect_pictures(answer(images), images)


@to_nchw.step("sizes", N_("Square pictures, single pictures, and any number of channels"))
def _sizes(answer: Answer, sample: Sample) -> None:
    for shape in ((1, 6, 6, 3), (3, 4, 4, 4), (2, 3, 3, 3), (1, 7, 5, 1), (2, 5, 4, 2)):
        images = sample.bytes(*shape)
        expect_pictures(answer(images), images)


telltale_batch = Exercise(
    "telltale-batch",
    difficulty=2,
    minutes=6,
    hints=(
        N_("When do two pictures look the same after `reshape` and after `permute`? When all numbers are equal."),
        N_(
            "The picture must not look the same on its side, and its channels must differ. What if (nearly) every number in the batch is another one?"
        ),
        N_("Random bytes do: `torch.randint(0, 256, shape, dtype=torch.uint8)`."),
    ),
    hidden={
        N_("other batches"): N_(
            "Try a batch with one square picture of two channels. Compute each wrong version yourself, and compare with `torch.equal`."
        )
    },
)


@telltale_batch.step("shape", N_("A uint8 batch of the shape asked for"))
def _telltale_shape(answer: Answer, sample: Sample) -> None:
    shape = (sample.integer(1, 3), sample.integer(4, 6), sample.integer(7, 9), sample.integer(2, 4))
    got = answer(shape)
    mistakes: tuple[Mistake, ...] = ()
    if type(got) is Tensor and tuple(got.shape) == (shape[0], shape[3], shape[1], shape[2]):
        mistakes = (Mistake("nchw-for-nhwc", got, _("Keep the shape as it was asked for: it is the loader's, NHWC.")),)
    like = got if type(got) is Tensor and tuple(got.shape) == shape else torch.zeros(shape)
    expect_tensor(got, like.to(torch.uint8), mistakes)


@telltale_batch.step("tells", N_("Every wrong way to NCHW gives another result on it than the right way"))
def _telltale_tells(answer: Answer, sample: Sample) -> None:
    side = sample.integer(4, 6)
    for shape in ((sample.integer(1, 3), side, side, sample.integer(2, 4)), (1, 5, 8, 3)):
        images = answer(shape)
        if type(images) is not Tensor or tuple(images.shape) != shape:
            raise Wrong(_("The shape {shape} was asked for, but did not come.").format(shape=shape), "shape")
        right = images.permute(0, 3, 1, 2)
        for key, move, words in _layouts_to_tell():
            wrong = move(images)
            if wrong.shape == right.shape and bool(torch.equal(wrong, right)):
                raise Wrong(
                    _("Your batch of shape {shape} cannot tell the right way from this wrong one: {words}.").format(
                        shape=shape, words=words
                    ),
                    "hides-" + key,
                    _("Run both ways on your batch and look at the pictures: what makes them equal?"),
                )


as_batch = Exercise(
    "as-batch",
    difficulty=1,
    minutes=6,
    hints=(
        N_("How many axes has the image? `image.ndim` tells. There are two good answers, and all others are an error."),
        N_(
            "`image[None]` and `image.unsqueeze(0)` put a new axis of size 1 in front. A grey picture needs that twice: once for its channel, once for the batch."
        ),
        N_(
            "`if image.ndim == 2: return image[None, None]`, `if image.ndim == 3: return image[None]`, and after both `raise ValueError(...)` with a sentence that tells the shape that came."
        ),
    ),
    hidden={
        N_("other images"): N_("Try pictures of one row, pictures that are views of others, and 1, 4 and 5 axes."),
    },
)


@as_batch.step("grey", N_("A grey picture (H, W) becomes a batch (1, 1, H, W)"))
def _grey(answer: Answer, sample: Sample) -> None:
    image = sample.floats(sample.integer(4, 6), sample.integer(7, 9))
    mistakes = (
        Mistake(
            "one-axis-missing",
            image[None],
            _(
                "One new axis is there; a batch has four. A grey picture has one channel: that is an axis of size 1 too."
            ),
        ),
        Mistake(
            "axes-at-the-end", image[:, :, None, None], _("The new axes stand behind H and W. N and C come first.")
        ),
        Mistake(
            "axes-at-the-end", image[None, :, :, None], _("The channel stands last, as in NHWC. In NCHW it is axis 1.")
        ),
        Mistake(
            "grey-to-colour",
            image.expand(1, 3, *image.shape),
            _("The picture was copied into three channels. One is asked for."),
        ),
        Mistake("no-batch-axis", image, _("The picture came back as it went in, with two axes.")),
    )
    expect_tensor(answer(image), image[None, None], mistakes, what=for_shape(image))


@as_batch.step("channels", N_("An image (C, H, W) becomes a batch (1, C, H, W)"))
def _channels(answer: Answer, sample: Sample) -> None:
    for channels in (3, 1, sample.integer(4, 6)):
        image = sample.floats(channels, sample.integer(4, 6), sample.integer(7, 9))
        mistakes = (
            Mistake(
                "channels-for-images",
                image.unsqueeze(1),
                _("Each channel has become an image of its own. The new axis belongs in front of the channels."),
            ),
            Mistake("no-batch-axis", image, _("The image came back without a batch axis.")),
            Mistake(
                "one-axis-too-many",
                image[None, None],
                _("That has five axes. An image with channels needs only one more."),
            ),
            Mistake(
                "hwc-assumed",
                image.permute(2, 0, 1)[None],
                _("You moved the axes as if the channels were last. The docstring says (C, H, W)."),
            ),
            Mistake(
                "reshape-for-permute",
                image.reshape(1, *image.shape[1:], channels),
                _("The shape is NHWC. A batch of this course is NCHW; nothing needs to move."),
            ),
            Mistake("first-channel-only", image[None, :1], _("Only the first channel is left.")),
        )
        expect_tensor(answer(image), image[None], mistakes, what=for_shape(image))


@as_batch.step("dtype", N_("The dtype stays as it is"), seeds=1)
def _kept_dtype(answer: Answer, sample: Sample) -> None:
    for image in (sample.bytes(4, 5), sample.bytes(3, 4, 5), sample.floats(3, 4, 5, dtype=torch.float64)):
        got = answer(image)
        expect_tensor(
            got,
            image.reshape((1,) * (4 - image.ndim) + image.shape),
            what=_("for an input of dtype {dtype}").format(dtype=image.dtype),
        )


@as_batch.step("refuses", N_("Any other number of axes is a ValueError with a message"))
def _refuses(answer: Answer, sample: Sample) -> None:
    for shape in ((2, 3, 4, 5), (1, 3, 4, 5), (6,), (1, 2, 3, 4, 5), ()):
        what = _("an input with {axes} axes, of shape {shape}").format(axes=len(shape), shape=shape)
        expect_error(answer, "ValueError", sample.floats(*shape), what=what)


case_reshaped_loader = Exercise(
    "case-reshaped-loader",
    difficulty=2,
    minutes=6,
    hints=(
        N_("Print the shape after each line. Which line names a shape, and which one should name axes?"),
        N_("`np.stack` gives NHWC. From there you have written this function once already in this lesson."),
        N_("Put `.permute(0, 3, 1, 2)` in the place of `.reshape(…)`; the other lines are good."),
    ),
    hidden={
        N_("other folders"): N_(
            "Try one picture, many pictures, square ones, and look at a channel of the result as a picture."
        )
    },
)


@case_reshaped_loader.step("pictures", N_("Every pixel is in its place, in every picture"))
def _loader_pictures(answer: Answer, sample: Sample) -> None:
    images = sample.bytes(sample.integer(2, 4), sample.integer(5, 6), sample.integer(7, 9), 3)
    expect_layout(answer(_as_files(images)), images)


@case_reshaped_loader.step("values", N_("float32 from 0 to 1, as before"))
def _loader_values(answer: Answer, sample: Sample) -> None:
    for images in (sample.bytes(2, 4, 5, 3), 20 + sample.bytes(3, 6, 4, 3) // 3):
        got = answer(_as_files(images))
        expect_layout(got, images)
        expect_float32(got)
        expect_pictures(got, images)


@case_reshaped_loader.step("sizes", N_("Single pictures and square ones"))
def _loader_sizes(answer: Answer, sample: Sample) -> None:
    for shape in ((1, 4, 6, 3), (1, 3, 3, 3), (5, 6, 6, 3), (3, 3, 5, 3)):
        images = sample.bytes(*shape)
        expect_pictures(answer(_as_files(images)), images)


def _layouts_to_tell() -> list[tuple[str, Any, str]]:
    words = {
        "reshape-for-permute": _("`reshape` in place of `permute`"),
        "height-width-swapped": _("height and width swapped"),
        "channels-reversed": _("the channels in reverse order"),
    }
    return [(key, move, words[key]) for key, move, _advice in wrong_layouts() if key in words]


def _as_files(images: Tensor) -> list[Any]:
    """What reading image files gives: a list of NumPy arrays (H, W, 3)."""
    return [image.numpy().copy() for image in images]
