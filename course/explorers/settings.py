"""A setting of an explorer, declared once: a dataclass field that gives its control, its default, its range and its check.

Errors of a check show the value, and what there is.

    @dataclass(frozen=True)
    class Settings:
        stride: int = slider(1, 1, 5, N_("stride"), WINDOW)
        bias: bool = toggle(True, N_("bias"), MAPS)

`controls_of(Settings)` are the controls of its fields; `with_settings(Settings)` makes them arguments of a call.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import wraps
from inspect import Parameter, signature
from typing import Any, TypeVar

import torch
from torch import Tensor

from course.language import N_, _

S = TypeVar("S")
Range = tuple[int, int]
"""The lowest and the highest value, both included."""


@dataclass(frozen=True)
class Slider:
    """A whole number: a slider, with a number input beside it. `group` titles the block that it stands in.

    `argument` names an argument of the call that sets it along with others: `kernel` sets kernel_height.
    For a `fitted` one a call may give any whole number: the explorer's `fit` brings it into a range that depends on
    the other settings.
    """

    label: str
    low: int
    high: int
    group: str = ""
    fitted: bool = False
    argument: str = ""

    def check(self, name: str, value: Any) -> int:
        """The value as an int in range. TypeError, ValueError when it is none."""
        return whole(name, value) if self.fitted else in_range(name, value, (self.low, self.high))


@dataclass(frozen=True)
class Choice:
    """One of several values, each with its label. `parse` turns what a call gives into a value, such as 8 into (8, 8)."""

    label: str
    options: Mapping[Any, str]
    group: str = ""
    parse: Callable[[Any], Any] | None = None
    argument: str = ""

    def check(self, name: str, value: Any) -> Any:
        """The value, one of the options. ValueError, which lists them, when it is none."""
        return one_of(name, self.parse(value) if self.parse else value, self.options)


@dataclass(frozen=True)
class Toggle:
    """Yes or no."""

    label: str
    group: str = ""
    argument: str = ""

    def check(self, name: str, value: Any) -> bool:
        """The value as a bool."""
        return bool(value)


@dataclass(frozen=True)
class Numbers:
    """A small table of numbers, folded away under its label; its setting is a tuple of rows, or None for too large."""

    label: str
    group: str = ""
    argument: str = ""

    def check(self, name: str, value: Any) -> Any:
        """The value as it is."""
        return value


Control = Slider | Choice | Toggle | Numbers


def slider(
    default: int | None,
    low: int,
    high: int,
    label: str,
    group: str = "",
    *,
    fitted: bool = False,
    argument: bool | str = True,
) -> Any:
    """Declare a whole number from `low` to `high`.

    `argument` tells how a call sets it: by its own name, by the argument of another name, or (False) not at all.
    """
    return _setting(default, Slider(label, low, high, group, fitted), argument)


def choice(
    default: Any,
    options: Mapping[Any, str] | Iterable[str],
    label: str,
    group: str = "",
    *,
    parse: Callable[[Any], Any] | None = None,
    argument: bool | str = True,
) -> Any:
    """Declare one of several values: a mapping from each to its label, or names that are their own labels."""
    labels = options if isinstance(options, Mapping) else {name: name for name in options}
    return _setting(default, Choice(label, labels, group, parse), argument)


def image_size(default: Range, sizes: Iterable[tuple[int, int]], group: str = "") -> Any:
    """Declare the (height, width) of a named picture; a call may give one number for both."""
    labels = {(height, width): f"{height} × {width}" for height, width in sizes}
    return choice(default, labels, N_("image size"), group, parse=both_sides)


def toggle(default: bool, label: str, group: str = "", *, argument: bool | str = True) -> Any:
    """Declare a yes or no."""
    return _setting(default, Toggle(label, group), argument)


def numbers(label: str, group: str = "") -> Any:
    """Declare a table of numbers that is shown, and edited, but not kept: its setting is None."""
    return _setting(None, Numbers(label, group), argument=False)


def _setting(default: Any, control: Control, argument: bool | str) -> Any:
    if isinstance(argument, str):
        control = replace(control, argument=argument)
    return field(default=default, metadata={"control": control, "argument": argument})


def controls_of(kind: type) -> dict[str, Control]:
    """The controls of a class of settings by the names of its fields, in their order."""
    return {entry.name: entry.metadata["control"] for entry in fields(kind) if "control" in entry.metadata}


def names_in(controls: Mapping[str, Control], *groups: str) -> frozenset[str]:
    """The names of the controls in these groups."""
    return frozenset(name for name, control in controls.items() if control.group in groups)


def controls_named(controls: Mapping[str, Control], names: Iterable[str], *others: str) -> dict[str, Control]:
    """The controls of these settings, in their own order. An argument's name stands for all settings that it sets.

    Raises:
        ValueError: for a name that is neither, nor one of the others; it lists those that are.
    """
    arguments = {control.argument for control in controls.values() if control.argument}
    for name in names:
        one_of("controls", name, sorted({*controls, *arguments, *others}))
    return {name: control for name, control in controls.items() if name in names or control.argument in names}


def checked(kind: type, /, **values: Any) -> dict[str, Any]:
    """The values of settings, each checked as its field tells.

    Raises:
        TypeError, ValueError: for a value that its setting cannot have, with its name and what there is.
    """
    controls = controls_of(kind)
    return {name: controls[name].check(name, value) for name, value in values.items()}


def with_settings(kind: type) -> Callable[[Callable[..., S]], Callable[..., S]]:
    """Decorate `settings_of(*, …, **settings)`: every setting of `kind` with a control is an argument of it too, checked.

    The arguments that it names itself come as they are given; so do those settings that need more than a check, and defaults.
    `inspect.signature` tells all of them with their defaults.
    """

    def decorate(settings_of: Callable[..., S]) -> Callable[..., S]:
        named = [p for p in signature(settings_of).parameters.values() if p.kind is not Parameter.VAR_KEYWORD]
        plain = {
            entry.name: Parameter(entry.name, Parameter.KEYWORD_ONLY, default=entry.default, annotation=entry.type)
            for entry in fields(kind)
            if entry.metadata.get("argument") is True and entry.name not in {parameter.name for parameter in named}
        }
        whole_signature = signature(settings_of).replace(parameters=[*named, *plain.values()])

        @wraps(settings_of)
        def call(**arguments: Any) -> S:
            for name in arguments.keys() - whole_signature.parameters:
                raise TypeError(f"{settings_of.__name__}() got an unexpected keyword argument {name!r}")
            settings = {
                name: value for name, value in arguments.items() if name in plain and value is not plain[name].default
            }
            return settings_of(**arguments | checked(kind, **settings))

        call.__signature__ = whole_signature  # type: ignore[attr-defined]
        return call

    return decorate


def clamped(settings: S, ranges: Mapping[str, Range]) -> S:
    """The settings with each of these brought into its range."""
    inside = {name: min(max(getattr(settings, name), low), high) for name, (low, high) in ranges.items()}
    return replace(settings, **inside)  # type: ignore[type-var]


def is_whole(value: Any) -> bool:
    """Whether the value is an int, of Python or of NumPy, and no bool."""
    try:
        operator.index(value)
    except TypeError:
        return False
    return not isinstance(value, bool)


def whole(name: str, value: Any) -> int:
    """The setting as an int.

    Raises:
        TypeError: when it is none.
    """
    if not is_whole(value):
        message = _("{name} must be a whole number, an int, but it is {value!r}, a {type}.")
        raise TypeError(message.format(name=name, value=value, type=type(value).__name__))
    return operator.index(value)


def in_range(name: str, value: Any, limits: tuple[int, int]) -> int:
    """The setting as an int from the first limit to the second, both included.

    Raises:
        TypeError: when it is no int.
        ValueError: when it is outside.
    """
    number = whole(name, value)
    low, high = limits
    if not low <= number <= high:
        message = _("{name}={value} cannot be shown here: take {low} to {high}.")
        raise ValueError(message.format(name=name, value=value, low=low, high=high))
    return number


def both_sides(value: Any) -> tuple[Any, ...]:
    """A height and a width: those given, or one number for both."""
    return tuple(value) if isinstance(value, tuple | list) else (value, value)


def is_size(kernel: Any) -> bool:
    """Whether a kernel means a size: a number, or two of them; rows of numbers are values."""
    if isinstance(kernel, tuple | list):
        return len(kernel) == 2 and not any(isinstance(entry, tuple | list | Tensor) for entry in kernel)
    return not hasattr(kernel, "shape") or torch.as_tensor(kernel).dim() == 0


def one_of(name: str, value: Any, known: Iterable[Any]) -> Any:
    """The setting, which must be one of these.

    Raises:
        ValueError: when it is none of them; it lists them.
    """
    known = tuple(known)
    if value not in known:
        message = _("{name}={value!r} is not known; there are: {known}.")
        raise ValueError(message.format(name=name, value=value, known=", ".join(map(repr, known))))
    return value
