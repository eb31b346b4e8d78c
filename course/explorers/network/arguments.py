"""The arguments of a call of the network explorer, checked: settings, the learner's layers and image, and a copy of their model."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from course.explorers.learner_inputs import own_image
from course.explorers.network.run import Input, Network
from course.explorers.network.settings import DIGIT, IMAGES, SLIDERS, YOURS, Own, Settings, in_channels
from course.explorers.network.stack_layers import KINDS, STACKS, stack_of
from course.explorers.settings import checked, in_range, one_of, with_settings
from course.language import _

_TRIED = (28, 32, 64, 8, 16, 224)  # sides of a named image, for a model that may ask for one of them
_LONGEST_VECTOR = 4096
_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


@with_settings(Settings)
def settings_of(
    *,
    model: nn.Module | None = None,
    layers: str | Iterable[nn.Module] = Settings.stack,
    layer: int | str = Settings.layer,
    kind: str | None = None,
    kernel: int | None = None,
    stride: int | None = None,
    padding: int | None = None,
    dilation: int | None = None,
    channels: int | None = None,
    follow: bool | None = None,
    image: Any = None,
    size: int | None = None,
    **settings: Any,
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
    if size is not None:
        settings |= checked(Settings, size=size)
    given = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation, "channels": channels}
    edits = {name: SLIDERS[name].check(name, value) for name, value in given.items() if value is not None}
    chosen = Settings(**settings)
    if model is not None:
        of_stack = [*edits, *(name for name, value in (("kind", kind), ("follow", follow)) if value is not None)]
        if of_stack or layers != Settings.stack:
            message = _("{name}= is for a stack that is edited here; a model that is handed over keeps its layers.")
            raise ValueError(message.format(name=of_stack[0] if of_stack else "layers"))
        chosen = _of_model(chosen, _snapshot(model), type(model).__name__, image, size)
    else:
        chosen = _of_stack(_with_image(chosen, DIGIT if image is None else image), layers)
    chosen = replace(chosen, layer=_layer_number(chosen, layer))
    if kind is not None:
        chosen = chosen.with_chosen(chosen.chosen.as_kind(one_of("kind", kind, KINDS)))
    for name, value in edits.items():
        chosen = chosen.with_chosen(chosen.chosen.edited(name, value))
    if follow is not None:
        chosen = chosen.following(bool(follow))
    return chosen


def _of_stack(settings: Settings, layers: Any) -> Settings:
    if isinstance(layers, str):
        name = one_of("layers", layers, STACKS)
        return replace(settings, layers=STACKS[name][1], stack=name)
    if (isinstance(layers, nn.Module) and not isinstance(layers, nn.Sequential)) or not isinstance(layers, Iterable):
        message = _(
            "layers is a {type}; give a name, an nn.Sequential or a list of layers, or hand a model over as model=."
        )
        raise TypeError(message.format(type=type(layers).__name__))
    settings = replace(settings, layers=stack_of(layers), stack=YOURS)
    rows, stack = settings.trace().rows, []
    for place, layer in enumerate(settings.layers):  # what fits as it was given may follow from now on
        fits = place < len(rows) and layer.layer.in_channels == layer.incoming(rows[place].in_shape)
        stack.append(replace(layer, follow=True) if fits else layer)
    own = replace(settings.own, layers=tuple(stack))
    return replace(settings, layers=tuple(stack), own=own)


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


def _snapshot(model: Any) -> nn.Module:
    """A copy of the model on the CPU, in float32 and eval mode, that needs no gradients of its parameters.

    Hooks that are not torch's own are left out of it, so that a run tells nobody.

    Raises:
        TypeError: for what is no module with weights; with what to give instead.
        ValueError: for a model that cannot be copied.
    """
    if isinstance(model, type) and issubclass(model, nn.Module):
        message = _("model is the class {type} itself; give a model made from it: {type}().")
        raise TypeError(message.format(type=model.__name__))
    if not isinstance(model, nn.Module):
        message = _("model is a {type}; a torch.nn.Module is wanted, such as nn.Sequential(...).")
        raise TypeError(message.format(type=type(model).__name__))
    if any(nn.parameter.is_lazy(tensor) for tensor in [*model.parameters(), *model.buffers()]):
        raise TypeError(_("model has lazy layers without weights yet; run it once on an input."))
    memo: dict[int, Any] = {id(tensor): tensor.detach().clone() for tensor in _computed_tensors(model)}
    try:
        with torch.inference_mode(False), torch.no_grad():
            copied = copy.deepcopy(model, memo)
    except Exception as error:  # whatever the model's own parts raise
        message = _("model cannot be copied ({type}: {error}), so it cannot be shown without changing it.")
        raise ValueError(message.format(type=type(error).__name__, error=error)) from error
    for module in copied.modules():
        for name in _HOOKS:
            hooks = getattr(module, name)
            for key in [key for key, hook in hooks.items() if not _is_torchs(hook)]:
                del hooks[key]
    return copied.cpu().float().eval().requires_grad_(False)


def _computed_tensors(model: nn.Module) -> Iterator[Tensor]:
    """Tensors that a forward pass has left behind, which deepcopy refuses: those with a history."""
    for module in model.modules():
        yield from _with_history(vars(module))


def _with_history(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        if value.grad_fn is not None:
            yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _with_history(entry)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _with_history(entry)


def _is_torchs(hook: Any) -> bool:
    """Whether torch itself made the hook, as for weight normalisation or pruning."""
    module = getattr(hook, "__module__", None) or type(hook).__module__
    return module.split(".")[0] == "torch"


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
