"""Tells an answer that calls a function of torch from one that does the work by hand.

No sensible input tells the two apart. Impossible ones do: torch's functions refuse them in words of their own. Whatever
else an answer does with such an input is fine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from course.checking.answer import Answer, Wrong
from course.language import N_, _
from course.misconceptions import Misconception, Misconceptions

MISCONCEPTIONS: Misconceptions = {
    "uses-torch-conv": Misconception(
        "Torch's own convolution does the work.",
        N_(
            "That function is what you are building. Slicing, loops, `unfold`, `einsum`, sums and products are all yours to use."
        ),
    ),
}

_CONVOLUTION = re.compile(
    r"\A(?:Given (groups|transposed)=\d+, |"
    r"Given weight of size |"
    r"Calculated padded input size per channel|"
    r"Expected \dD \(unbatched\) or \dD \(batched\) input to conv|"
    r'"\w*conv\w*" not implemented for )'
)


def torch_refusal(answer: Answer, words: re.Pattern[str], *arguments: Any) -> str:
    """The first line of the error that a call with impossible arguments raises, when it has torch's own words; else ""."""
    try:
        failure = answer.failure(*arguments, may_change=True)
    except Wrong:
        return ""
    torch_raised = failure is not None and failure.type_name in {"RuntimeError", "NotImplementedError"}
    return failure.message.splitlines()[0] if failure and torch_raised and words.search(failure.message) else ""


def require_by_hand(answer: Answer, *nonsense: Sequence[Any]) -> None:
    """Require that the answer calls no convolution function of torch, by calls with these impossible arguments.

    Raises:
        Wrong: when one of them is refused in the words of torch's convolutions.
    """
    for arguments in nonsense:
        if message := torch_refusal(answer, _CONVOLUTION, *arguments):
            raise Wrong(
                _(
                    "Your code calls a convolution function of torch: an impossible input of shape {shape} gave its error message, “{message}”"
                ).format(shape=tuple(arguments[0].shape), message=message),
                "uses-torch-conv",
            )
