"""Exercise generator: a DCGAN generator, from random numbers to pictures."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

from course.checking.answer import Answer, Wrong
from course.checking.exercise import Exercise, Sample
from course.checking.expect import failures_explained
from course.checking.models import parameter_sizes
from course.exercises.upsampling import networks
from course.exercises.upsampling.networks import (
    built,
    expect_floats,
    expect_learning,
    expect_nonlinear,
    expect_samples_apart,
)
from course.language import N_, _
from course.misconceptions import Misconception

SIDE = 28

exercise = Exercise(
    "generator",
    asks="class",
    difficulty=3,
    minutes=20,
    hints=(
        N_(
            "Work backwards: 28 comes from 14, 14 from 7. Which settings of a transposed convolution double the size exactly?"
        ),
        N_(
            "Start: make each latent vector a picture of 1 × 1 with `latent` channels, `z[:, :, None, None]`. A transposed convolution with "
            "kernel 7 makes 7 × 7 of it. Two more double the size. BatchNorm and ReLU come between them, tanh at the end."
        ),
        N_(
            "`nn.ConvTranspose2d(latent, 64, 7)`, then `nn.ConvTranspose2d(64, 32, 4, stride=2, padding=1)`, then "
            "`nn.ConvTranspose2d(32, channels, 4, stride=2, padding=1)` and `nn.Tanh()`; `nn.BatchNorm2d` and `nn.ReLU` after the first two."
        ),
    ),
    hidden={
        N_("pictures"): N_("Try other numbers of latent values and channels, and latent vectors that are large."),
        N_("every latent value"): N_(
            "Change one number of the latent vector: the picture must change, and no other picture with it."
        ),
    },
    misconceptions={
        **networks.MISCONCEPTIONS,
        "shape:axes": N_("The numbers are all there. Give them four axes: batch, channels, height, width."),
        "channels-ignored": Misconception(
            "The argument for the channels is taken, but the layers have a fixed number.",
            N_("The size is right. Where do your layers use `channels`, and does each latent vector give one picture?"),
        ),
        "size-not-doubled": Misconception(
            "A layer does not double the size, because padding or output_padding is missing."
        ),
        "other-size": Misconception(
            "The pictures have another size.",
            N_("Doubling 4 gives 8, 16, 32 and never 28. From which small picture does doubling lead to 28?"),
        ),
        "other-size:halved": N_(
            "Your sizes are on the way from 7 to 14 to 28, and at least one doubling is missing. Walk through your layers with `transposed_size`."
        ),
        "other-size:doubled": N_(
            "7, 14, 28: your layers double once too often. Walk through them with `transposed_size`."
        ),
        "latent-has-no-axes": Misconception(
            "The latent vector is not given height and width.",
            N_(
                "A convolution wants (N, C, H, W), and the latent vectors are (N, latent). How do you add two axes of size 1?"
            ),
        ),
        "latent-has-no-axes:front": N_(
            "The two new axes are in front of (N, latent). Height and width come last: (N, latent, 1, 1)."
        ),
        "latent-has-no-axes:spread": N_(
            "Here each number of a latent vector has become a picture of its own: axis 0 is `N * latent` long. Keep (N, latent) in front, "
            "and add two axes of size 1 at the end."
        ),
        "latent-ignored": Misconception(
            "The latent vector is not used.",
            N_("Follow `z` through `forward`. The randomness comes in with it, not from `torch.randn` inside."),
        ),
        "latent-partly-ignored": Misconception(
            "A part of the latent vector makes no difference.", N_("All `latent` numbers go into the first layer.")
        ),
        "one-for-all": N_("Each row of `z` makes a picture of its own. Does `forward` use all rows?"),
        "constant-pixels": Misconception(
            "Some pixels are the same for every latent vector.",
            N_("A border of zeros around a smaller picture is no picture of 28 × 28. Let the layers make the size."),
        ),
        "no-convolution": Misconception(
            "There is no transposed convolution.",
            N_("The C in DCGAN is for its convolutions: transposed convolutions make the picture larger step by step."),
        ),
        "grows-in-one-step": Misconception(
            "The picture does not grow step by step by transposed convolutions.",
            N_(
                "Two or more transposed convolutions enlarge the picture here, as from 7 to 14 to 28. A Linear layer or one huge kernel that "
                "makes all pixels at once must learn each place by itself."
            ),
        ),
        "no-batchnorm": Misconception(
            "BatchNorm is missing after a layer.",
            N_(
                "`nn.BatchNorm2d` follows each transposed convolution but the last. You saw what the maps fade to without it."
            ),
        ),
        "batchnorm-at-the-end": Misconception(
            "BatchNorm follows the last layer too.",
            N_(
                "Each layer but the last, says DCGAN: with BatchNorm at the end its training became unstable. After the last one comes tanh alone."
            ),
        ),
        "no-tanh": Misconception(
            "There is no tanh at the end.",
            N_("Which function squeezes every number into (−1, 1)? It comes at the very end."),
        ),
        "ends-reached": Misconception(
            "The values are divided by the largest one, so that it is always the end of the range.",
            N_(
                "Cutting off and dividing by the largest value both end at −1 or 1 exactly. Which function only comes close?"
            ),
        ),
        "clamped": Misconception(
            "The range is cut off, where a smooth activation is needed.",
            N_(
                "Beyond a cut the gradient is zero, and nothing learns. Which function bends smoothly towards −1 and 1?"
            ),
        ),
        "narrow-range": Misconception(
            "The values stay in a part of the range.", N_("What makes the numbers smaller after the last function?")
        ),
        "one-sided": Misconception(
            "The values lie on one side of 0 only.",
            N_("A sigmoid ends at 0 and 1, a ReLU at 0. Which function reaches from −1 to 1?"),
        ),
    },
)


@exercise.step("shape", N_("Pictures of (channels, 28, 28) come out, one for each latent vector"))
def _shape(answer: Answer, sample: Sample) -> None:
    _expect_pictures(answer, sample, sample.integer(3, 5))


@exercise.step("arguments", N_("`latent` and `channels` are what you set them to"))
def _arguments(answer: Answer, sample: Sample) -> None:
    _expect_pictures(answer, sample, 2, 10, 3)
    _expect_pictures(answer, sample, 3, 7)


@exercise.step("trainable", N_("Every parameter gets a gradient"))
def _trainable(answer: Answer, sample: Sample) -> None:
    expect_learning(built(answer, 12, 2), sample.floats(4, 12))


@exercise.step("range", N_("The values lie between −1 and 1, and reach far to both sides"))
def _range(answer: Answer, sample: Sample) -> None:
    _expect_tanh_like(built(answer, 12, 1), 3 * sample.floats(8, 12))


@exercise.step("latent", N_("The pictures depend on every number of the latent vector, at every pixel"))
def _latent(answer: Answer, sample: Sample) -> None:
    layer = built(answer, 12, 2)
    z = sample.floats(16, 12)
    gradient = layer.gradients(z, weight=sample.floats(16, 2, SIDE, SIDE)).arguments[0]
    felt = torch.zeros(12, dtype=torch.bool) if gradient is None else gradient.abs().sum(0) > 0
    if not bool(felt.any()):
        raise Wrong(
            _("The pictures do not depend on the latent vector at all."),
            "latent-ignored",
        )
    if not bool(felt.all()):
        raise Wrong(
            _("The pictures do not depend on number {index} of the latent vector.").format(
                index=int((~felt).nonzero()[0])
            ),
            "latent-partly-ignored",
        )
    still = layer(z).std(0).amax(0) == 0
    if bool(still.all()):
        raise Wrong(
            _("All pictures are the same, whatever the latent vector."),
            "one-for-all",
        )
    if bool(still.any()):
        place = [int(each) for each in still.nonzero()[0]]
        raise Wrong(
            _("Pixel {place} is the same in all pictures.").format(place=place),
            "constant-pixels",
        )


@exercise.step("samples", N_("Each picture comes from its own latent vector, in evaluation mode"))
def _samples(answer: Answer, sample: Sample) -> None:
    expect_samples_apart(built(answer, 12, 2), 2 * sample.floats(4, 12))


@exercise.step(
    "network",
    N_("Transposed convolutions enlarge the picture; BatchNorm after all but the last, activations between them"),
)
def _network(answer: Answer, sample: Sample) -> None:
    layer = built(answer, 12, 1)
    _expect_recipe(layer.run(steps_of, layer, sample.floats(4, 12)))
    a, b = sample.floats(4, 12), sample.floats(4, 12)
    expect_nonlinear(*(layer(z).double().atanh() for z in (a, b, 0 * a, a + b)))


def steps_of(module: nn.Module, z: Tensor) -> list[tuple[str, int, int]]:
    """The layers of a DCGAN as they run on z: kind, and the height that goes in and comes out. For `Answer.run`."""
    kinds = {"transposed": nn.ConvTranspose2d, "convolution": nn.Conv2d, "batchnorm": nn.BatchNorm2d}
    steps: list[tuple[str, int, int]] = []
    hooks = []
    for kind, layer_type in kinds.items():

        def note(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor, kind: str = kind) -> None:
            steps.append((kind, inputs[0].shape[-2], output.shape[-2]))

        hooks += [each.register_forward_hook(note) for each in module.modules() if isinstance(each, layer_type)]
    try:
        module(z)
    finally:
        for hook in hooks:
            hook.remove()
    return steps


def _expect_recipe(steps: list[tuple[str, int, int]]) -> None:
    """Expect DCGAN's layers in the order in which they ran: see `steps_of`."""
    transposed = [(before, after) for kind, before, after in steps if kind == "transposed"]
    if not transposed:
        raise Wrong(_("There is no `nn.ConvTranspose2d` in your generator."), "no-convolution")
    growing = sum(after > before for before, after in transposed)
    if growing < 2:
        sizes = ", ".join(f"{before} → {after}" for before, after in transposed)
        raise Wrong(
            _("Your transposed convolutions change the height so: {sizes}. Two or more must enlarge it.").format(
                sizes=sizes
            ),
            "grows-in-one-step",
        )
    layers = [place for place, (kind, _before, _after) in enumerate(steps) if kind != "batchnorm"]
    for number, (place, following) in enumerate(itertools.pairwise(layers), start=1):
        if following == place + 1:
            raise Wrong(
                _("No `nn.BatchNorm2d` follows layer {number} of your {count} convolutions.").format(
                    number=number, count=len(layers)
                ),
                "no-batchnorm",
            )
    if layers[-1] != len(steps) - 1:
        raise Wrong(_("An `nn.BatchNorm2d` follows the last convolution."), "batchnorm-at-the-end")


def _expect_pictures(answer: Answer, sample: Sample, batch: int, latent: int = 64, channels: int = 1) -> None:
    """Expect pictures in (−1, 1) of a generator in the mode that it is built in; defaults are not handed over."""
    given = [] if (latent, channels) == (64, 1) else [latent] if channels == 1 else [latent, channels]
    layer = built(answer, *given, evaluate=False)
    what = _("for {batch} latent vectors, latent={latent}, channels={channels}").format(
        batch=batch, latent=latent, channels=channels
    )
    with failures_explained(_REFUSALS, what):
        got = layer(sample.floats(batch, latent))
    if type(got) is Tensor and got.shape != (batch, channels, SIDE, SIDE):
        _explain_shape(got, (batch, channels, SIDE, SIDE), what)
    pictures = expect_floats(got, (batch, channels, SIDE, SIDE), what)
    if not float(pictures.abs().max()) <= 1:
        raise Wrong(
            _("Expected values between −1 and 1, but the largest is {largest:.4g} ({what}).").format(
                largest=float(pictures.abs().max()), what=what
            ),
            "no-tanh",
        )


def _explain_shape(got: Tensor, expected: tuple[int, ...], what: str) -> None:
    """Raise with a hint of its own when it is known how the wrong shape came about."""
    message = _("Expected the shape {expected}, but got {got} ({what}).").format(
        expected=expected, got=tuple(got.shape), what=what
    )
    if got.ndim == 4 and tuple(got.shape[2:]) == expected[2:]:
        raise Wrong(
            message,
            "channels-ignored",
        )
    side = got.shape[-1]
    if got.ndim == 4 and got.shape[:2] == expected[:2] and side in {25, 26, 27, 29, 30, 31}:
        raise Wrong(
            message,
            "size-not-doubled",
            _(
                "{side} is close to 28. Walk through your layers with `transposed_size`: which one does not double?"
            ).format(side=side),
        )
    if got.ndim == 4 and got.shape[:2] == expected[:2]:
        variant = {7: ":halved", 14: ":halved", 56: ":doubled"}.get(side, "")
        raise Wrong(message, f"other-size{variant}")
    if got.numel() == torch.Size(expected).numel():
        raise Wrong(message, "shape:axes")


_REFUSALS = (
    ("(unbatched)", "latent-has-no-axes"),
    ("batched) input", "latent-has-no-axes"),
    (", 1, 1, 1] to have", "latent-has-no-axes:spread"),
    ("expected input[1, 1, ", "latent-has-no-axes:front"),
)
"""Words of torch's errors, and the mistake that they tell of."""


def _expect_tanh_like(layer: Answer, z: Tensor) -> None:
    """Expect values inside (−1, 1), however large the parameters are, that come near both ends but are not cut off there.

    An untrained generator gives small numbers, and hardly any function changes those. So its parameters grow until the end
    shows: in float32 tanh is just 1 from 9 on, and most values are close to 1 long before; a cut-off has nothing close to 1.
    """
    state, names = layer.state(), layer.run(parameter_sizes, layer)
    lowest = highest = 0.0
    for exponent in range(60):
        grown = 1.15**exponent
        layer.load_state({name: value * grown if name in names else value for name, value in state.items()})
        pictures = layer(z)
        lowest, highest = min(lowest, float(pictures.min())), max(highest, float(pictures.max()))
        if not max(-lowest, highest) <= 1:
            raise Wrong(
                _(
                    "With larger weights, as training may make them, your pictures have values up to {largest:.4g}."
                ).format(largest=max(-lowest, highest)),
                "no-tanh",
            )
        ends, near = float((pictures.abs() == 1).double().mean()), float((pictures.abs() > 0.97).double().mean())
        if exponent == 0 and ends > 0 and near < 0.05:
            raise Wrong(
                _("Some of the values are just −1 or 1, and hardly any come close; they should lie between the two."),
                "ends-reached",
            )
        if ends > 0.05:
            if 3 * (near - ends) < ends:
                raise Wrong(
                    _(
                        "Your pictures are cut off at −1 and 1: {share:.0%} of the values are just that, hardly any come close."
                    ).format(share=ends),
                    "clamped",
                )
            break
    for reached, end in ((-lowest, -1), (highest, 1)):
        if not reached > 0.2:
            came_near = _("However large the weights are, your pictures come no nearer to {end} than {got:.4g}.")
            raise Wrong(
                came_near.format(end=end, got=lowest if end < 0 else highest),
                "narrow-range" if reached > 0 else "one-sided",
            )
