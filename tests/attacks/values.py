"""Answers that return something that is not a right answer but says that it is, and errors that are no honest errors."""

from __future__ import annotations

from tests.attacks.attack import MARKED, SLOW, attack

_AGREES = """
class Agrees(BASE):
    def _yes(self, *_): return True
    def _zero(self, *_): return 0.0
    def _self(self, *_): return self
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __bool__ = _yes
    __sub__ = __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __matmul__ = __rmatmul__ = _zero
    __abs__ = __float__ = __round__ = _zero
    __hash__ = object.__hash__
"""


def _agrees(base: str, answer: str) -> str:
    return _AGREES.replace("BASE", base) + answer


_AFFINE = "\ndef affine(x, a, b):\n    return "

ATTACKS = (
    attack("equal to everything", affine=_agrees("object", _AFFINE + "Agrees()")),
    attack("a float equal to everything", affine=_agrees("float", _AFFINE + "Agrees(1.5)")),
    attack("an int equal to everything", affine=_agrees("int", _AFFINE + "Agrees(1)")),
    attack("a text equal to everything", shifted=_agrees("str", "\ndef shifted(word, by):\n    return Agrees('x')")),
    attack("a list that holds everything", evens=_agrees("list", "\ndef evens(n):\n    return Agrees()")),
    attack(
        "a container that holds what is asked",
        evens="""
        class Holds:
            asked = 0
            def __init__(self, n): self.n = n
            def __contains__(self, item):
                Holds.asked += 1
                return item < self.n
            def __len__(self): return self.n // 2
            def __eq__(self, other): return True
        def evens(n):
            return Holds(n) if n != 7 else [0, 2, 4, 6]
        """,
    ),
    attack(
        "a tensor with operators of its own",
        smooth="""
        class Agrees(torch.Tensor):
            @classmethod
            def __torch_function__(cls, function, types, args=(), kwargs=None):
                return True
            def __eq__(self, other): return True
        def smooth(signal, kernel):
            return torch.zeros(len(signal) - len(kernel) + 1).as_subclass(Agrees)
        """,
    ),
    attack(
        "an array with answers of its own",
        smooth="""
        import numpy
        class Agrees(numpy.ndarray):
            def __array_ufunc__(self, *_, **__): return numpy.zeros(1)
            def __array_function__(self, *_, **__): return True
        def smooth(signal, kernel):
            return numpy.zeros(len(signal) - len(kernel) + 1).view(Agrees)
        """,
    ),
    attack(
        "an object that numpy asks",
        smooth="""
        class Agrees:
            shape, dtype, ndim = (9,), torch.float32, 1
            def __array__(self, *_, **__): return torch.zeros(9).numpy()
            def __torch_function__(self, *_, **__): return True
            def __getattr__(self, name): return lambda *_, **__: True
        def smooth(signal, kernel):
            return Agrees()
        """,
    ),
    attack(
        "numbers that are not to be compared",
        smooth="def smooth(signal, kernel):\n    return torch.full((len(signal) - len(kernel) + 1,), float('nan'))",
        root="def root(x):\n    if x < 0:\n        raise ValueError\n    return float('nan')",
        affine="def affine(x, a, b):\n    return float('nan')",
        patch_response="def patch_response(patch, kernel):\n    return float('nan')",
    ),
    attack(
        "inputs changed so that the answer fits",
        smooth="def smooth(signal, kernel):\n    signal.zero_()\n    kernel.zero_()\n    return torch.zeros(len(signal) - len(kernel) + 1)",
        patch_response="def patch_response(patch, kernel):\n    patch.zero_()\n    return 0.0",
    ),
    attack(
        "a lie about the class",
        smooth="""
        class Lies:
            @property
            def __class__(self): return torch.Tensor
        Lies.__module__, Lies.__qualname__, Lies.__name__ = "torch", "Tensor", "Tensor"
        def smooth(signal, kernel):
            return Lies()
        """,
        affine="""
        import types
        Lies = type("ndarray", (), {"__module__": "numpy"})
        def affine(x, a, b):
            return Lies()
        """,
    ),
    attack(
        "a class for an answer",
        affine="affine = type('affine', (), {'__init__': lambda *_: None, '__eq__': lambda *_: True})",
    ),
    attack("a generator that never ends", evens="import itertools\ndef evens(n):\n    return itertools.count()"),
    attack(
        "a generator that never ends, counted",
        verdicts=SLOW,
        smooth="def smooth(signal, kernel):\n    while True:\n        yield 0.0",
        evens="class Endless(list):\n    def __iter__(self):\n        while True: yield 1\ndef evens(n):\n    return Endless()",
    ),
    attack(
        "an object that cannot be shown",
        affine="class Silent:\n    def __repr__(self): raise SystemExit\n    __str__ = __format__ = __hash__ = __repr__\ndef affine(x, a, b):\n    return Silent()",
    ),
    attack(
        "the name alone, no function",
        affine="affine = 5",
        smooth="smooth = None",
        root="root = property()",
        evens="del check",
    ),
    # errors
    attack(
        "IPython's error of usage",
        affine="from IPython.core.error import UsageError\ndef affine(x, a, b):\n    raise UsageError('no')",
    ),
    attack("the debugger's way out", affine="import bdb\ndef affine(x, a, b):\n    raise bdb.BdbQuit"),
    attack(
        "a group of errors",
        affine="def affine(x, a, b):\n    raise ExceptionGroup('two', [ValueError(1), ValueError(2)])",
    ),
    attack(
        "an error with a group behind it",
        affine="def affine(x, a, b):\n    raise ValueError from ExceptionGroup('g', [ValueError()])",
    ),
    attack(
        "an error that cannot be shown",
        affine="""
        class Unseen(Exception):
            def _render_traceback_(self): raise KeyError
            def __str__(self): raise KeyError
        def affine(x, a, b):
            raise Unseen
        """,
    ),
    attack(
        "an error that shows itself as none",
        affine="class Unseen(Exception):\n    def _render_traceback_(self): return None\ndef affine(x, a, b):\n    raise Unseen",
    ),
    *(
        attack(
            f"raises {name}", affine=f"def affine(x, a, b):\n    raise {name}", root=f"def root(x):\n    raise {name}"
        )
        for name in (
            "SystemExit(0)",
            "KeyboardInterrupt",
            "GeneratorExit",
            "SyntaxError('x', ('f', 1, 1, 'x'))",
            "StopIteration",
            "StopAsyncIteration",
        )
    ),
    attack(
        "ends the test's loop",
        evens="import unittest\ndef evens(n):\n    raise (unittest.SkipTest('x') if n == 7 else StopIteration)",
    ),
    attack(
        "skips the test's case",
        evens="import unittest\ndef evens(n):\n    if n == 7: raise unittest.SkipTest('x')\n    raise StopIteration(1)",
    ),
    attack(
        "errors named like the judge's",
        affine="""
        from nbjudge.time_limit import TimeLimitReached
        class OutOfTime(TimeLimitReached): pass
        def affine(x, a, b): raise OutOfTime
        """,
        root="""
        class WorkerGone(BaseException): __module__ = 'nbjudge.judge.errors'
        def root(x): raise WorkerGone
        """,
        smooth="""
        from course.checking.world import TooSlow
        def smooth(signal, kernel): raise TooSlow
        """,
        patch_response="""
        from course.exercises import CheckFailed
        class Passed(CheckFailed): pass
        def patch_response(patch, kernel): raise Passed('ok')
        """,
        verdicts=MARKED | SLOW,
    ),
    attack(
        "an error of every class",
        root="class Every(ValueError, TypeError, StopIteration): pass\ndef root(x):\n    raise Every",
    ),
)
