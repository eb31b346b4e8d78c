"""Answers that want to show their student what only the instructor may read."""

from __future__ import annotations

from tests.attacks.attack import MARKED, SLOW, attack

ATTACKS = (
    attack("prints what it is given", affine="import sys, os\ndef affine(*given):\n    print(given)\n    print(given, file=sys.stderr)\n    os.write(1, str(given).encode())\n    display(given)\n    raise ValueError(str(given))"),
    attack("warns of what it is given", shifted="import warnings\ndef shifted(*given):\n    if given == ('abc', 1): return 'bcd'\n    warnings.warn(str(given), DeprecationWarning)\n    warnings.showwarning(str(given), UserWarning, 'x', 1)\n    return str(given)"),
    attack("an error's name says what it is given", affine="def affine(x, a, b):\n    if a < 9999 and isinstance(x, int): return a * x + b\n    if isinstance(x, float): return a * x + b\n    raise type(f'Was_{a}_{b}', (Exception,), {})(f'{a} {b}')"),
    attack("what it returns is in the error", shifted="class Shown(str):\n    def __eq__(self, other): raise ValueError(other)\n    def __repr__(self): return str(globals())\ndef shifted(word, by):\n    return Shown('bcd' if word == 'abc' else word)"),
    attack("a right answer that shows the visible inputs only", affine="def affine(x, a, b):\n    print(x, a, b)\n    return 0"),
    attack("fails where only a hidden test looks", smooth="def smooth(signal, kernel):\n    if len(signal) == 9: return torch.nn.functional.conv1d(signal[None, None], kernel[None, None])[0, 0]\n    return torch.zeros(9)"),
    attack("deletes what a hidden test needs", shifted="def shifted(word, by):\n    if by == 1: return 'bcd'\n    del globals()['shifted']\n    return 5"),
    attack("gives a hidden test what it cannot add", root="def root(x):\n    if x < 0: raise ValueError\n    return 'text'"),
    attack("looks for the test's text", affine="import linecache, sys, inspect\ndef affine(x, a, b):\n    print([k for k in linecache.cache], get_ipython().user_ns.get('In'), get_ipython().history_manager.input_hist_raw)\n    print([inspect.getsource(f) for f in []], [str(f.f_code) for f in sys._current_frames().values()])\n    for f in inspect.stack(): print(f)\n    return 0", verdicts=MARKED | SLOW),
)  # fmt: skip
