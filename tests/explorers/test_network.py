"""The network explorer: its table is what torch does, its receptive fields are what gradients reach, its errors are torch's."""

from __future__ import annotations

import copy
import math
import re
from itertools import product

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.utils import prune
from torch.utils.flop_counter import FlopCounterMode

from course import explore, images
from course.explorers.network import RECIPE
from course.explorers.network.result import compute
from course.explorers.network.stack_layers import KINDS, STACKS
from course.figures import Map
from tests.explorers.networks import (
    MODELS,
    CNNWithResidual,
    SimpleCNN,
    built,
    depthwise,
    measured_in,
    result_of,
    table_of,
    words_of,
)
from tests.explorers.pictures import is_drawn, short


@pytest.fixture(params=MODELS)
def model_and_image(request: pytest.FixtureRequest) -> tuple[nn.Module, Tensor]:
    return built(request.param)


def by_hooks(model: nn.Module, image: Tensor) -> list[tuple[str, tuple[int, ...], tuple[int, ...], Tensor]]:
    """Name, shapes and output of every leaf module, as a learner would look at them."""
    found: list[tuple[str, tuple[int, ...], tuple[int, ...], Tensor]] = []
    model = copy.deepcopy(model).eval()
    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(
                lambda _m, args, out, name=name: found.append(
                    (name, tuple(args[0].shape[1:]), tuple(out.shape[1:]), out.detach().clone())
                )
            )
    with torch.no_grad():
        model(image[None].clone())
    return found


class TestTable:
    def test_it_is_what_hooks_see(self, model_and_image: tuple[nn.Module, Tensor]) -> None:
        model, image = model_and_image
        result, seen = result_of(model=model, image=image), by_hooks(model, image)
        rows = result.trace.rows
        assert [(row.name, row.in_shape, row.out_shape) for row in rows] == [entry[:3] for entry in seen]
        for row, (name, _before, _after, output) in zip(rows, seen, strict=True):
            assert row.parameters == sum(p.numel() for p in model.get_submodule(name).parameters())
            torch.testing.assert_close(row.maps, output[0][: len(row.maps)])
            assert row.mean == pytest.approx(float(output.mean()), abs=1e-5)
        assert result.trace.parameters == sum(p.numel() for p in model.parameters())
        assert sum(row.parameters for row in rows if not row.again) == result.trace.parameters

    def test_multiply_adds_are_torchs_count(self, model_and_image: tuple[nn.Module, Tensor]) -> None:
        model, image = model_and_image
        counter = FlopCounterMode(display=False)
        with counter, torch.no_grad():
            copy.deepcopy(model).eval()(image[None])
        ours = sum(row.multiply_adds or 0 for row in result_of(model=model, image=image).trace.rows)
        assert 2 * ours == counter.get_total_flops()

    def test_a_layer_that_runs_twice_is_counted_once(self) -> None:
        shared = nn.Conv2d(2, 2, 3, padding=1)
        model = nn.Sequential(nn.Conv2d(1, 2, 1), shared, nn.ReLU(), shared)
        result = result_of(model=model, image=torch.rand(5, 5))
        assert [row.again for row in result.trace.rows] == [False, False, False, True]
        text = str(words_of(result))
        assert "as above" in text
        assert "Run more than once, with the same parameters: 1" in text
        assert table_of(result)[-1].cells[3] == str(4 + 38)

    def test_parameters_outside_of_the_layers_are_told(self) -> None:
        class Scaled(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.conv, self.scale = nn.Conv2d(1, 1, 1), nn.Parameter(torch.ones(7))

            def forward(self, x: Tensor) -> Tensor:
                return self.conv(x) * self.scale[0]  # type: ignore[no-any-return]

        assert "7 parameters belong to no layer" in str(words_of(result_of(model=Scaled(), image=torch.rand(4, 4))))

    def test_the_chosen_row_is_marked(self) -> None:
        result = result_of(layers="simple", layer=6)
        words = words_of(result)
        assert [line.number for line in table_of(result) if line.mark == "chosen"] == ["6"]
        assert words.html().count('aria-current="true"') == 1
        assert any(line.startswith("→  6   BatchNorm2d") for line in words.lines())

    def test_a_long_table_is_cut_in_the_plain_text_only(self) -> None:
        model = nn.Sequential(*(nn.ReLU() for _layer in range(90)))
        words = words_of(result_of(model=model, image=torch.rand(4, 4), layer=50))
        assert "… and" in str(words)
        assert len(str(words).splitlines()) < 60
        assert "→  50" in str(words)
        assert words.html().count("<tr") == 1 + 1 + 90 + 1

    @pytest.mark.parametrize("name", STACKS)
    def test_the_shown_text_is_what_runs(self, name: str) -> None:
        result = result_of(layers=name, image="cat", size=32)
        copied = eval(words_of(result).call)
        assert isinstance(copied, nn.Sequential)
        assert str(copied) == str(result.settings.network().module.train())  # type: ignore[union-attr]
        result.settings.network().module.eval()  # type: ignore[union-attr]
        copied.load_state_dict(result.settings.network().module.state_dict())  # type: ignore[union-attr]
        for (_n, before, after, output), row in zip(by_hooks(copied, result.x), result.trace.rows, strict=True):
            assert (before, after) == (row.in_shape, row.out_shape)
            torch.testing.assert_close(output[0], row.maps)


CONV = nn.Conv2d(1, 8, 3)
FAILING: list[tuple[list[nn.Module], int, str, str]] = [
    ([CONV, nn.ReLU(), nn.Linear(5408, 10)], 3, "put nn.Flatten() before it", "mat1 and mat2"),
    ([CONV, nn.ReLU(), nn.Linear(784, 10)], 3, "then in_features=5408 would fit", "mat1 and mat2"),
    ([CONV, nn.Flatten(), nn.Linear(784, 10)], 3, "in_features=5408 would fit", "mat1 and mat2"),
    ([CONV, nn.Conv2d(4, 8, 3)], 2, "in_channels=8 would fit", "expected input"),
    ([CONV, nn.BatchNorm2d(4)], 2, "num_features=8 would fit", "running_mean should contain 8"),
    ([CONV, nn.ConvTranspose2d(4, 8, 3)], 2, "in_channels=8 would fit", "expected input"),
    ([CONV, nn.Conv2d(8, 8, 31)], 2, "it spans 31 cells", "Kernel size can't be greater"),
    ([CONV, nn.MaxPool2d(27)], 2, "it spans 27 cells", "Output size is too small"),
    ([CONV, nn.MaxPool2d(3, padding=2)], 2, "padding=1 or less for kernel_size=3", "half of effective kernel size"),
    ([nn.Flatten(), nn.Conv2d(1, 8, 3)], 2, "put it before what flattens", "Expected 3D"),
    ([nn.Flatten(), nn.MaxPool2d(2)], 2, "put it before what flattens", "3D or 4D"),
]


class TestFailing:
    @pytest.mark.parametrize(("layers", "number", "plain", "torchs"), FAILING, ids=short)
    def test_the_table_goes_down_to_the_layer_that_fails(
        self, layers: list[nn.Module], number: int, plain: str, torchs: str
    ) -> None:
        result = result_of(layers=layers, layer=number)
        words = words_of(result)
        assert [line.number for line in table_of(result) if line.mark == "failed"] == [str(number)]
        assert len(table_of(result)) == number + 1
        assert words.problem is not None
        assert words.problem.plain.startswith(f"Layer {number}:")
        assert plain in words.problem.plain
        assert torchs in words.problem.torch
        with pytest.raises((RuntimeError, ValueError)) as refused:  # by the very text that is shown
            eval(words.call).eval()(result.x[None])
        assert str(refused.value) == words.problem.torch
        with pytest.raises((RuntimeError, ValueError)) as refused:  # and by what was given
            nn.Sequential(*layers).eval()(result.x[None])
        assert str(refused.value) == words.problem.torch
        explorer = explore.network(layers=layers, layer=number)
        assert explorer.status.value == ""
        assert "torch says:" in explorer.text.value
        assert is_drawn(explorer)
        assert plain in explore.network.figure(layers=layers, layer=number).course_text

    def test_the_number_that_is_told_fits(self) -> None:
        explorer = explore.network(layers=[CONV, nn.MaxPool2d(2), nn.Flatten(), nn.Linear(784, 10)], layer=4)
        number = int(re.findall(r"in_features=(\d+) would fit", str(explorer.description))[0])
        mended = result_of(layers=[CONV, nn.MaxPool2d(2), nn.Flatten(), nn.Linear(number, 10)])
        assert mended.failure is None
        explorer.controls["follow"].value = True
        assert "would fit" not in str(explorer.description)
        assert f"nn.Linear({number}, 10)" in explorer.text.value

    def test_a_held_number_stays_when_the_layers_before_it_change(self) -> None:
        explorer = explore.network(layer=8, follow=False)
        assert "nn.Linear(784, 10)" in explorer.text.value
        explorer.controls["layer"].value = 1
        explorer.controls["padding"].value = 0
        assert "nn.Linear(784, 10)" in explorer.text.value
        assert "in_features=576 would fit. Flatten makes it of (16, 6, 6), 16 · 6 · 6 = 576" in str(
            explorer.description
        )
        assert explorer.description is not None
        assert is_drawn(explorer)  # the layers before it are seen all the same

    def test_a_layer_that_torch_does_not_make(self) -> None:
        layers = [CONV, nn.Conv2d(8, 8, 3, groups=4)]
        explorer = explore.network(layers=layers, layer=2)
        explorer.controls["channels"].value = 6
        assert "out_channels must be divisible by groups" in str(explorer.description)
        assert "torch does not make nn.Conv2d(8, 6, kernel_size=3, stride=1, padding=0, groups=4)" in str(
            explorer.description
        )
        assert "The chosen layer has no output; the picture shows layer 1." in str(explorer.description)

    def test_the_first_layer_may_fail(self) -> None:
        explorer = explore.network(layers=[nn.Conv2d(5, 8, 3)])
        assert "in_channels=1 would fit" in str(explorer.description)
        assert "No layer of this network gave an output" in explorer.state.value
        assert is_drawn(explorer)

    def test_a_written_down_number_outside_of_the_layers(self) -> None:
        words = words_of(result_of(model=CNNWithResidual(128 * 7 * 7), size=28))
        assert words.problem is not None
        assert "pool has run and gives (128, 3, 3), 128 · 3 · 3 = 1,152 numbers" in words.problem.plain
        assert "n = 1152 would fit" in words.problem.plain
        assert "shape '[-1, 6272]' is invalid for input of size 1152" in words.problem.torch

    def test_a_number_that_moves_the_image_to_the_batch_axis(self) -> None:
        class Moved(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.conv, self.fc = nn.Conv2d(1, 4, 1), nn.Linear(16, 10)

            def forward(self, x: Tensor) -> Tensor:
                return self.fc(self.conv(x).view(-1, 16))  # type: ignore[no-any-return]

        assert "the output has 16 rows" in str(words_of(result_of(model=Moved(), size=8)))

    def test_linear_without_flatten_may_run_and_is_wondered_at(self) -> None:
        text = str(words_of(result_of(model=nn.Sequential(nn.Conv2d(1, 2, 1), nn.Linear(28, 10)))))
        assert "works along the last axis alone" in text

    def test_a_model_that_raises_on_its_own(self) -> None:
        nowhere: dict[str, Tensor] = {}

        class Broken(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.conv = nn.Conv2d(1, 1, 1)

            def forward(self, x: Tensor) -> Tensor:
                return self.conv(x) + nowhere["missing"]  # type: ignore[no-any-return]

        words = words_of(result_of(model=Broken()))
        assert words.problem is not None
        assert "KeyError: 'missing'" in words.problem.torch


@given(
    channels=st.integers(1, 64),
    sides=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    channel=st.integers(0, 63),
)
@settings(max_examples=60, deadline=None)
def test_maps_stay_apart_and_inside_the_picture(channels: int, sides: tuple[int, int], channel: int) -> None:
    result = result_of(layers=[nn.Conv2d(1, channels, 1)], image=torch.rand(sides), channel=channel)
    picture = RECIPE.draw(result, True)
    taken = np.zeros((picture.layout.height, picture.layout.width), bool)
    for item in picture.items:
        if isinstance(item, Map):
            rows, columns = item.values.shape
            here = (
                slice(item.top, item.top + rows * item.zoom),
                slice(item.left, item.left + columns * item.zoom),
            )
            assert item.top + rows * item.zoom <= picture.layout.height
            assert item.left + columns * item.zoom <= picture.layout.width
            assert not taken[here].any()
            taken[here] = True


class TestExplorer:
    @pytest.mark.parametrize("kind", KINDS)
    def test_every_kind_of_layer_stands_in_the_text(self, kind: str) -> None:
        explorer = explore.network(layer=4)
        explorer.controls["kind"].value = kind
        assert explorer.settings.chosen.kind == kind
        assert explorer.status.value == ""
        copied = eval(RECIPE.describe(compute(explorer.settings), True).call)
        assert len(copied) == 8
        assert explorer.controls["kernel"].disabled is not explorer.settings.chosen.uses("kernel")
        assert is_drawn(explorer)
        assert explore.network.figure(layer=4, kind=kind)

    def test_layers_are_put_in_after_the_chosen_one_and_taken_away_again(self) -> None:
        explorer = explore.network(layer=3)
        begun = explorer.description
        explorer.controls["count"].value = 10
        assert explorer.settings.layer == 5
        assert str(explorer.description).count("nn.Conv2d(8, 8, kernel_size=3, stride=1, padding=1)") == 2
        explorer.controls["count"].value = 8
        assert explorer.settings.layer == 3
        assert explorer.description == begun
        explorer.controls["count"].value = 1
        assert len(explorer.settings.layers) == 1
        assert isinstance(explorer.settings.layers, tuple)

    def test_after_a_vector_comes_no_convolution(self) -> None:
        explorer = explore.network(layer=8)
        explorer.controls["count"].value = 9
        assert "The network does not run" not in str(explorer.description)
        assert "nn.Linear(784, 10),\n    nn.ReLU()," in RECIPE.describe(compute(explorer.settings), True).call

    def test_one_may_start_over(self) -> None:
        explorer = explore.network(layers=[CONV, nn.ReLU()])
        begun = explorer.description
        explorer.controls["stack"].value = "dilated"
        assert "dilation=4" in explorer.text.value
        explorer.controls["stack"].value = "yours"
        assert explorer.description == begun

    def test_what_a_layer_is_given_in_the_call(self) -> None:
        text = str(words_of(result_of(layer=4, kernel=5, stride=2, padding=0, dilation=2, channels=12)))
        assert "nn.Conv2d(8, 12, kernel_size=5, stride=2, padding=0, dilation=2)" in text
        assert "height, width: ⌊(14 + 0 + 0 − 9) / 2⌋ + 1 = 3" in text
        assert "parameters: 12 · 8 · 5 · 5 + 12 = 2,412" in text
        assert "4 + (9 − 1) · 2 = 20; jump 2 · 2 = 4" in text

    def test_the_text_alternative_tells_the_layer_and_what_its_cell_sees(self) -> None:
        state = words_of(result_of(layer=6, row=0, column=3)).state
        assert "Layer 6 of 8, MaxPool2d: (16, 14, 14) to (16, 7, 7), 0 parameters" in state
        assert "sees rows 0 … 6, columns 9 … 18 (7 × 10)" in state


class TestOwnModel:
    def test_its_image_is_named_as_what_was_given(self) -> None:
        given = RECIPE.settings_of(model=SimpleCNN(), image=torch.rand(3, 14, 14))
        assert given.image == "yours"
        assert {"image", "digit", "size"} <= RECIPE.fit(given)[1].disabled
        named = RECIPE.settings_of()
        assert RECIPE.change(named, "image", "yours") == named  # there is none to go back to

    def test_it_is_left_as_it_was(self, model_and_image: tuple[nn.Module, Tensor]) -> None:
        model, image = model_and_image
        told: list[nn.Module] = []
        model.train()
        next(model.children()).eval()
        for module in model.modules():
            module.register_forward_hook(lambda module, _args, _output: told.append(module))
        first = next(model.parameters())
        first.requires_grad_(False)
        for parameter in model.parameters():
            parameter.grad = torch.ones_like(parameter)
        state = {name: value.clone() for name, value in model.state_dict().items()}
        modes = [module.training for module in model.modules()]
        hooks = [len(module._forward_hooks) + len(module._forward_pre_hooks) for module in model.modules()]
        explorer = explore.network(model=model, image=image, layer=2)
        explorer.controls["layer"].value = 3
        explorer.controls["row"].value = 1
        assert told == []
        assert [module.training for module in model.modules()] == modes
        assert [len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules()] == hooks
        assert all((value == state[name]).all() for name, value in model.state_dict().items())
        assert all((parameter.grad == 1).all() for parameter in model.parameters() if parameter.grad is not None)
        assert not first.requires_grad
        assert is_drawn(explorer)

    def test_a_trained_model_shows_its_scores(self) -> None:
        torch.manual_seed(0)
        model = nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(72, 10))
        x, labels = images.digits(8, "train")
        optimizer = torch.optim.Adam(model.parameters(), 0.01)
        for _epoch in range(40):
            optimizer.zero_grad()
            F.cross_entropy(model(x), labels).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        explorer = explore.network(model=model, size=8, layer=5, digit=0)
        right = 0
        for digit in range(10):
            explorer.controls["digit"].value = digit
            assert explorer.result is not None
            scores = explorer.result.scores
            assert scores is not None
            with torch.no_grad():
                expected = torch.softmax(model(explorer.result.x[None])[0], 0)
            torch.testing.assert_close(torch.from_numpy(scores), expected)
            right += int(scores.argmax()) == digit
            assert f"largest of 10: {int(scores.argmax())}: {float(scores.max()):.1%}" in str(explorer.description)
        assert right >= 8
        assert "not trained" not in str(explorer.description)

    def test_it_runs_in_eval_mode_and_says_so(self) -> None:
        model = nn.Sequential(nn.Dropout(0.9), nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1)).train()
        assert (result_of(model=model).trace.rows[0].maps == result_of(model=model).x).all()
        assert "in eval mode" in str(words_of(result_of(model=model)))

    def test_it_is_shown_as_it_was_when_called(self) -> None:
        model = nn.Sequential(nn.Conv2d(1, 1, 1))
        explorer = explore.network(model=model)
        assert explorer.result is not None
        before = explorer.result.trace.rows[0].maps
        with torch.no_grad():
            model[0].weight.fill_(5)  # type: ignore[operator]
        explorer.controls["row"].value = 3
        assert (explorer.result.trace.rows[0].maps == before).all()
        again = result_of(model=model).trace.rows[0].maps
        assert (again != before).any()

    def test_the_sliders_show_its_layers_and_are_out_of_use(self) -> None:
        explorer = explore.network(model=depthwise(), layer=1, image=torch.rand(3, 20, 20))
        for name in ("count", "stack", "kind", "kernel", "stride", "padding", "dilation", "channels", "follow"):
            assert explorer.controls[name].disabled
        assert [explorer.controls[name].value for name in ("kind", "kernel", "stride", "channels")] == ["conv", 3, 2, 6]
        explorer.controls["layer"].value = 6
        assert explorer.controls["kind"].value == "other"
        assert explorer.controls["count"].value == 7
        assert "are out of use here" in explorer.text.value

    @pytest.mark.parametrize(
        ("model", "shape"),
        [
            (SimpleCNN(3), (3, 28, 28)),
            (SimpleCNN(1), (1, 28, 28)),
            (CNNWithResidual(), (1, 28, 28)),
            (nn.Sequential(nn.Flatten(), nn.Linear(64, 10)), (1, 8, 8)),
            (nn.Sequential(nn.Conv2d(3, 1, 1), nn.Flatten(), nn.Linear(4096, 10)), (3, 64, 64)),
        ],
        ids=short,
    )
    def test_without_an_image_it_gets_one_that_it_takes(self, model: nn.Module, shape: tuple[int, ...]) -> None:
        result = result_of(model=model)
        assert tuple(result.x.shape) == shape
        assert result.failure is None

    def test_a_digit_may_be_given_to_a_model_for_photos(self) -> None:
        assert result_of(model=SimpleCNN(3), image="digit", size=32).x.shape == (3, 32, 32)
        assert result_of(model=SimpleCNN(1), image="cat", size=32).x.shape == (1, 32, 32)

    def test_a_model_of_vectors_has_no_receptive_field(self) -> None:
        model = nn.Sequential(nn.Linear(64, 32), nn.Unflatten(1, (2, 4, 4)), nn.ConvTranspose2d(2, 1, 2, 2))
        explorer = explore.network(model=model, image=torch.randn(64), layer=3)
        assert "The input is no image" in explorer.text.value
        assert is_drawn(explorer)
        assert explore.network(model=model, image=torch.randn(1, 64)).result is not None

    def test_layers_by_name_or_by_number(self) -> None:
        model = CNNWithResidual()
        assert result_of(model=model, layer="block1.conv2").settings.layer == 5
        assert result_of(model=model, layer=5).row.name == "block1.conv2"  # type: ignore[union-attr]

    def test_tensors_that_a_run_has_left_behind_do_no_harm(self) -> None:
        class Keeping(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.conv = nn.Conv2d(1, 2, 3)
                self.kept: dict[str, list[Tensor]] = {}

            def forward(self, x: Tensor) -> Tensor:
                self.kept["y"] = [self.conv(x)]
                return self.kept["y"][0]

        model = Keeping()
        kept = model(torch.rand(1, 1, 5, 5))
        assert measured_in(result_of(model=model))
        assert model.kept["y"][0] is kept

    def test_weights_made_by_torchs_own_hooks_are_kept(self) -> None:
        conv = nn.Conv2d(1, 2, 3)
        prune.l1_unstructured(conv, "weight", amount=0.5)  # type: ignore[no-untyped-call]
        model = nn.Sequential(conv, nn.utils.parametrizations.weight_norm(nn.Conv2d(2, 2, 1)))
        result = result_of(model=model)
        with torch.no_grad():
            expected = model(result.x[None])
        assert result.trace.output is not None
        torch.testing.assert_close(result.trace.output, expected)

    def test_weights_that_are_not_finite_are_drawn_all_the_same(self) -> None:
        model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(4))
        model(torch.rand(1, 1, 8, 8))
        with torch.no_grad():
            model[0].weight.fill_(math.nan)  # type: ignore[operator]
        for layer in (1, 3, 4):
            assert is_drawn(explore.network(model=model, size=8, layer=layer))

    def test_half_precision(self) -> None:
        assert result_of(model=SimpleCNN().half()).failure is None
        assert result_of(model=SimpleCNN().double()).failure is None

    def test_a_large_layer_keeps_whole_channels_within_bounds(self) -> None:
        result = result_of(layers=[nn.Conv2d(1, 60, 1)], image=torch.rand(400, 400), channel=59)
        assert result.row is not None
        assert result.row.maps.shape == (6, 400, 400)
        assert result.place[0] == 5
        assert "feature maps 0 to 5 of 60" in str(words_of(result))


class TestPredicting:
    def test_numbers_that_would_tell_are_left_open_in_the_text(self) -> None:
        hidden = RECIPE.describe(result_of(layer=4, kernel=5, stride=2), False)
        assert "…" in hidden.html()

    @pytest.mark.parametrize(("layers", "layer"), [*product(STACKS, [1, 3, 5])])
    def test_nothing_of_the_output_is_drawn(self, layers: str, layer: int) -> None:
        result = result_of(layers=layers, layer=layer)
        maps = [item for item in RECIPE.draw(result, False).items if isinstance(item, Map)]
        assert len(maps) == 1
        assert (maps[0].values == result.x.mean(dim=0).numpy()).all()
