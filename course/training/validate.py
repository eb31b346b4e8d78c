"""Validates a learner's model, images, labels and settings for a training; every error says what was expected, what came, and what to do."""

from __future__ import annotations

import operator
from typing import Any

import torch
from torch import Tensor, nn

from course.language import _

_WHOLE = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool)


def require_plan(epochs: Any, batch_size: Any, learning_rate: Any) -> None:
    """Settings that can be meant.

    Raises:
        TypeError, ValueError: when they cannot.
    """
    for name, value in (("epochs", epochs), ("batch_size", batch_size)):
        try:
            number = operator.index(value)
        except TypeError:
            message = _("{name} must be an int, but it is {value!r}.")
            raise TypeError(message.format(name=name, value=value)) from None
        if number < 1:
            raise ValueError(_("{name} must be 1 or more, but it is {value}.").format(name=name, value=number))
    if not isinstance(learning_rate, (int, float)) or not 0 < learning_rate < float("inf"):
        message = _("learning_rate must be a number above 0, such as 0.005, but it is {value!r}.")
        raise ValueError(message.format(value=learning_rate))


def require_model(model: Any) -> None:
    """A module with parameters to train.

    Raises:
        TypeError, ValueError: when it is none.
    """
    if isinstance(model, type):
        message = _("Expected a model, but got the class {name} itself: build one, `{name}(...)`.")
        raise TypeError(message.format(name=model.__name__))
    if not isinstance(model, nn.Module):
        message = _("Expected a model, an `nn.Module`, but got {type}.")
        raise TypeError(message.format(type=type(model).__name__))
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise ValueError(
            _(
                "The model has no parameters to train. Layers in a plain list or dict are not found: use `nn.Sequential` or "
                "`nn.ModuleList`."
            )
        )


def require_data(images_name: str, images: Any, labels_name: str, labels: Any, model: nn.Module) -> None:
    """Floating-point images (N, ...) and int64 labels (N,) that belong together.

    Raises:
        TypeError: for other types and dtypes.
        ValueError: for other shapes and values.
    """
    for name, given in ((images_name, images), (labels_name, labels)):
        if not isinstance(given, Tensor):
            message = _("{name} must be a tensor, but it is {type}. `torch.as_tensor(...)` makes one.")
            raise TypeError(message.format(name=name, type=type(given).__name__))
    _require_images(images_name, images, model)
    _require_labels(labels_name, labels)
    if len(images) != len(labels):
        message = _(
            "There are {images} images in {images_name}, but {labels} labels in {labels_name}: each image has one."
        )
        raise ValueError(
            message.format(images=len(images), images_name=images_name, labels=len(labels), labels_name=labels_name)
        )


def _require_images(name: str, images: Tensor, model: nn.Module) -> None:
    if images.dtype in _WHOLE:
        message = _(
            "{name} has the dtype {dtype}, but a layer computes with floats: `{name}.float() / 255` for pixels."
        )
        raise TypeError(message.format(name=name, dtype=images.dtype))
    weights = next(model.parameters()).dtype
    if images.dtype != weights:
        message = _("{name} has the dtype {dtype}, but the model's weights have {weights}: use `{name}.to({weights})`.")
        raise TypeError(message.format(name=name, dtype=images.dtype, weights=weights))
    if images.dim() < 2 or not len(images):
        message = _("{name} must be a batch, (N, C, H, W) for images, but its shape is {shape}.")
        raise ValueError(message.format(name=name, shape=tuple(images.shape)))
    if not bool(torch.isfinite(images).all()):
        count = int((~torch.isfinite(images)).sum())
        message = _("{count} values of {name} are NaN or infinite: every loss would be NaN too.")
        raise ValueError(message.format(count=count, name=name))


def _require_labels(name: str, labels: Tensor) -> None:
    if labels.dim() == 2 and labels.shape[1] > 1:
        message = _("{name} must hold one class number for each image, (N,), but its shape is {shape}. ")
        remedy = _("If each row marks its class with a 1, `{name}.argmax(1)` gives the numbers.")
        raise ValueError((message + remedy).format(name=name, shape=tuple(labels.shape)))
    if labels.dtype != torch.int64:
        message = _("{name} has the dtype {dtype}, but class numbers are int64: use `{name}.to(torch.int64)`.")
        raise TypeError(message.format(name=name, dtype=labels.dtype))
    if labels.dim() != 1:
        message = _("{name} must have the shape (N,), but it is {shape}: use `{name}.flatten()`.")
        raise ValueError(message.format(name=name, shape=tuple(labels.shape)))
    if len(labels) and int(labels.min()) < 0:
        message = _("{name} counts the classes from 0 on, but its smallest number is {smallest}.")
        raise ValueError(message.format(name=name, smallest=int(labels.min())))


def logits_of(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """The model's output for these images, if it can be compared with the labels.

    Raises:
        TypeError, ValueError: when it cannot; with torch's own words where torch refused.
    """
    try:
        output: Any = model(images)
    except NotImplementedError:  # a stub, or a module without `forward`: it says so itself
        raise
    except RuntimeError as error:
        message = _("The model cannot take images of shape {shape}. torch says: {error}")
        raise ValueError(message.format(shape=tuple(images.shape), error=error)) from error
    if not isinstance(output, Tensor):
        remedy = _("Is there a `return` in `forward`?") if output is None else _("Return the logits alone.")
        message = _("The model must give a tensor of logits, but it gave {type}. {remedy}")
        raise TypeError(message.format(type=type(output).__name__, remedy=remedy))
    count = len(images)
    if output.dim() != 2 or len(output) != count:
        message = _(
            "For {count} images the model must give logits of shape ({count}, classes), but it gave {shape}. {remedy}"
        )
        raise ValueError(message.format(count=count, shape=tuple(output.shape), remedy=_remedy(output, count)))
    if not output.is_floating_point():
        message = _("Logits are floats, one for each class, but the model gave {dtype}. Leave `argmax` out.")
        raise TypeError(message.format(dtype=output.dtype))
    if int(labels.max()) >= output.shape[1]:
        message = _("There is a label {label}, so the model needs {needed} outputs or more, but it has {classes}.")
        raise ValueError(message.format(label=int(labels.max()), needed=int(labels.max()) + 1, classes=output.shape[1]))
    return output


def _remedy(output: Tensor, count: int) -> str:
    if output.dim() > 2 and len(output) == count:
        return _("After the convolutions, pool and `flatten(1)`, then a linear layer with one output for each class.")
    if output.dim() == 2:
        return _("The batch has another size now: look for a `view` or `reshape` that mixes images.")
    return _("Keep the batch as axis 0, and give one number for each class along axis 1.")
