"""Slips that any exercise may meet, whatever it is about: each with its sentence, and the hint where one fits every exercise."""

from __future__ import annotations

from course.language import N_
from course.misconceptions import Misconception, Misconceptions

SLIPS: Misconceptions = {
    "raised": Misconception("The code raises an error."),
    "shape": Misconception("The result has another shape."),
    "dtype": Misconception("The result has another dtype."),
    "values": Misconception("The values are wrong in a way that has no name of its own."),
    "type": Misconception("The result is another kind of thing, such as a list in place of a tensor."),
    "type:look": N_("Look at what each line makes; `type(...)` and `.shape` tell you."),
    "nan": Misconception(
        "NaN or infinite values come out, often from memory that was never filled.",
        N_("Look for a division by zero, a root or logarithm of a negative number, or memory that was never filled."),
    ),
    "missing-return": Misconception(
        "The result is computed, but not returned.",
        N_("Is there a `return` in front of the result, on every way through the function?"),
    ),
    "unfinished": Misconception("One case still raises the NotImplementedError of the stub."),
    "no-error": Misconception("Bad input gets a value in place of an error."),
    "other-error": Misconception(
        "Bad input gets an error of another type.",
        N_("Test for this case before you compute, and raise the error yourself."),
    ),
    "silent-error": Misconception(
        "The error has no message.",
        N_("Say what came and what was expected: the next reader of this error is you."),
    ),
    "mutates-input": Misconception(
        "The input is changed in place, though whoever called still needs it.",
        N_("Whoever calls you still needs the input. Make a new tensor; avoid `x += …`, `x[...] = …`, `x.add_(…)`."),
    ),
    "float-for-int": Misconception(
        "A size or a count comes out as a float.",
        N_("`/` always gives a float in Python. For whole numbers there is `//`."),
    ),
    "float-for-int:floor": N_(
        "`/` always gives a float in Python. For whole numbers there is `//`, which rounds down."
    ),
}
