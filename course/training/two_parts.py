"""A network in two parts, features and classifier, as torchvision has them: for a network that gets a new head."""

from __future__ import annotations

import copy

from torch import Tensor, nn


class TwoParts(nn.Module):
    """Features, images (N, C, H, W) to rows (N, D), and a linear classifier, rows to logits."""

    def __init__(self, features: nn.Module, classifier: nn.Linear) -> None:
        super().__init__()
        self.features = features
        self.classifier = classifier

    def forward(self, x: Tensor) -> Tensor:
        """Images (N, C, H, W) to logits (N, classes)."""
        logits: Tensor = self.classifier(self.features(x))
        return logits


def in_two_parts(model: nn.Module) -> TwoParts:
    """A copy of a network, cut in front of its last linear layer: everything before it is `features`, the layer is `classifier`.

    Args:
        model: a network whose last step is an `nn.Linear`, whatever its attributes are called. It stays as it is.

    Raises:
        ValueError: when it holds no `nn.Linear`.
    """
    features = copy.deepcopy(model)
    names = [name for name, module in features.named_modules() if isinstance(module, nn.Linear)]
    if not names:
        raise ValueError("the network has no nn.Linear that could be its classifier")
    if names[-1] == "":
        return TwoParts(nn.Flatten(), features)  # type: ignore[arg-type]
    owner, _dot, last = names[-1].rpartition(".")
    head = features.get_submodule(names[-1])
    setattr(features.get_submodule(owner), last, nn.Identity())
    return TwoParts(features, head)  # type: ignore[arg-type]
