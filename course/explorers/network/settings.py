"""What the network explorer can be set to, what a call of it accepts, and the image that a model takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn

from course import arithmetic, images
from course.explorers.learner_inputs import own_image
from course.explorers.network.places import placed
from course.explorers.network.run import Input, Network, Trace, trace
from course.explorers.network.snapshot import snapshot
from course.explorers.network.specs import KINDS, RANGES, STACKS, LayerSpec, spec_of, specs_of, texts
from course.explorers.network.stack import Unbuilt, built
from course.explorers.validate import in_range, one_of, whole
from course.language import _

DIGIT = "digit"
IMAGES = (DIGIT, *images.photo_names())
SIZES = (8, 16, 28, 32, 64, 96, 128, 224)
YOURS = "yours"
OTHER = "other"
_TRIED = (28, 32, 64, 8, 16, 224)  # sides of a named image, for a model that may ask for one of them
_LONGEST_VECTOR = 4096


@dataclass(frozen=True, eq=False)
class Own:
    """What the learner handed over: a copy of their model and its class, or their layers; and their input."""

    network: Network | None = None
    kind: str = ""
    layers: tuple[LayerSpec, ...] = ()
    input: Input | None = None


@dataclass(frozen=True)
class Settings:
    """The settings. `layer` counts from 1; row, column and channel are None until they are fitted to its output.

    `stack` names what the layers began with. The further settings that controls show are those of the chosen layer.
    """

    layers: tuple[LayerSpec, ...] = STACKS["small"][1]
    stack: str = "small"
    layer: int = 1
    row: int | None = None
    column: int | None = None
    channel: int | None = None
    image: str = DIGIT
    digit: int = 3
    size: int = 28
    own: Own = field(default=Own(), compare=False)

    @property
    def spec(self) -> LayerSpec:
        """The chosen layer of the stack; the last one, where there are not so many."""
        return self.layers[min(self.layer, len(self.layers)) - 1]

    @property
    def count(self) -> int:
        """How many layers the stack has."""
        return len(self.layers)

    @property
    def kind(self) -> str:
        """The chosen layer's kind."""
        return OTHER if self.own.network else self.spec.kind

    @property
    def kernel(self) -> int:
        """Its kernel's height."""
        return self.spec.kernel[0]

    @property
    def stride(self) -> int:
        """Its stride along the height."""
        return self.spec.stride[0]

    @property
    def padding(self) -> int:
        """Its padding above; of 'same', as torch splits it."""
        padding = self.spec.padding
        if isinstance(padding, str):
            return arithmetic.same_padding(self.kernel, self.dilation)[0] if padding == "same" else 0
        return padding[0]

    @property
    def dilation(self) -> int:
        """Its dilation along the height."""
        return self.spec.dilation[0]

    @property
    def channels(self) -> int:
        """Its out_channels or out_features."""
        return self.spec.channels

    @property
    def follow(self) -> bool:
        """Whether its in_channels or in_features are those that come in."""
        return self.spec.takes is None

    def input(self) -> Input:
        """The batch of one that is run; not to be changed in place."""
        if self.own.input is not None:
            return self.own.input
        channels = None if self.own.network is None else in_channels(self.own.network.module)
        return named_input(self.image, self.digit, self.size, channels)

    def texts(self) -> tuple[str, ...]:
        """The torch text of every layer of the stack."""
        return texts(self.layers, tuple(self.input().x.shape[1:]))

    def network(self) -> Network | Unbuilt:
        """What is run."""
        return self.own.network or built(self.texts())

    def trace(self) -> Trace:
        """The run, of as many layers as can be built."""
        network = self.network()
        return trace(network.before if isinstance(network, Unbuilt) else network, self.input())

    def editing(self, **changes: Any) -> Settings:
        """The settings with the chosen layer changed."""
        place = min(self.layer, len(self.layers)) - 1
        spec = replace(self.layers[place], **changes)
        return replace(self, layers=(*self.layers[:place], spec, *self.layers[place + 1 :]))


@lru_cache(maxsize=32)
def named_input(name: str, digit: int, size: int, channels: int | None) -> Input:
    """A picture as a batch of one: a digit has one channel, a photo three, or as many as are asked for (1 or 3)."""
    with torch.inference_mode(False):
        if name == DIGIT:
            pictures, labels = images.digits(size, "test")
            x = pictures[int((labels == digit).nonzero()[0])].clone()
            return Input((x.expand(3, -1, -1).clone() if channels == 3 else x)[None])
        return Input(images.photo(name, size, channels=1 if channels == 1 else 3)[None])


def in_channels(module: nn.Module) -> int | None:
    """The channels that the model's first convolution takes; None where it has none."""
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d):
            return layer.in_channels
    return None


def settings_of(
    *,
    model: nn.Module | None = None,
    layers: str | Iterable[nn.Module] = "small",
    layer: int | str | None = None,
    kind: str | None = None,
    kernel: int | None = None,
    stride: int | None = None,
    padding: int | None = None,
    dilation: int | None = None,
    channels: int | None = None,
    follow: bool | None = None,
    row: int | None = None,
    column: int | None = None,
    channel: int | None = None,
    image: Any = None,
    digit: int = 3,
    size: int | None = None,
) -> Settings:
    """A convnet calculator: shapes, parameters, multiply-adds and receptive fields of a network, and its feature maps.

    Args:
        model: your own network, any `nn.Module`: as it is now, in eval mode. A copy is run; yours is left alone.
        layers: without a model, the stack to begin with: "small", "simple", "three by three", "dilated", "up and down",
            "depthwise"; or torch layers, a list or an `nn.Sequential`, of which the settings are taken, not the weights.
        layer: the layer looked at: its number in the table, from 1, or its name in the model, such as "features.3".
        kind, kernel, stride, padding, dilation, channels: change this layer of the stack. kind is one of "conv",
            "depthwise", "transposed", "max pool", "average pool", "relu", "batchnorm", "dropout", "global average",
            "flatten", "linear"; channels are out_channels or out_features.
        follow: False keeps this layer's in_channels or in_features as they are now, whatever becomes of the layers before.
        row, column: the output cell whose receptive field is looked at; of a vector, row is the element.
        channel: the feature map of that cell; by default the one that answers strongest there.
        image: the name of a picture; or your own, a float tensor or array (C, H, W), (H, W) or, for a vector, (n,).
        digit: which digit "digit" is, 0 to 9; none that `images.digits(part="train")` holds.
        size: pixels of a named picture's side.

    Raises:
        TypeError, ValueError: for what none of this can mean; with the reason, and what to do.
    """
    settings = Settings(
        row=None if row is None else whole("row", row),
        column=None if column is None else whole("column", column),
        channel=None if channel is None else whole("channel", channel),
        digit=in_range("digit", digit, (0, 9)),
        size=Settings.size if size is None else one_of("size", size, SIZES),
    )
    edits = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation, "channels": channels}
    wanted = {name: in_range(name, value, RANGES[name]) for name, value in edits.items() if value is not None}
    if model is not None:
        given = [*wanted, *(name for name, value in (("kind", kind), ("follow", follow)) if value is not None)]
        if given or layers != "small":
            message = _("{name}= is for a stack that is edited here; a model that is handed over keeps its layers.")
            raise ValueError(message.format(name=given[0] if given else "layers"))
        settings = _of_model(settings, snapshot(model), type(model).__name__, image, size)
    else:
        settings = _of_stack(_with_image(settings, DIGIT if image is None else image), layers)
    settings = replace(settings, layer=_layer_number(settings, 1 if layer is None else layer))
    if kind is not None:
        spec = spec_of(one_of("kind", kind, KINDS))
        settings = settings.editing(**{name: getattr(spec, name) for name in ("kind", "kernel", "stride", "padding")})
    for name, value in wanted.items():
        settings = settings.editing(**{name: value if name == "channels" else (value, value)})
    if follow is not None:
        settings = followed(settings, bool(follow))
    return placed(settings)


def followed(settings: Settings, follow: bool) -> Settings:
    """The settings with the chosen layer's in-number free to follow what comes in, or held at what it is now."""
    spec, rows = settings.spec, settings.trace().rows
    if follow or not spec.uses("follow"):
        return settings.editing(takes=None)
    if spec.takes is not None:
        return settings
    place = min(settings.layer, len(settings.layers)) - 1
    before = rows[place - 1].out_shape if 0 < place <= len(rows) else tuple(settings.input().x.shape[1:])
    return settings.editing(takes=spec.wants(before))


def _of_stack(settings: Settings, layers: Any) -> Settings:
    if isinstance(layers, str):
        name = one_of("layers", layers, STACKS)
        return replace(settings, layers=STACKS[name][1], stack=name)
    if (isinstance(layers, nn.Module) and not isinstance(layers, nn.Sequential)) or not isinstance(layers, Iterable):
        message = _(
            "layers is a {type}; give a name, an nn.Sequential or a list of layers, or hand a model over as model=."
        )
        raise TypeError(message.format(type=type(layers).__name__))
    settings = replace(settings, layers=specs_of(layers), stack=YOURS)
    rows, found = settings.trace().rows, []
    for place, spec in enumerate(settings.layers):  # what fits as it was given may follow from now on
        fits = place < len(rows) and spec.takes == spec.wants(rows[place].in_shape)
        found.append(replace(spec, takes=None) if fits else spec)
    own = replace(settings.own, layers=tuple(found))
    return replace(settings, layers=tuple(found), own=own)


def _of_model(settings: Settings, module: nn.Module, kind: str, image: Any, size: int | None) -> Settings:
    settings = replace(settings, own=Own(Network(module), kind), stack=YOURS)
    channels = in_channels(module)
    if image is None:
        if channels not in (1, 3, None):
            message = _(
                "model takes {channels} input channels; no picture has so many: give image=, a tensor ({channels}, H, W)."
            )
            raise ValueError(message.format(channels=channels))
        image = "astronaut" if channels == 3 else DIGIT
    settings = _with_image(settings, image)
    if size is not None or settings.own.input is not None:
        return settings
    for side in _TRIED:
        tried = replace(settings, size=side)
        run = tried.trace()
        if run.failure is None and run.output is not None and run.output.shape[:1] == (1,):
            return tried
    return settings


def _with_image(settings: Settings, image: Any) -> Settings:
    if isinstance(image, str):
        return replace(settings, image=one_of("image", image, IMAGES))
    is_vector = isinstance(image, Tensor) and (image.dim() == 1 or (image.dim() == 2 and image.shape[0] == 1))
    given = Input(_own_vector(image.flatten()) if is_vector else own_image(image)[None])
    return replace(settings, image=YOURS, own=replace(settings.own, input=given))


def _own_vector(vector: Tensor) -> Tensor:
    """A vector (n,) as a batch of one, checked as an image is."""
    if not 1 <= len(vector) <= _LONGEST_VECTOR:
        message = _("image is a vector of {count} numbers; up to {most} can be shown.")
        raise ValueError(message.format(count=len(vector), most=_LONGEST_VECTOR))
    return own_image(vector.reshape(-1, 1, 1)).reshape(1, -1)


def _layer_number(settings: Settings, layer: Any) -> int:
    """The number of a layer given as such, or by its name."""
    if isinstance(layer, str):
        names = [row.name for row in settings.trace().rows]
        return names.index(one_of("layer", layer, names)) + 1
    count = len(settings.layers) if settings.own.network is None else len(settings.trace().rows)
    return in_range("layer", layer, (1, max(count, 1)))
