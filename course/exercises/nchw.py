"""Lesson 01: what its exercises check, in order, and what each says."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from course.exercises.answer import Answer, Wrong
from course.exercises.exercise import Exercise, Sample
from course.exercises.expect import Mistake, expect_error, expect_tensor
from course.exercises.nchw_expect import (
    expect_channels_last,
    expect_float32,
    expect_layout,
    expect_means,
    expect_normalized,
    expect_pictures,
    expect_same,
    expect_strides,
    for_shape,
)
from course.exercises.nchw_mistakes import wrong_layouts
from course.exercises.prediction import Prediction
from course.exercises.world import Failure
from course.language import N_, _

permuted_shape = Prediction(
    "permuted-shape",
    N_("`images` has the shape (4, 48, 64, 3). Which shape has `images.permute(0, 3, 2, 1)`?"),
    lambda: tuple(torch.empty(4, 48, 64, 3, device="meta").permute(0, 3, 2, 1).shape),
    N_(
        "`permute` takes, for each new axis, the number of an old one: 0 is N, 3 is C, 2 is W, 1 is H. So this is NCWH: every picture lies on its side."
    ),
    {
        N_("That would be `permute(0, 3, 1, 2)`. Read the four numbers once more, one by one."): (4, 3, 48, 64),
        N_("That is the old shape: `permute` has moved the axes."): (4, 48, 64, 3),
    },
)

reshaped_channel = Prediction(
    "reshaped-channel",
    N_("Which four numbers are channel 0 of `tiny.reshape(1, 3, 2, 2)`?"),
    lambda: torch.arange(12).reshape(1, 2, 2, 3).reshape(1, 3, 2, 2)[0, 0].flatten().tolist(),
    N_(
        "`reshape` keeps the numbers in their order and only cuts them up in a new way. The first four numbers are red, green and blue of the first pixel, and the red of the second."
    ),
    {N_("Those are the reds. `reshape` does not look for them; `permute` does."): (0, 3, 6, 9)},
)

constant_image = Prediction(
    "constant-image",
    N_("Every number of a batch is 128. Are its reshaped and its permuted version equal? True or False?"),
    lambda: bool(torch.equal(torch.full((1, 4, 5, 3), 128).permute(0, 3, 1, 2), torch.full((1, 3, 4, 5), 128))),
    N_("However you cut up equal numbers, you get equal numbers. A test with such a picture can never fail."),
    choices=(True, False),
)

silent_layout = Prediction(
    "silent-layout",
    N_("`nn.Conv2d(32, 8, 3)` gets feature maps in NHWC, of shape (4, 32, 32, 32). What comes?"),
    lambda: "a result" if tuple(nn.Conv2d(32, 8, 3)(torch.zeros(4, 32, 32, 32)).shape) == (4, 8, 30, 30) else "",
    N_(
        "Axis 1 has the size 32, as the layer wants it. Torch sees sizes, not meanings: it takes the rows for channels and says nothing."
    ),
    choices=("an error", "a result"),
)

unbatched_flatten = Prediction(
    "unbatched-flatten",
    N_("One image without a batch goes through `nn.Conv2d(3, 8, 3)` and `nn.Flatten()`. Which shape comes out?"),
    lambda: tuple(nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten())(torch.zeros(3, 32, 32)).shape),
    N_(
        "The convolution understands a single image (C, H, W). `nn.Flatten` does not: it keeps axis 0 and flattens the rest, so eight channels now look like eight images."
    ),
    {
        N_("That would be right for a batch of one image: (1, 3, 32, 32)."): (1, 7200),
        N_("`nn.Flatten` always keeps axis 0, whatever it means."): (7200,),
    },
)

broadcast_axis = Prediction(
    "broadcast-axis",
    N_("`x` has the shape (2, 3, 5, 3) and `mean` the shape (3,). What does `x - mean` do?"),
    lambda: (
        "mean[i] from column i"
        if bool(((torch.zeros(2, 3, 5, 3) - torch.arange(3.0))[..., 2] == -2).all())
        else "mean[i] from channel i"
    ),
    N_(
        "Broadcasting lines shapes up from the right. The 3 of `mean` stands under the last 3 of `x`, the columns. The sizes fit, so torch says nothing."
    ),
    choices=("mean[i] from channel i", "mean[i] from column i", "an error"),
)

channel_step = Prediction(
    "channel-step",
    N_(
        "`x = torch.zeros(2, 3, 5, 7)`. How many numbers further on in memory than `x[0, 0, 0, 0]` stands `x[0, 1, 0, 0]`?"
    ),
    lambda: torch.zeros(2, 3, 5, 7).stride(1),
    N_("One channel is 5 rows of 7 numbers, 35 numbers in all. The next channel starts behind them."),
    {
        N_("1 is the step to the next column."): 1,
        N_("7 is the step to the next row."): 7,
        N_("105 is the step to the next image: three channels of 35."): 105,
    },
)

channels_last_shape = Prediction(
    "channels-last-shape",
    N_("`x` has the shape (2, 3, 5, 7). Which shape has `x.to(memory_format=torch.channels_last)`?"),
    lambda: tuple(torch.zeros(2, 3, 5, 7).to(memory_format=torch.channels_last).shape),
    N_("A memory format is an order in memory. Shape, axes and values stay as they are; only the strides change."),
    {
        N_("That is what the name suggests, and what nearly everyone guesses. The channels are last in memory only."): (
            2,
            5,
            7,
            3,
        )
    },
)

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


channel_means = Exercise(
    "channel-means",
    difficulty=1,
    minutes=5,
    hints=(
        N_("One number for each channel must come out: so one axis stays, and three go."),
        N_(
            "`x.mean(dim=(…))` averages over the axes that you name, and these are gone afterwards. Which one must stay?"
        ),
        N_("The channels are axis 1, so average over the axes 0, 2 and 3: `x.mean(dim=(0, 2, 3))`."),
    ),
    hidden={
        N_("other batches"): N_(
            "Try batches where N, C, H and W are equal, and a tensor whose axes were permuted before."
        )
    },
)


@channel_means.step("one-each", N_("One number for each channel"))
def _one_each(answer: Answer, sample: Sample) -> None:
    expect_means(answer, _pictures(sample, 2, 3, 5, 7))


@channel_means.step("sizes", N_("The mean over all images and all pixels, for batches of many shapes"))
def _mean_sizes(answer: Answer, sample: Sample) -> None:
    for shape in ((1, 4, 3, 6), (3, 3, 3, 3), (2, 5, 4, 5), (4, 1, 2, 3), (2, 4, 4, 2)):
        expect_means(answer, _pictures(sample, *shape))
    expect_means(answer, _pictures(sample, 2, 5, 7, 3).permute(0, 3, 1, 2))


def _pictures(sample: Sample, *shape: int) -> Tensor:
    """Values whose images, channels and rows have means of their own."""
    x = sample.floats(*shape)
    for axis in range(3):
        x = x + sample.floats(*(size if axis == at else 1 for at, size in enumerate(shape)))
    return x


normalize = Exercise(
    "normalize",
    difficulty=2,
    minutes=8,
    hints=(
        N_(
            "From each channel its own mean is taken away, then the result is divided by the channel's own std. No loop is needed."
        ),
        N_(
            "Write the shapes above each other, right-aligned: (N, C, H, W) and (C,). Now C stands under W. How many axes of size 1 does `mean` need behind its C?"
        ),
        N_("`mean.view(-1, 1, 1)` has the shape (C, 1, 1). Do the same with std, and write `(x - …) / …`."),
    ),
    hidden={
        N_("other statistics"): N_(
            "Try a tensor with C = W, one with C = N, and a std that is different for each channel."
        )
    },
)


@normalize.step("channels", N_("Each channel is shifted by its own mean and divided by its own std"))
def _own_mean(answer: Answer, sample: Sample) -> None:
    expect_normalized(answer, sample, (2, 3, 5, 7))


@normalize.step("square", N_("So it is when C is equal to N, H or W, too"))
def _square(answer: Answer, sample: Sample) -> None:
    for shape in ((2, 4, 5, 4), (2, 4, 4, 5), (3, 3, 4, 5), (3, 3, 3, 3)):
        expect_normalized(answer, sample, shape)


@normalize.step("sizes", N_("One channel, one image, many channels"))
def _normalize_sizes(answer: Answer, sample: Sample) -> None:
    for shape in ((1, 1, 4, 6), (1, 3, 6, 4), (2, 7, 3, 2)):
        expect_normalized(answer, sample, shape)


channels_last = Exercise(
    "channels-last",
    difficulty=3,
    minutes=14,
    hints=(
        N_(
            "`channels_last`: nothing that you can see changes, only the order in memory. Torch has a word for it: `memory_format`. `strides_of`: a stride is a product of sizes."
        ),
        N_(
            "`x.to(...)` changes dtype, device or memory format. For the strides, list the axes from the fastest to the slowest: W, H, C, N in the contiguous format; C, W, H, N in channels_last. The stride of an axis is the product of the sizes of all axes that are faster."
        ),
        N_(
            "`x.to(memory_format=torch.channels_last)`. And: the fastest axis has the stride 1, the next one the size of the fastest, the next one the product of both, and so on. Return them in the order N, C, H, W."
        ),
    ),
    hidden={
        N_("other tensors"): N_(
            "Try a tensor whose axes were permuted before, a slice of another one, and one in channels_last already."
        ),
        N_("other shapes"): N_("Compare with `torch.empty(shape, memory_format=…).stride()`; try sizes of 1 as well."),
    },
)


@channels_last.step("same", N_("Shape, dtype and values stay the same"))
def _same(answer: Answer, sample: Sample) -> None:
    expect_same(answer(x := sample.floats(2, 3, 5, 7)), x)


@channels_last.step("strides", N_("The strides are those of channels_last"))
def _channels_last_strides(answer: Answer, sample: Sample) -> None:
    x = sample.floats(sample.integer(2, 3), sample.integer(2, 5), sample.integer(4, 6), sample.integer(7, 9))
    expect_channels_last(answer(x), x)


@channels_last.step("any-tensor", N_("So it is for slices, permuted tensors, single images and other dtypes"))
def _any_tensor(answer: Answer, sample: Sample) -> None:
    for x in (
        sample.floats(1, 3, 6, 4),
        sample.floats(2, 1, 4, 5),
        sample.floats(4, 5, 6, 6)[1:3, ::2, 1:, :4],
        sample.floats(3, 2, 5, 4).transpose(0, 1),
        sample.floats(2, 4, 5, 3).permute(0, 3, 1, 2),
        sample.bytes(2, 3, 4, 6),
        sample.floats(2, 3, 4, 6, dtype=torch.float64),
        sample.floats(3, 3, 3, 3),
    ):
        expect_channels_last(answer(x), x)


@channels_last.step("contiguous", N_("The strides of the contiguous format"), part="strides")
def _contiguous(answer: Answer, sample: Sample) -> None:
    expect_strides(answer, _sizes_of(sample), torch.contiguous_format)


@channels_last.step("channels-last", N_("The strides of channels_last, in the order N, C, H, W"), part="strides")
def _last(answer: Answer, sample: Sample) -> None:
    expect_strides(answer, _sizes_of(sample), torch.channels_last)


@channels_last.step("ones", N_("Sizes of 1 follow the same rule"), part="strides")
def _ones(answer: Answer, sample: Sample) -> None:
    size = sample.integer(2, 9)
    for shape in ((1, 3, 5, size), (2, 1, 5, size), (2, 3, 1, size), (2, size, 4, 1), (size, 3, 1, 1), (1, 1, 1, 1)):
        for memory_format in (torch.contiguous_format, torch.channels_last):
            expect_strides(answer, shape, memory_format)


@channels_last.step("large", N_("A shape that would not fit into memory"), part="strides", seeds=1)
def _large(answer: Answer, sample: Sample) -> None:
    for memory_format in (torch.contiguous_format, torch.channels_last):
        shape = (10**6, 3 + sample.integer(0, 9), 10**4, 10**4)
        try:
            expect_strides(answer, shape, memory_format)
        except Failure as failure:
            if "memory" not in failure.message:
                raise
            raise Wrong(
                _("Your code tried to make a tensor of shape {shape}, and no memory holds it.").format(shape=shape),
                "makes-the-tensor",
                _("The strides follow from the shape alone: multiply sizes."),
            ) from None


def _sizes_of(sample: Sample) -> tuple[int, int, int, int]:
    return sample.integer(1, 4), sample.integer(2, 4), sample.integer(5, 6), sample.integer(7, 9)


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
