"""A model as it is now: a copy to run, in eval mode, without the learner's hooks; theirs stays as it was."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from course.language import _

_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


def snapshot(model: Any) -> nn.Module:
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
