"""Exercise hunt-frozen: a network that keeps its convolutions in a plain list, where no optimizer finds them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from course.checking import models
from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import expect_tensor, mistakes
from course.checking.models import no_gradient
from course.checking.tensors_by_role import names_of_shape
from course.language import N_, _
from course.misconceptions import Misconception, Rules

exercise = Exercise(
    "hunt-frozen",
    asks="class",
    difficulty=2,
    minutes=3,
    hints=(
        N_("Print the number of parameters of a `Tower`. Is it as large as you expect?"),
        N_("`parameters()` looks into attributes that are modules. What is a Python list, a module?"),
        N_("`nn.ModuleList([...])` is a list that is a module. (`nn.Sequential` is one too, and can be called.)"),
    ),
    hidden={N_("other towers"): N_("Try depths from 1 to 6, and other numbers of channels and classes.")},
    misconceptions={
        **models.MISCONCEPTIONS,
        "layers-in-a-list": Misconception(
            "Layers are kept in a plain list, so they are not registered.",
            N_(
                "`parameters()` finds what is an attribute and a module. A plain list hides the layers inside it; `nn.ModuleList` does not."
            ),
        ),
        "layer-shared": N_("`[layer] * depth` is one layer, many times. Make a new layer for each place."),
        "other-channels": Misconception(
            "The convolutions have other channels than asked.",
            N_(
                "The convolutions are found now, but their channels are others than before. The program's list of layers was right; keep it as it was."
            ),
        ),
        "extra-parameters": N_("The layers were right. Only the way they are kept is wrong."),
        "no-gradient": N_("Is each layer used in `forward`, without `no_grad` or `detach`?"),
        "relu-missing": N_("After each convolution comes a ReLU, as it did before."),
        "last-layer-only": N_("Each convolution reads what the one before it gave."),
        "max-for-average": N_("The mean of each map was right, as it was."),
    },
)


@dataclass(frozen=True)
class Build:
    """The arguments of a tower."""

    in_channels: int
    channels: int
    depth: int
    num_classes: int

    @property
    def kernels(self) -> list[tuple[int, int, int, int]]:
        """The shape of each convolution's weight, in order."""
        sources = [self.in_channels] + [self.channels] * (self.depth - 1)
        return [(self.channels, source, 3, 3) for source in sources]

    @property
    def in_words(self) -> str:
        """The call that builds it."""
        return f"Tower({self.in_channels}, {self.channels}, {self.depth}, {self.num_classes})"


@dataclass(frozen=True)
class Run:
    """A tower whose convolutions of one shape have the same weights, and its input: so it does not matter which is which."""

    build: Build
    weights: dict[tuple[int, ...], Tensor]
    biases: dict[int, Tensor]
    x: Tensor

    def maps(self, *, rectified: bool = True, only: slice = slice(None)) -> Tensor:
        """The maps behind the convolutions."""
        x = self.x
        for kernel in self.build.kernels[only]:
            x = F.conv2d(x, self.weights[kernel], self.biases[self.build.channels], padding=1)
            x = F.relu(x) if rectified else x
        return x

    def logits(self, rows: Tensor) -> Tensor:
        """The logits of rows (N, channels)."""
        shape = (self.build.num_classes, self.build.channels)
        return F.linear(rows, self.weights[shape], self.biases[self.build.num_classes])


RULES: Rules[Run] = (
    ("relu-missing", lambda r: r.logits(r.maps(rectified=False).mean(dim=(2, 3)))),
    ("last-layer-only", lambda r: r.logits(r.maps(only=slice(1)).mean(dim=(2, 3)))),
    ("max-for-average", lambda r: r.logits(r.maps().amax(dim=(2, 3)))),
)


@exercise.step("parameters", N_("All its layers are found: `parameters()` has their weights and biases"))
def _parameters(answer: Answer, sample: Sample) -> None:
    for build in (Build(2, 5, 3, 4), Build(3, 6, 1, 7), Build(1, 4, sample.integer(4, 6), 3)):
        _expect_parameters(_built(answer, build), build)


@exercise.step("values", N_("It computes what it did before"))
def _values(answer: Answer, sample: Sample) -> None:
    for build in (Build(2, 5, 3, 4), Build(3, 6, 1, 7), Build(4, 8, 4, 3)):
        tower = _built(answer, build)
        run = _filled(tower, build, sample)
        expected = run.logits(run.maps().mean(dim=(2, 3)))
        expect_tensor(tower(run.x), expected, mistakes(RULES, run), what=build.in_words)


@exercise.step("learns", N_("Each of them gets its gradient"), seeds=1)
def _learns(answer: Answer, sample: Sample) -> None:
    build = Build(2, 6, 4, 3)
    tower = _built(answer, build)
    run = _filled(tower, build, sample)
    for name, gradient in tower.gradients(run.x).parameters.items():
        if gradient is None or not bool(gradient.any()):
            raise no_gradient(name)


def _built(answer: Answer, build: Build) -> Answer:
    return answer.build(build.in_channels, build.channels, build.depth, build.num_classes)


def _expect_parameters(tower: Answer, build: Build) -> None:
    sizes, state = tower.run(models.parameter_sizes, tower), tower.state()
    shapes = list(sizes.values()) if isinstance(sizes, dict) else []
    for shape in build.kernels:
        count = build.kernels.count(shape)
        if shapes.count(shape) < count:
            convolutions = sum(len(other) == 4 for other in shapes)
            hidden = "layer-shared" if len(names_of_shape(state, shape)) >= count else "layers-in-a-list"
            raise Wrong(
                _(
                    "{build} has {count} convolutions with a weight of shape {shape}, but `parameters()` finds {found}."
                ).format(build=build.in_words, count=count, shape=shape, found=shapes.count(shape)),
                "other-channels" if convolutions >= build.depth else hidden,
            )
    total = sum(torch.Size(shape).numel() for shape in shapes)
    asked = sum(torch.Size(kernel).numel() + build.channels for kernel in build.kernels)
    asked += build.num_classes * (build.channels + 1)
    if total != asked:
        raise Wrong(
            _("{build} has {asked} parameters, but yours has {total}.").format(
                build=build.in_words, asked=asked, total=total
            ),
            "extra-parameters",
        )


def _filled(tower: Answer, build: Build, sample: Sample) -> Run:
    """Load the same values into all tensors of one shape."""
    weights, biases = {}, {}
    for shape in {*build.kernels, (build.num_classes, build.channels)}:
        weights[shape] = sample.floats(*shape) / (torch.Size(shape[1:]).numel() ** 0.5)
    for size in (build.channels, build.num_classes):
        biases[size] = 0.3 * sample.floats(size)
    loaded = {}
    for name, value in tower.state().items():
        shape = tuple(value.shape)
        loaded[name] = biases[shape[0]] if len(shape) == 1 else weights[shape]
    tower.load_state(loaded)
    return Run(build, weights, biases, sample.floats(3, build.in_channels, 6, 7))
