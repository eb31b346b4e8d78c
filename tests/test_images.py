"""Pictures, digits and signals: what they promise, without a network and without harm to one another."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from course import images

EVERYTHING = [
    *[(images.photo, name) for name in images.photo_names()],
    *[(images.texture, name) for name in images.texture_names()],
    *[(images.signal, name) for name in images.signal_names()],
    (images.scan_line, "cat"),
]


def run(code: str, **environment: str) -> str:
    """What the code prints, in an interpreter of its own."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_costs_none_of_the_packages_that_hold_the_data() -> None:
    code = "import sys, course.images; print({'sklearn', 'skimage', 'scipy', 'matplotlib', 'PIL'} & set(sys.modules))"
    assert run(code).strip() == "set()"


def test_everything_comes_without_a_network_and_leaves_nothing_on_disk(tmp_path: Path) -> None:
    code = """
import sys

def no_network(event, arguments):
    if event.startswith("socket."):
        raise AssertionError(f"{event} {arguments}: the network was asked")

sys.addaudithook(no_network)
from course import images

for name in images.photo_names():
    images.photo(name)
for name in images.texture_names():
    images.texture(name)
for name in images.signal_names():
    images.signal(name)
images.photos(), images.scan_line(), images.digits(28)
"""
    places = ("HOME", "XDG_CACHE_HOME", "SKIMAGE_DATADIR", "SCIKIT_LEARN_DATA")
    run(code, **dict.fromkeys(places, str(tmp_path)), MPLCONFIGDIR=str(tmp_path / "matplotlib"))
    assert [path for path in tmp_path.iterdir() if path.name != "matplotlib"] == []


def check_picture(x: Tensor, shape: tuple[int, int, int]) -> None:
    assert x.dtype == torch.float32
    assert x.shape == shape
    assert x.is_contiguous()
    assert 0 <= float(x.min()) < 0.3
    assert 0.5 < float(x.max()) <= 1
    assert float(x.std()) > 0.05


@pytest.mark.parametrize("name", images.photo_names())
def test_photos_are_colour_pictures_of_any_size(name: str) -> None:
    check_picture(images.photo(name), (3, 64, 64))
    check_picture(images.photo(name, 31, channels=1), (1, 31, 31))
    check_picture(images.photo(name, (40, 70)), (3, 40, 70))
    check_picture(images.photo(name, (23, 17), channels=1), (1, 23, 17))


@pytest.mark.parametrize("name", images.texture_names())
def test_textures_are_grey_pictures_of_any_size(name: str) -> None:
    check_picture(images.texture(name), (1, 64, 64))
    check_picture(images.texture(name, (30, 50)), (1, 30, 50))


def test_pictures_differ_from_one_another() -> None:
    pictures = [images.photo(name, channels=1) for name in images.photo_names()]
    pictures += [images.texture(name) for name in images.texture_names()]
    for one, other in combinations(pictures, 2):
        assert (one - other).abs().mean() > 0.04


def test_one_pixel_is_the_mean_of_its_photo() -> None:
    torch.testing.assert_close(
        images.photo("cat", 1)[:, 0, 0], images.photo("cat", 256).mean((1, 2)), atol=0.05, rtol=0
    )


def test_brightness_weighs_the_colours() -> None:
    red, green, blue = images.photo("flower", 32)
    torch.testing.assert_close(images.photo("flower", 32, 1)[0], 0.299 * red + 0.587 * green + 0.114 * blue)


def test_a_photo_is_cropped_in_its_middle_and_not_stretched() -> None:
    from skimage import data

    coffee = torch.from_numpy(data.coffee()).permute(2, 0, 1) / 255  # 400 × 600
    torch.testing.assert_close(images.photo("coffee", 400), coffee[:, :, 100:500])
    torch.testing.assert_close(images.photo("coffee", (200, 600)), coffee[:, 100:300])


def test_photos_are_what_a_loader_gives() -> None:
    batch = images.photos()
    assert isinstance(batch, np.ndarray)
    assert batch.dtype == np.uint8
    assert batch.shape == (4, 48, 64, 3)
    assert batch.flags.c_contiguous
    for image, name in zip(batch, ("astronaut", "cat", "coffee", "rocket"), strict=True):
        back = torch.from_numpy(image).permute(2, 0, 1) / 255
        torch.testing.assert_close(back, images.photo(name, (48, 64)), atol=0.51 / 255, rtol=0)
    assert images.photos(["flower"], size=10).shape == (1, 10, 10, 3)


def test_scan_line_is_the_middle_row() -> None:
    line = images.scan_line("rocket", 33)
    assert line.shape == (1, 33)
    assert line.dtype == torch.float32
    torch.testing.assert_close(line[0], images.photo("rocket", 33, channels=1)[0, 16])
    assert line.max() - line.min() > 0.2


@pytest.mark.parametrize(
    ("name", "most", "low", "high"), [("membrane", 7000, -80, 20), ("eeg", 800, -6, 6), ("stock", 1047, 90, 750)]
)
def test_signals_start_alike_at_every_length(name: str, most: int, low: float, high: float) -> None:
    whole = images.signal(name, most)
    assert whole.shape == (1, most)
    assert whole.dtype == torch.float32
    assert whole.isfinite().all()
    assert low < whole.min() < whole.max() < high
    assert len(set(whole.flatten().tolist())) > 250
    assert torch.equal(images.signal(name), whole[:, :256])
    with pytest.raises(ValueError, match=f"{name}.*from 1 to {most}"):
        images.signal(name, most + 1)


@pytest.mark.parametrize("size", [8, 13, 28])
def test_digits_are_grey_squares_with_labels(size: int) -> None:
    x, y = images.digits(size)
    assert x.shape == (1797, 1, size, size)
    assert x.dtype == torch.float32
    assert (float(x.min()), float(x.max())) == (0, 1) if size == 8 else 0 <= float(x.min()) < float(x.max()) <= 1
    assert (y.dtype, y.shape) == (torch.int64, (1797,))
    assert set(y.tolist()) == set(range(10))
    assert (x.flatten(1).std(1) > 0.1).all()


def test_small_digits_are_those_published() -> None:
    from sklearn.datasets import load_digits

    x, y = images.digits()
    assert np.array_equal(x[:, 0].numpy() * 16, load_digits().images)
    assert np.array_equal(y.numpy(), load_digits().target)


def test_digits_split_without_overlap_or_favour() -> None:
    everything, labels = images.digits()
    (train, train_labels), (test, test_labels) = images.digits(part="train"), images.digits(part="test")
    assert len(train) + len(test) == len(everything)
    assert {x.numpy().tobytes() for x in train}.isdisjoint(x.numpy().tobytes() for x in test)
    assert torch.equal(train_labels.bincount() + test_labels.bincount(), labels.bincount())
    assert (test_labels.bincount() == labels.bincount() // 4).all()


def test_nothing_depends_on_or_disturbs_the_random_state() -> None:
    torch.manual_seed(1)
    state = torch.get_rng_state()
    first = images.digits(part="test")[0]
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(2)
    assert torch.equal(images.digits(part="test")[0], first)


@pytest.mark.parametrize(("function", "name"), EVERYTHING)
def test_callers_cannot_spoil_what_comes_next(function: Callable[[str], Tensor], name: str) -> None:
    kept = function(name).clone()
    function(name).fill_(-7)
    assert torch.equal(function(name), kept)


def test_callers_cannot_spoil_batches_and_digits() -> None:
    batch, (x, y) = images.photos().copy(), (part.clone() for part in images.digits())
    images.photos().fill(0)
    for part in images.digits():
        part.fill_(-7)
    assert np.array_equal(images.photos(), batch)
    assert torch.equal(images.digits()[0], x)
    assert torch.equal(images.digits()[1], y)


@pytest.mark.parametrize(
    ("function", "known"),
    [
        (images.photo, images.photo_names()),
        (images.scan_line, images.photo_names()),
        (images.texture, images.texture_names()),
        (images.signal, images.signal_names()),
        (images.credit, [*images.photo_names(), *images.texture_names(), *images.signal_names()]),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(function: Callable[[str], object], known: list[str]) -> None:
    with pytest.raises(ValueError, match="'dog'") as refusal:
        function("dog")
    assert all(name in str(refusal.value) for name in known)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: images.photo("cat", 0), "size=0"),
        (lambda: images.photo("cat", (4, -1)), r"size=\(4, -1\)"),
        (lambda: images.photo("cat", channels=4), "channels=4.*3"),
        (lambda: images.signal("eeg", 0), "length=0"),
        (lambda: images.digits(7), "size=7.*8"),
        (lambda: images.digits(part="validation"), "'validation'.*all, train, test"),
    ],
)
def test_refusals_say_what_came_and_what_is_possible(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_a_side_is_a_whole_number() -> None:
    with pytest.raises(TypeError):
        images.photo("cat", 3.5)  # type: ignore[arg-type]


def test_every_sample_has_a_credit() -> None:
    names = [*images.photo_names(), *images.texture_names(), *images.signal_names()]
    assert len({*names}) == len(names)
    for name in names:
        assert any(word in images.credit(name) for word in ("CC0", "CC BY", "public domain", "licence", "copyright"))
        assert "scikit" in images.credit(name) or "matplotlib" in images.credit(name)
