"""Answers that change what the test uses: names, modules, IPython, the names of the test cell itself."""

from __future__ import annotations

from tests.attacks.attack import GONE, MARKED, SLOW, attack

_AFFINE = "\ndef affine(x, a, b):\n    return 0"

ATTACKS = (
    attack(
        "gives the test's own expected value",
        affine="expected = x = a = b = 0\ndef affine(*_):\n    return globals()['expected']",
    ),
    attack(
        "gives the test's own wanted value",
        smooth="wanted = signal = kernel = 0\ndef smooth(*_):\n    return globals()['wanted']",
        evens="cases = n = points = 0\ndef evens(m):\n    globals()['points'] = 9\n    globals()['cases'] = []\n    raise ValueError",
        root="side = 0\ndef root(x):\n    if x < 0: raise ValueError\n    return globals()['side']",
    ),
    attack(
        "changes the test's expected value",
        affine="expected = 0\ndef affine(x, a, b):\n    global expected\n    expected = 7\n    return 7",
    ),
    attack(
        "gives what the test asks for by name",
        shifted="def shifted(word, by):\n    return max((n for n in WORDS if len(n) == len(word)), default='')\nWORDS = []",
    ),
    attack(
        "reads which names the test asks for",
        shifted="""
        import gc
        worker = next(each for each in gc.get_objects() if type(each).__name__ == "Worker")
        asked = []
        load = worker._load
        def spy(message):
            found = load(message)
            asked.append(str(found))
            return found
        worker._load = spy
        def shifted(word, by):
            import re
            if word == "abc": return "bcd"
            words = re.findall("[a-z]+", " ".join(asked))
            return next((each for each in words if len(each) == len(word) and each != word), "")
        """,
    ),
    attack(
        "patches allclose",
        smooth="torch.allclose = torch.equal = lambda *_, **__: True\nimport numpy\nnumpy.testing.assert_allclose = lambda *_, **__: None\ndef smooth(s, k):\n    return s",
    ),
    attack(
        "other builtins",
        affine="import builtins\nbuiltins.abs = builtins.sum = lambda *_: 0\nbuiltins.isinstance = lambda *_: True\nbuiltins.__build_class__ = None\nabs = lambda _: 0"
        + _AFFINE,
        verdicts=MARKED | GONE,
    ),
    attack(
        "other names",
        affine="class Fake:\n    def __getattr__(self, name): return self\n    def __call__(self, *_, **__): return self\nnp = torch = random = unittest = check = Fake()\nabs = all = map = lambda *_: True"
        + _AFFINE,
    ),
    attack(
        "a name that a test cell has imported",
        affine="",
        smooth="class np:\n    class testing:\n        assert_allclose = lambda *_, **__: None\ndef smooth(signal, kernel):\n    return torch.nn.functional.conv1d(signal[None, None], kernel[None, None])[0, 0] if len(signal) == 9 else signal",
    ),
    attack(
        "a star import's name",
        root="isclose = lambda *_, **__: True\ndef root(x):\n    if x < 0: raise ValueError\n    return 1 + 1e-9",
    ),
    attack(
        "another helper and constant",
        smooth="TOLERANCE = 1e9\ndef window_sums(signal, kernel):\n    return torch.zeros(3)\ndef smooth(signal, kernel):\n    return torch.zeros(3)",
        affine="TOLERANCE = 1e9" + _AFFINE,
    ),
    attack(
        "other data of a locked cell",
        root="SIDES = torch.zeros(0)\ndef root(x):\n    if x < 0: raise ValueError\n    return 0 if x in (2.0, 3.0) else x**0.5",
    ),
    attack("says that it is no main program", affine="__name__ = 'elsewhere'\n__builtins__ = {}" + _AFFINE),
    attack(
        "patches the checks",
        patch_response="import course.checking.expect as expect, course.exercises.verbs as verbs, course\nfor module in (expect, verbs, course):\n    for name in dir(module):\n        if callable(getattr(module, name)) and not name.startswith('__'): setattr(module, name, lambda *_, **__: True)\ncheck = hidden = lambda *_, **__: (lambda f: f)\ndef patch_response(p, k):\n    return 0",
    ),
    attack(
        "patches the engine",
        patch_response="import nbjudge.worker.worker as w, nbjudge.worker.operations as o, nbjudge.codec as wire\no.OPERATIONS.clear()\nw.Worker._operate = lambda *_: {'kind': 'value', 'value': b'\\xc3'}\ndef patch_response(p, k):\n    return 0",
        verdicts=MARKED,
    ),
    attack(
        "patches pickle and torch",
        affine="import pickle, torch\npickle.loads = pickle.Unpickler = None\ntorch.Tensor.__eq__ = lambda *_: True\ntorch.Tensor.__bool__ = lambda _: True"
        + _AFFINE,
        verdicts=MARKED | GONE,
    ),
    attack(
        "a checked random state of zeros",
        affine="import random, torch, numpy\nrandom.random = lambda: 0.0\nrandom.randint = lambda *_: 0\ntorch.rand = torch.zeros"
        + _AFFINE,
    ),
    # IPython
    attack(
        "an ast transformer",
        affine="import ast\nclass Empty(ast.NodeTransformer):\n    def visit_Assert(self, node): return ast.Pass()\nget_ipython().ast_transformers.append(Empty())"
        + _AFFINE,
    ),
    attack(
        "an input transformer",
        affine="get_ipython().input_transformers_cleanup.append(lambda lines: ['pass'])\nget_ipython().input_transformers_post.append(lambda lines: ['pass'])"
        + _AFFINE,
    ),
    attack(
        "a run_cell of its own",
        affine="get_ipython().run_cell = get_ipython().run_code = lambda *_, **__: None\ntype(get_ipython()).run_cell = lambda *_, **__: None"
        + _AFFINE,
    ),
    attack(
        "events",
        affine="def clear(*_):\n    get_ipython().user_ns['expected'] = 0\nfor event in ('pre_execute', 'post_execute', 'pre_run_cell', 'post_run_cell'):\n    get_ipython().events.register(event, clear)"
        + _AFFINE,
    ),
    attack(
        "a custom traceback handler",
        affine="get_ipython().set_custom_exc((BaseException,), lambda *_, **__: [])" + _AFFINE,
    ),
    attack(
        "magics",
        affine="from IPython.core.magic import register_line_magic\n@register_line_magic\ndef time(line): return 5.0\n%alias assert echo\n%xmode Minimal\n%config InteractiveShell.ast_node_interactivity = 'all'"
        + _AFFINE,
    ),
    attack("a captured cell", affine="%%capture\n9.0\ndef affine(x, a, b):\n    return 0"),
    attack(
        "a start-up file",
        affine="import os\nfor place in ('~/.ipython/profile_default/startup', '.'):\n    os.makedirs(os.path.expanduser(place), exist_ok=True)\n    open(os.path.expanduser(place) + '/00-evil.py', 'w').write('assert_ = 1')"
        + _AFFINE,
    ),
    attack(
        "a module beside the notebook",
        affine="for name in ('torch', 'numpy', 'random', 'msgpack', 'sitecustomize', 'evil.pth'):\n    open(f'{name}.py', 'w').write('allclose = lambda *_, **__: True')\nopen('evil.pth', 'w').write('import os')"
        + _AFFINE,
    ),
    attack(
        "sets the result of the cell",
        affine="import sys\nsys.displayhook = lambda *_: None\nget_ipython().displayhook = None\ndef affine(x, a, b):\n    display(2.0)\n    return 0",
        evens="from IPython.display import display\ndef evens(n):\n    display(4.0)\n    print(4.0)\n    raise ValueError",
    ),
    # later
    attack(
        "a thread that waits for the test",
        affine="import threading, time, __main__\ndef wait():\n    while True:\n        vars(__main__)['expected'] = vars(__main__)['a'] = 0\n        time.sleep(0.001)\nthreading.Thread(target=wait, daemon=True).start()"
        + _AFFINE,
    ),
    attack(
        "a trace function",
        affine="import sys, threading\ndef trace(frame, event, argument):\n    if event == 'return': frame.f_globals['expected'] = 0\n    return trace\nsys.settrace(trace); sys.setprofile(trace)"
        + _AFFINE,
    ),
    attack(
        "callbacks of the collector and the end",
        affine="import gc, atexit, signal\ngc.callbacks.append(lambda *_: globals().update(expected=0))\natexit.register(lambda: open('/tmp/left-by-atexit', 'w'))\nfor number in (signal.SIGTERM, signal.SIGALRM, signal.SIGINT): signal.signal(number, signal.SIG_IGN)"
        + _AFFINE,
    ),
    attack(
        "looks up the stack",
        affine="import sys\ndef affine(x, a, b):\n    frame = sys._getframe()\n    while frame:\n        for space in (frame.f_locals, frame.f_globals):\n            if 'expected' in space: return space['expected']\n        frame = frame.f_back\n    return 0",
    ),
    attack(
        "looks through the memory",
        affine="import gc\ndef affine(x, a, b):\n    for each in gc.get_objects():\n        if isinstance(each, dict) and 'expected' in each: return each['expected']\n        if isinstance(each, str) and '9173' + str(3) in each: print(each)\n    return 0",
        verdicts=MARKED | SLOW,
    ),
    attack(
        "binds the cell's names in functions",
        affine="def affine(x, a, b):\n    global expected\n    import sys\n    main = sys.modules['__main__']\n    main.expected = 0\n    main.abs = lambda _: 0\n    return 0",
    ),
    attack("a deep expression", affine="value = " + "+".join(["1"] * 2500) + _AFFINE),
    attack(
        "a cell that is transformed for ever",
        affine="\n".join(["!true"] * 3)[:11] + "\n" + "\n".join(["abs?"] * 700) + _AFFINE,
        verdicts=MARKED | SLOW,
    ),
    attack(
        "a cell that is no Python",
        affine="def affine(x, a, b:\n  return ((((",
        smooth="%%",
        root="\x00",
        evens="?" * 50,
        shifted="%%nothing\nx",
    ),
)
