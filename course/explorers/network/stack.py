"""A stack's text made into a network: what is shown is what is run, with weights that make its feature maps tell something."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import nn

from course.explorers.kernels import bank
from course.explorers.network.run import Network


@dataclass(frozen=True)
class Unbuilt:
    """A stack with a layer that torch does not even make: the layers before it, its place, and torch's error."""

    before: Network
    index: int
    error: str


def stack_text(layers: tuple[str, ...]) -> str:
    """The stack as a learner would write it."""
    return "nn.Sequential(\n" + "".join(f"    {layer},\n" for layer in layers) + ")"


@lru_cache(maxsize=48)
def built(layers: tuple[str, ...]) -> Network | Unbuilt:
    """The network that this text makes, its parameters filled. The global random state is not touched."""
    try:
        return Network(_filled(stack_text(layers)))
    except (RuntimeError, ValueError, TypeError):
        for index, layer in enumerate(layers):
            try:
                _filled(layer)
            except (RuntimeError, ValueError, TypeError) as error:
                return Unbuilt(Network(_filled(stack_text(layers[:index]))), index, str(error))
        raise


def _filled(text: str) -> nn.Module:
    """The module, in eval mode. The first convolution gets kernels with a meaning, the others random weights, seeded.

    Random weights have the variance 2 / fan-in, which keeps the signal's size through ReLUs: He, Zhang, Ren & Sun,
    "Delving Deep into Rectifiers", 2015. A BatchNorm is as new: in eval mode it changes next to nothing.
    """
    with torch.inference_mode(False), torch.no_grad():
        with torch.device("meta"):
            module: nn.Module = eval(text, {"nn": nn})
        module = module.to_empty(device="cpu").eval().requires_grad_(False)
        generator = torch.Generator().manual_seed(0)
        is_first = True
        for layer in module.modules():
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
                weight = layer.weight
                if is_first and isinstance(layer, nn.Conv2d) and layer.groups == 1 and max(weight.shape[2:]) > 1:
                    weight.copy_(bank("mix", weight.shape[0], weight.shape[1], weight.shape[2], weight.shape[3])[0])
                else:
                    fan_in = layer.weight[0].numel()
                    weight.copy_(torch.randn(weight.shape, generator=generator) * (2 / max(fan_in, 1)) ** 0.5)
                if layer.bias is not None:
                    layer.bias.zero_()
                is_first = False
            elif isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
                layer.reset_parameters()
    return module
