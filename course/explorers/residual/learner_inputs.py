"""What a learner hands to the residual explorer: images, and a block, of which only output and gradients can be shown."""

from __future__ import annotations

import copy
import math
from typing import Any

import torch
from torch import Tensor, nn

from course.explorers.learner_inputs import own_image
from course.explorers.residual.stacks import recorded
from course.language import _

_CONVOLUTIONS = (nn.Conv2d, nn.ConvTranspose2d)
_LARGEST_SIDE, _LARGEST_BATCH = 128, 16
_CROP = 8  # cells: gradients are measured on so much of the input, so that deep stacks stay quick


def own_batch(value: Any) -> Tensor:
    """The learner's images as a batch (N, C, H, W)."""
    shape = tuple(getattr(value, "shape", ()))
    if len(shape) == 4 and 1 <= shape[0] <= _LARGEST_BATCH:
        batch = torch.stack([own_image(image) for image in value])
    else:
        batch = own_image(value)[None]
    if max(batch.shape[2:]) > _LARGEST_SIDE:
        message = _(
            "image is {height} × {width}; up to {most} × {most} can be shown here: cut out image[..., :64, :64]."
        )
        raise ValueError(message.format(height=batch.shape[2], width=batch.shape[3], most=_LARGEST_SIDE))
    return batch


def own_block(value: Any) -> nn.Module:
    """A copy of the learner's module, so that nothing that is done here changes theirs.

    Raises:
        TypeError: for what is no module, for a class, and for a module without a convolution.
        ValueError: for weights with NaN or infinities.
    """
    if isinstance(value, type) and issubclass(value, nn.Module):
        message = _("block is the class {type} itself; give a block made from it, such as {type}(...).")
        raise TypeError(message.format(type=value.__name__))
    if not isinstance(value, nn.Module):
        message = _("block is a {type}; a module is wanted, such as your ResidualBlock(16).")
        raise TypeError(message.format(type=type(value).__name__))
    if not any(isinstance(module, _CONVOLUTIONS) for module in value.modules()):
        raise TypeError(
            _("block has no nn.Conv2d among its modules. Are its layers made in __init__ and kept on self?")
        )
    if any(isinstance(parameter, nn.parameter.UninitializedParameter) for parameter in value.parameters()):
        raise TypeError(_("block is lazy and has no weights yet; run it once on an input."))
    for name, parameter in value.named_parameters():
        if not torch.isfinite(parameter.detach()).all():
            message = _("block.{name} holds NaN or infinities. Look at where it was computed.")
            raise ValueError(message.format(name=name))
    with torch.inference_mode(False):  # whose tensors could not take part in a backward pass
        return copy.deepcopy(value).cpu().float().requires_grad_(True)


def input_channels(block: nn.Module) -> int:
    """The channels that the block's first convolution, in the order of its modules, takes."""
    return next(module.in_channels for module in block.modules() if isinstance(module, _CONVOLUTIONS))


def output_of(block: nn.Module, x: Tensor) -> tuple[Any, bool]:
    """What the block makes of x, and whether it wrote into x in place. Raises whatever the block raises."""
    with torch.inference_mode(False), torch.no_grad(), torch.random.fork_rng(devices=[]):  # it may hold a Dropout
        torch.manual_seed(0)
        given = x.clone()
        version = given._version
        return block(given), given._version != version


def norms_of_copies(block: nn.Module, x: Tensor, copies: int) -> tuple[float, ...]:
    """The gradient norm of each convolution weight of this many copies of the block in a row, for the sum of the output.

    Measured on the top left corner of x, where the block takes so small an input. Empty when there is no gradient.
    """
    with recorded(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = nn.Sequential(*(copy.deepcopy(block) for _copy in range(copies)))
        weights = [module.weight for module in net.modules() if isinstance(module, _CONVOLUTIONS)]
        for part in (x[..., :_CROP, :_CROP], x):
            try:
                gradients = torch.autograd.grad(net(part.clone()).sum(), weights, allow_unused=True)
            except (RuntimeError, ValueError):  # too small for it; or no gradient comes through it at all
                continue
            norms = (0.0 if g is None else float(torch.linalg.vector_norm(g, dtype=torch.float64)) for g in gradients)
            return tuple(norm if math.isfinite(norm) else math.inf for norm in norms)
    return ()
