"""The layers of a block that an answer built, found by the names torch gives to a layer's tensors, and filled with random values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator
from itertools import pairwise

from course import arithmetic
from course.checking.answer import Answer, Wrong, same_data
from course.checking.exercise import Sample
from course.checking.models import parameter_sizes
from course.checking.tensors_by_role import Shape, Shapes, Values, assignments, held, random_values
from course.exercises.residual.block import NORM, Block, BlockSpec
from course.language import N_, _
from course.misconceptions import Misconception, Misconceptions

MISCONCEPTIONS: Misconceptions = {
    "projection-missing": Misconception(
        "The shortcut has no convolution where the shape changes.",
        N_(
            "The input has another shape than the output: other channels, other pixels, or both. Broadcasting may hide it, "
            "and pooling changes the pixels only. The shortcut needs a layer of its own here."
        ),
    ),
    "projection-missing:linear": N_(
        "A Linear layer works along the last axis, and here that holds the columns of a picture. A 1 × 1 convolution mixes the channels."
    ),
    "projection-not-needed": Misconception(
        "The shortcut has a convolution where the shape stays.",
        N_(
            "Same channels, and stride 1, which is the default: then the shortcut is the input itself, without a layer."
        ),
    ),
    "layer-shared": Misconception(
        "One layer is used in two places.",
        N_("Two names for one layer are still one layer with one kernel. Build a layer for each place."),
    ),
    "shortcut-kernel": Misconception(
        "The shortcut's convolution has a larger kernel than 1 × 1.",
        N_(
            "The convolution on the shortcut is 1 × 1: it mixes the channels of one pixel and skips pixels by its stride. "
            "A larger kernel would mix neighbouring pixels, which is the main path's task."
        ),
    ),
    "shortcut-channels": Misconception(
        "The shortcut's convolution does not lead from the block's input to its output.",
        N_(
            "The shortcut leads around the whole main path. Its convolution takes `in_channels`, those of the block's input, and gives `out_channels`."
        ),
    ),
    "main-kernels": Misconception(
        "A convolution of the main path has another kernel than asked.",
        N_(
            "The channels are right, the kernels are not. Compare each kernel with the docstring: is it 3 × 3 or 1 × 1?"
        ),
    ),
    "main-channels": Misconception(
        "The channels of the main path change at another place than asked, or to another number.",
        N_(
            "The kernels are right, the channels are not. A weight's shape is (out, in, height, width). Write down how many channels go into "
            "each convolution and how many come out, from the block's input to its output."
        ),
    ),
    "main-channels:too-late": N_(
        "The first convolution should change the channels already. Yours keeps `in_channels`, and a later one changes them."
    ),
    "main-channels:swapped": N_(
        "Is the order of the arguments that of the docstring: `in_channels`, `mid_channels`, `out_channels`? Here the second and the third have changed places."
    ),
    "main-channels:groups": N_(
        "A convolution with `groups` has fewer channels in its weight. Here every output channel sees every input channel: leave `groups` at 1."
    ),
    "main-channels:early": N_(
        "The 3 × 3 convolution works on `mid_channels` and keeps them. Only the last 1 × 1 goes to `out_channels`."
    ),
    "expanded-again": Misconception(
        "The block multiplies or divides its channels by 4, which its arguments have done already.",
        N_(
            "Take `mid_channels` and `out_channels` as they are. In ResNet-50 the factor of 4 is already in the arguments: "
            "the block is built with `out_channels = 4 * mid_channels`."
        ),
    ),
    "parameter-missing": N_(
        "Make each layer once, in `__init__`, and keep it as an attribute: `self.conv1 = …`. torch does not see layers in a plain list, "
        "nor those made in `forward`. Is there a convolution for each one in the docstring?"
    ),
    "parameter-twice": N_("Count the convolutions in the docstring. What is this one for?"),
    "norm-count": Misconception(
        "There is another number of BatchNorms, or they have other channels.",
        N_(
            "Each convolution of the main path has a BatchNorm of its own behind it, over the channels that come out, "
            "with gamma, beta and running statistics. One that is used twice would mix up the statistics of two places."
        ),
    ),
    "norm-count:shortcut": N_(
        "There is one BatchNorm more, over `in_channels`. If the shortcut has a BatchNorm, it follows the 1 × 1 convolution, over `out_channels`."
    ),
    "extra-parameters": N_("What is this layer for? A shortcut whose shape fits needs none."),
}


def fill(answer: Answer, spec: BlockSpec, sample: Sample, *, training: bool) -> list[Block]:
    """Load random values into the layers of a built block, and tell which blocks of the spec it may be.

    The state_dict does not tell which of two layers of equal shape comes first, so there can be several ways; the first
    takes them in the order of the state_dict.

    Raises:
        Wrong: when it has other layers than the spec.
    """
    before = answer.state()
    loaded = {
        name: random_values(tuple(value.shape), sample, positive=name.endswith("running_var"))
        if value.is_floating_point()
        else value
        for name, value in before.items()
    }
    sizes = answer.run(parameter_sizes, answer)
    own = set(sizes) if isinstance(sizes, dict) else set(before)
    convs, norms = _layers(before, own)
    _require_convolutions(convs, spec, before)
    _require_norms(norms, spec, before)
    _require_no_more([*convs, *norms], own, before)
    answer.load_state(loaded)
    kept = _kept(loaded, answer.state())
    return [
        Block(spec, {role: kept[name] for role, name in names.items()}, training, names)
        for names in _names_by_role(convs, norms, spec, before)
    ]


def _kept(loaded: Values, held_now: Values) -> Values:
    """The loaded values as the block holds them: a layer with two names holds what was loaded under one of them."""
    kept = {}
    for name, value in loaded.items():
        now = held_now.get(name)
        same = next((each for each in (value, *loaded.values()) if now is not None and same_data(each, now)), None)
        if same is None:
            raise Wrong(
                _("After load_state_dict, {name} does not hold what was loaded.").format(name=name), "state-not-kept"
            )
        kept[name] = same
    return kept


def _layers(state: Values, own: Container[str]) -> tuple[dict[str, Shape], dict[str, Shape]]:
    """The shapes of convolutions' weights and of BatchNorms' vectors, by layer, in the order of the state_dict.

    A layer that has a second name comes once, by the name in `own`.
    """
    convs: dict[str, Shape] = {}
    norms: dict[str, Shape] = {}
    for name, value in state.items():
        layer, _dot, tensor = name.rpartition(".")
        if f"{layer}.weight" not in own:
            continue
        if tensor == "weight" and value.dim() == 4:
            convs[layer] = tuple(value.shape)
        elif tensor == "running_mean" and all(f"{layer}.{each}" in state for each in NORM.values()):
            norms[layer] = (value.numel(),)
    return convs, norms


def _require_convolutions(convs: Shapes, spec: BlockSpec, state: Values) -> None:
    """Require the convolutions of the spec and no others, whatever their order."""
    missing, more = [*spec.convolutions.values()], []
    for shape in convs.values():
        if shape in missing:
            missing.remove(shape)
        else:
            more.append(shape)
    if missing:
        raise _missing(missing, more, convs, spec, state)
    if more and not spec.shortcut and more[0][2:] == (1, 1):
        raise Wrong(
            _("{block} has a 1 × 1 convolution with a weight of shape {shape}, though its input fits as it is.").format(
                block=spec.call, shape=more[0]
            ),
            "projection-not-needed",
        )
    if more:
        raise Wrong(
            _("{block} has one convolution too many, with a weight of shape {shape}.").format(
                block=spec.call, shape=more[0]
            ),
            "parameter-twice",
        )


def _missing(missing: list[Shape], more: list[Shape], convs: Shapes, spec: BlockSpec, state: Values) -> Wrong:
    """The mistake of a block that lacks convolutions of these shapes, and has others that are not asked for."""
    if len(more) == len(missing):
        return Wrong(
            _("{block} should have a convolution with a weight of shape {shape}. Yours are: {held}.").format(
                block=spec.call, shape=missing[0], held=held({name: state[f"{name}.weight"] for name in convs})
            ),
            _other_shapes(missing, more, convs, spec),
        )
    if missing == [spec.shortcut]:
        return Wrong(
            _("{block} has no 1 × 1 convolution with a weight of shape {shape}; its state_dict holds {held}.").format(
                block=spec.call, shape=spec.shortcut, held=_held(state)
            ),
            "projection-missing:linear" if any(value.dim() == 2 for value in state.values()) else "projection-missing",
        )
    if sum(value.dim() == 4 for value in state.values()) > len(convs):
        return Wrong(
            _("One convolution is used in two places of {block}; its state_dict holds {held}.").format(
                block=spec.call, held=_held(state)
            ),
            "layer-shared",
        )
    return Wrong(
        _("{block} has no convolution with a weight of shape {shape}; its state_dict holds {held}.").format(
            block=spec.call, shape=missing[0], held=_held(state)
        ),
        "parameter-missing",
    )


def _other_shapes(missing: list[Shape], more: list[Shape], convs: Shapes, spec: BlockSpec) -> str:
    """The key of the mistake that puts convolutions of other shapes in the place of the missing ones."""
    if missing == [spec.shortcut]:
        return "shortcut-kernel" if more[0][2:] != (1, 1) else "shortcut-channels"
    kernels = tuple(shape[-1] for shape in spec.weights)
    widths = (spec.in_channels, *(shape[0] for shape in spec.weights))
    for key, rule in _OTHER_WIDTHS:
        other = rule(widths)
        shapes = [arithmetic.weight_shape(*pair, k) for pair, k in zip(pairwise(other), kernels, strict=True)]
        if other != widths and Counter(shapes) <= Counter(convs.values()):
            return key
    if sorted(shape[:2] for shape in more) == sorted(shape[:2] for shape in missing):
        return "main-kernels"
    if sorted(shape[2:] for shape in more) == sorted(shape[2:] for shape in missing):
        grouped = more[0][0] == missing[0][0] and missing[0][1] % more[0][1] == 0 and more[0][1] < missing[0][1]
        return "main-channels:groups" if grouped and len(more) == 1 else "main-channels"
    return "parameter-missing"


_OTHER_WIDTHS: tuple[tuple[str, Callable[[tuple[int, ...]], tuple[int, ...]]], ...] = (
    ("main-channels:swapped", lambda w: (w[0], *[w[-1]] * (len(w) - 2), w[1])),
    ("expanded-again", lambda w: (*w[:-1], 4 * w[-1])),
    ("expanded-again", lambda w: (*w[:-1], 4 * w[-2])),
    ("expanded-again", lambda w: (w[0], *[4 * each for each in w[1:-1]], w[-1])),
    ("expanded-again", lambda w: (w[0], *[w[-1] // 4] * (len(w) - 2), w[-1])),
    ("main-channels:early", lambda w: (*w[:-2], w[-1], w[-1])),
    ("main-channels:too-late", lambda w: (w[0], *w[:-2], w[-1])),
)
"""The channels of a main path's input and behind each of its convolutions, as known mistakes change them."""


def _require_norms(norms: Shapes, spec: BlockSpec, state: Values) -> None:
    """Require a BatchNorm for each convolution of the main path; the shortcut may have one too."""
    channels = [size for (size,) in spec.norms.values()]
    found = [size for (size,) in norms.values()]
    depth = len(spec.weights)
    if sorted(found) in (sorted(channels), sorted(channels[:depth])):
        return
    before_shortcut = sorted(found) == sorted([*channels[:depth], spec.in_channels])
    raise Wrong(
        _(
            "{block} needs BatchNorms over {channels} channels, but has them over {found}; its state_dict holds {held}."
        ).format(block=spec.call, channels=channels[:depth], found=found, held=_held(state)),
        "norm-count:shortcut" if spec.shortcut and before_shortcut else "norm-count",
    )


def _require_no_more(layers: list[str], own: set[str], state: Values) -> None:
    """Require that every parameter belongs to one of these layers."""
    more = sorted(own - {f"{layer}.{tensor}" for layer in layers for tensor in ("weight", "bias")})
    if more:
        shape = tuple(state[more[0]].shape) if more[0] in state else ()
        raise Wrong(
            _("There is a parameter that belongs to none of the layers asked for: {name}, of shape {shape}.").format(
                name=more[0], shape=shape
            ),
            "extra-parameters",
        )


def _held(state: Values) -> str:
    return held({name: value for name, value in state.items() if value.dim()})


def _names_by_role(convs: Shapes, norms: Shapes, spec: BlockSpec, state: Values) -> Iterator[dict[str, str]]:
    """The names of the tensors by role, in every way in which the layers can play the roles; the shapes allow few."""
    norm_roles = dict([*spec.norms.items()][: len(norms)])
    for chosen in assignments(spec.convolutions, convs):
        for chosen_norms in assignments(norm_roles, norms):
            names: dict[str, str] = {}
            for role, layer in chosen.items():
                names |= {role: f"{layer}.weight", f"{role}.bias": f"{layer}.bias"}
            for role, layer in chosen_norms.items():
                names |= {f"{role}.{tensor}": f"{layer}.{name}" for tensor, name in NORM.items()}
            yield {role: name for role, name in names.items() if name in state}
