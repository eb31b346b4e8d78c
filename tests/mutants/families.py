"""Names and options that stand for one another: each is tried in the place of the others of its family."""

from __future__ import annotations

NAMES: tuple[tuple[str, ...], ...] = (
    ("min", "max"),
    ("amin", "amax"),
    ("argmin", "argmax"),
    ("minimum", "maximum"),
    ("floor", "ceil", "round"),
    ("sum", "mean"),
    ("any", "all"),
    ("zeros", "ones"),
    ("zeros_", "ones_"),
    ("zeros_like", "ones_like"),
    ("new_zeros", "new_ones"),
    ("zero_", "neg_"),
    ("cat", "stack"),
    ("view", "permute"),
    ("permute", "reshape"),
    ("transpose", "unflatten"),
    ("float", "double", "half"),
    ("float32", "float64", "float16"),
    ("uint8", "int8"),
    ("channels_last", "contiguous_format"),
    ("train", "eval"),
    ("no_grad", "enable_grad"),
    ("inference_mode", "enable_grad"),
    ("relu", "leaky_relu", "tanh"),
    ("ReLU", "LeakyReLU", "Identity"),
    ("Tanh", "Sigmoid", "Identity"),
    ("tanh", "sigmoid"),
    ("BatchNorm2d", "InstanceNorm2d", "Identity"),
    ("MaxPool2d", "AvgPool2d"),
    ("max_pool2d", "avg_pool2d"),
    ("AdaptiveAvgPool2d", "AdaptiveMaxPool2d"),
    ("adaptive_avg_pool2d", "adaptive_max_pool2d"),
    ("avg_pool1d", "max_pool1d"),
    ("Conv2d", "ConvTranspose2d"),
    ("Conv1d", "ConvTranspose1d"),
    ("softmax", "log_softmax"),
    ("cross_entropy", "nll_loss"),
    ("sqrt", "square"),
    ("named_modules", "named_children"),
    ("modules", "children"),
    ("parameters", "buffers"),
    ("append", "extend"),
    ("ModuleList", "list"),
    ("add", "sub"),
    ("mul", "div"),
)
"""Functions, methods, layers and dtypes."""

STRINGS: tuple[tuple[str, ...], ...] = (
    ("zeros", "reflect", "replicate", "circular"),
    ("constant", "reflect"),
    ("valid", "same"),
    ("mean", "sum", "none"),
    ("fan_in", "fan_out"),
    ("nearest", "bilinear"),
    ("relu", "linear"),
)
"""Options given as strings."""

ERRORS: tuple[str, ...] = ("ValueError", "TypeError")
"""Errors that an exercise may ask for."""


def relatives(word: str, families: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """The other members of the families that a word belongs to, in the families' order."""
    return tuple(dict.fromkeys(other for family in families if word in family for other in family if other != word))
