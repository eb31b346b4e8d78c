"""Honest work as other courses have it: an answer, and a test cell as their authors write them. Right and wrong ones.

All of it runs in one notebook, so each pair has names of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True)
class Pair:
    name: str
    answer: str
    test: str


def _pair(name: str, answer: str, test: str) -> Pair:
    return Pair(name, dedent(answer).strip("\n"), dedent(test).strip("\n"))


PAIRS = (
    _pair("number", "def square(x):\n    return x * x", "assert square(3) == 9\nassert isinstance(square(2), int)"),
    _pair("wrong number", "def cube(x):\n    return x * x", "assert cube(3) == 27"),
    _pair("tolerance", "def third():\n    return 1 / 3", "import math\nassert math.isclose(third(), 0.3333, rel_tol=1e-3)"),
    _pair("a value, no function", "answer_text = 'forty' + '-two'", "assert answer_text == 'forty-two'"),
    _pair("changed in place", "def sort_it(items):\n    items.sort()", "data = [3, 1, 2]\nsort_it(data)\nassert data == [1, 2, 3]"),
    _pair(
        "returns its argument",
        "def same(items):\n    items.append(4)\n    return items",
        "given = [1]\nassert same(given) is given\nassert given == [1, 4]",
    ),
    _pair(
        "counts in a global",
        "calls = 0\ndef tick():\n    global calls\n    calls += 1",
        "tick(); tick()\nassert calls == 2",
    ),
    _pair(
        "fills a global list",
        "log = []\ndef note(x):\n    log.append(x)",
        "note(1)\nnote(2)\nassert log == [1, 2]\nlog.clear()\nnote(3)\nassert log == [3]",
    ),
    _pair("rebinds a name", "rate = 2\ndef scaled(x):\n    return rate * x", "rate = 5\nassert scaled(3) == 15"),
    _pair("sees what was rebound", "seen_rate = rate", "assert seen_rate == 5"),
    _pair("deletes a name", "spare = 1\ndef has_spare():\n    return 'spare' in globals()", "del spare\nassert not has_spare()"),
    _pair(
        "deletes a helper",
        "def helper(x):\n    return x + 1\ndef uses_helper(x):\n    return helper(x) * 2",
        "del helper\ntry:\n    uses_helper(1)\nexcept NameError:\n    pass\nelse:\n    raise AssertionError",
    ),
    _pair("stub", "def todo(x):\n    raise NotImplementedError", "assert todo(1) == 1"),
    _pair(
        "expects an error",
        "def positive(x):\n    if x < 0:\n        raise ValueError(f'{x} is negative')\n    return x",
        "try:\n    positive(-1)\nexcept ValueError as error:\n    assert 'negative' in str(error)\nelse:\n    raise AssertionError('no error')",
    ),
    _pair("expects another error", "def picky(x):\n    raise TypeError('no')", "try:\n    picky(1)\nexcept ValueError:\n    pass"),
    _pair(
        "an error of its own",
        "class TooPoor(Exception):\n    def __init__(self, missing):\n        super().__init__(f'{missing} missing')\n        self.missing = missing\n"
        "def pay(have, price):\n    if have < price:\n        raise TooPoor(price - have)\n    return have - price",
        "try:\n    pay(1, 3)\nexcept TooPoor as error:\n    assert str(error) == '2 missing'\n    assert error.missing == 2\nelse:\n    raise AssertionError\n"
        "assert issubclass(TooPoor, Exception)\nassert pay(3, 1) == 2",
    ),
    _pair(
        "a class",
        "class Vector:\n    def __init__(self, x, y):\n        self.x, self.y = x, y\n    def __add__(self, other):\n        return Vector(self.x + other.x, self.y + other.y)\n"
        "    def __eq__(self, other):\n        return (self.x, self.y) == (other.x, other.y)\n    def __repr__(self):\n        return f'Vector({self.x}, {self.y})'\n"
        "    def __len__(self):\n        return 2\n    def __getitem__(self, i):\n        return (self.x, self.y)[i]\n    def __mul__(self, k):\n        return Vector(self.x * k, self.y * k)",
        "v = Vector(1, 2)\nassert v.x == 1\nw = v + Vector(3, 4)\nassert (w.x, w.y) == (4, 6)\nassert w == Vector(4, 6)\nassert w != v\nassert repr(v) == 'Vector(1, 2)'\n"
        "assert len(v) == 2\nassert list(v) == [1, 2]\nassert isinstance(v, Vector)\nv.x = 7\nassert (v * 2).x == 14\nassert type(v).__name__ == 'Vector'\nassert hasattr(v, 'y') and not hasattr(v, 'z')",
    ),
    _pair(
        "inheritance",
        "class Animal:\n    def speak(self):\n        return '...'\nclass Dog(Animal):\n    def speak(self):\n        return 'Woof'",
        "assert issubclass(Dog, Animal)\nassert isinstance(Dog(), Animal)\nassert Dog().speak() == 'Woof'\nassert Dog.__name__ == 'Dog'\nassert callable(Dog)",
    ),
    _pair(
        "a generator",
        "def countdown(n):\n    while n:\n        yield n\n        n -= 1",
        "g = countdown(3)\nassert next(g) == 3\nassert list(g) == [2, 1]\nassert sum(countdown(4)) == 10",
    ),
    _pair(
        "a function handed over",
        "def twice(f, x):\n    return f(f(x))",
        "assert twice(lambda x: x + 3, 1) == 7\nseen = []\ntwice(lambda x: seen.append(x) or x, 5)\nassert seen == [5, 5]",
    ),
    _pair(
        "a decorator",
        "def doubled(f):\n    def wrapped(*args, **kw):\n        return 2 * f(*args, **kw)\n    return wrapped",
        "@doubled\ndef three():\n    return 3\nassert three() == 6",
    ),
    _pair("a closure", "def adder(n):\n    return lambda x: x + n", "add2 = adder(2)\nassert add2(5) == 7"),
    _pair("a lambda", "half = lambda x: x / 2", "assert half(3) == 1.5"),
    _pair(
        "signature and docstring",
        'def documented(a, b=2, *, c=3):\n    """Adds."""\n    return a + b + c',
        "import inspect\nassert documented.__doc__ == 'Adds.'\nassert list(inspect.signature(documented).parameters) == ['a', 'b', 'c']\n"
        "assert inspect.signature(documented).parameters['b'].default == 2\nassert inspect.isfunction(documented)\nassert documented.__name__ == 'documented'",
    ),
    _pair("a dict", "table = {'a': [1, 2], 'b': (3,)}", "assert table['a'][1] == 2\nassert set(table) == {'a', 'b'}\nassert isinstance(table['b'], tuple)"),
    _pair("a big integer", "def factorial(n):\n    return 1 if n < 2 else n * factorial(n - 1)", "assert factorial(30) == 265252859812191058636308480000000"),
    _pair("strings", "def shout(s):\n    return s.upper() + '!'", "assert shout('héllo') == 'HÉLLO!'"),
    _pair("None", "def nothing():\n    pass", "assert nothing() is None"),
    _pair("prints", "def greet(name):\n    print('hello', name)", "import io, contextlib\ngreet('you')"),
    _pair("partial credit", "def part():\n    return 1", "points = 0\nif part() == 1:\n    points += 0.5\npoints"),
    _pair("partial credit of nothing", "def no_part():\n    return 2", "points = 0.5 if no_part() == 1 else 0.0\npoints"),
    _pair("numpy", "import numpy as np\ndef normalise(a):\n    return (a - a.mean()) / a.std()",
          "np.testing.assert_allclose(normalise(np.array([1.0, 2.0, 3.0])), [-1.2247448, 0, 1.2247448], rtol=1e-5)\nassert normalise(np.ones(2) * [1, 3]).dtype == np.float64"),
    _pair("numpy in place", "def zero_first(a):\n    a[0] = 0", "arr = np.array([5, 6])\nzero_first(arr)\nassert arr.tolist() == [0, 6]"),
    _pair("numpy scalar", "def biggest(a):\n    return a.max()", "assert biggest(np.array([1, 9])) == 9\nassert np.issubdtype(type(biggest(np.array([1.0]))), np.floating)"),
    _pair("seeded", "def noise(n):\n    return np.random.rand(n)", "np.random.seed(3)\nwanted = np.random.rand(4)\nnp.random.seed(3)\nassert np.allclose(noise(4), wanted)"),
    _pair("seeded torch", "import torch\ndef jitter(x):\n    return x + torch.rand_like(x)",
          "torch.manual_seed(0)\nbase = torch.randn(3)\ngot = jitter(base)\ntorch.manual_seed(0)\nagain = torch.randn(3)\nassert torch.equal(again + torch.rand(3), got)"),
    _pair(
        "a module",
        "from torch import nn\nclass Net(nn.Module):\n    def __init__(self, h=4):\n        super().__init__()\n        self.first = nn.Linear(3, h)\n        self.second = nn.Linear(h, 1)\n"
        "    def forward(self, x):\n        return self.second(torch.relu(self.first(x)))",
        "net = Net(5)\nassert isinstance(net, nn.Module)\nassert isinstance(net.first, nn.Linear)\nassert issubclass(Net, nn.Module)\nassert net.first.out_features == 5\n"
        "assert sum(p.numel() for p in net.parameters()) == 26\nassert net(torch.zeros(2, 3)).shape == (2, 1)\nassert len(list(net.children())) == 2\nassert net.training\nnet.eval()\nassert not net.training\n"
        "assert set(net.state_dict()) == {'first.weight', 'first.bias', 'second.weight', 'second.bias'}",
    ),
    _pair("no_grad", "def apply(net, x):\n    return net(x)", "with torch.no_grad():\n    assert apply(net, torch.ones(1, 3)).numpy().shape == (1, 1)"),
    _pair(
        "gradients",
        "def loss_of(model, x, y):\n    return ((model(x) - y) ** 2).mean()",
        "net = Net()\nloss = loss_of(net, torch.ones(4, 3), torch.zeros(4, 1))\nassert loss.requires_grad\nloss.backward()\nassert net.second.bias.grad is not None\nassert all(p.grad is not None for p in net.parameters())",
    ),
    _pair(
        "a step of training",
        "def one_step(model, optimizer, x, y):\n    optimizer.zero_grad()\n    loss = ((model(x) - y) ** 2).mean()\n    loss.backward()\n    optimizer.step()\n    return loss.item()",
        "torch.manual_seed(1)\nmodel = nn.Linear(3, 1)\nbefore = model.weight.detach().clone()\nopt = torch.optim.SGD(model.parameters(), lr=0.1)\nfirst = one_step(model, opt, torch.ones(4, 3), torch.zeros(4, 1))\n"
        "assert not torch.equal(before, model.weight)\nsecond = one_step(model, opt, torch.ones(4, 3), torch.zeros(4, 1))\nassert second < first",
    ),
    _pair(
        "training a net of the student's",
        "def make_net():\n    return nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 1))",
        "torch.manual_seed(2)\nx, y = torch.randn(16, 3), torch.randn(16, 1)\nnet = make_net()\nopt = torch.optim.SGD(net.parameters(), lr=0.05)\nlosses = []\n"
        "for _ in range(5):\n    opt.zero_grad()\n    loss = nn.functional.mse_loss(net(x), y)\n    loss.backward()\n    opt.step()\n    losses.append(loss.item())\nassert losses[-1] < losses[0]\nassert len(net) == 3 and isinstance(net[1], nn.ReLU)",
    ),
    _pair("tensor in place", "def clamp_it(x):\n    x.clamp_(0, 1)", "t = torch.tensor([-1.0, 0.5, 2.0])\nclamp_it(t)\nassert t.tolist() == [0, 0.5, 1]"),
    _pair("strides", "def turned(x):\n    return x.t()", "assert turned(torch.zeros(2, 3)).stride() == (1, 3)\nassert not turned(torch.zeros(2, 3)).is_contiguous()"),
    _pair("dtype", "def halved(x):\n    return x.half()", "assert halved(torch.ones(2)).dtype == torch.float16"),
    _pair("a shadowed built-in", "def total(items):\n    result = 0\n    for each in items:\n        result += each\n    return result", "sum = 3\nassert total([1, 2]) == 3\ndel sum"),
    _pair("dataclass", "from dataclasses import dataclass\n@dataclass\nclass Point:\n    x: int\n    y: int = 0", "p = Point(1)\nassert p == Point(1, 0)\nassert (p.x, p.y) == (1, 0)\nassert repr(p).endswith('Point(x=1, y=0)')"),
    _pair("namedtuple", "from collections import namedtuple\nPair_ = namedtuple('Pair_', 'left right')\ndef pair():\n    return Pair_(1, 2)", "assert pair().left == 1\nassert pair() == (1, 2)\nleft, right = pair()\nassert right == 2"),
    _pair("Fraction", "from fractions import Fraction\ndef exact():\n    return Fraction(1, 3) + Fraction(1, 6)", "assert exact() == Fraction(1, 2)"),
    _pair("Counter", "from collections import Counter\ndef letters(s):\n    return Counter(s)", "assert letters('aab') == Counter({'a': 2, 'b': 1})\nassert letters('aab').most_common(1) == [('a', 2)]"),
    _pair("context manager", "class Opened:\n    def __enter__(self):\n        self.open = True\n        return self\n    def __exit__(self, *_):\n        self.open = False", "with Opened() as o:\n    assert o.open\nassert not o.open"),
    _pair("a later import", "", "import statistics\nassert statistics.mean([1, 3]) == 2"),
    _pair("uses a test's import", "def middle(items):\n    return statistics.median(items)", "assert middle([1, 5, 9]) == 5"),
    _pair("recursion", "def deep(n):\n    return deep(n + 1)", "try:\n    deep(0)\nexcept RecursionError:\n    pass\nelse:\n    raise AssertionError"),
    _pair("warns", "import warnings\ndef noisy(x):\n    warnings.warn('careful')\n    return x", "with warnings.catch_warnings():\n    warnings.simplefilter('ignore')\n    assert noisy(1) == 1"),
    _pair("await", "async def slow_double(x):\n    return 2 * x", "assert callable(slow_double)"),
    _pair("files", "def save(text):\n    with open('note.txt', 'w') as f:\n        f.write(text)\ndef load():\n    with open('note.txt') as f:\n        return f.read()", "save('kept')\nassert load() == 'kept'"),
    _pair("figure", "import matplotlib.pyplot as plt\ndef plotted():\n    fig, ax = plt.subplots()\n    ax.plot([1, 2], [3, 4])\n    ax.set_title('A line')\n    return ax", "ax = plotted()\nassert ax.get_title() == 'A line'\nassert list(ax.lines[0].get_ydata()) == [3, 4]"),
    _pair("properties", "class Circle:\n    def __init__(self, r):\n        self.r = r\n    @property\n    def area(self):\n        return 3 * self.r ** 2\n    @staticmethod\n    def unit():\n        return Circle(1)\n    @classmethod\n    def of(cls, r):\n        return cls(r)", "assert Circle(2).area == 12\nassert Circle.unit().r == 1\nassert Circle.of(3).r == 3\ntry:\n    Circle(1).area = 2\nexcept AttributeError:\n    pass\nelse:\n    raise AssertionError"),
    _pair("iterator class", "class Evens:\n    def __init__(self, n):\n        self.n = n\n    def __iter__(self):\n        return iter(range(0, self.n, 2))\n    def __contains__(self, x):\n        return x % 2 == 0", "assert [e for e in Evens(5)] == [0, 2, 4]\nassert 4 in Evens(1)\nassert 3 not in Evens(1)"),
    _pair("sorting objects", "class Item:\n    def __init__(self, w):\n        self.w = w\n    def __lt__(self, other):\n        return self.w < other.w", "items = sorted([Item(3), Item(1), Item(2)])\nassert [i.w for i in items] == [1, 2, 3]"),
    _pair("hashable", "class Key:\n    def __init__(self, k):\n        self.k = k\n    def __hash__(self):\n        return hash(self.k)\n    def __eq__(self, other):\n        return self.k == other.k", "assert len({Key(1), Key(1), Key(2)}) == 2\nassert {Key(1): 'a'}[Key(1)] == 'a'"),
    _pair("callable object", "class Times:\n    def __init__(self, k):\n        self.k = k\n    def __call__(self, x):\n        return self.k * x", "assert Times(3)(4) == 12\nassert list(map(Times(2), [1, 2])) == [2, 4]"),
    _pair("keywords", "def spread(*args, **kwargs):\n    return args, kwargs", "assert spread(1, 2, a=3) == ((1, 2), {'a': 3})"),
    _pair("deepcopy", "class Box_:\n    def __init__(self):\n        self.items = [1]", "import copy\nb = Box_()\nc = copy.deepcopy(b)\nc.items.append(2)\nassert len(b.items) == 1"),
    _pair("unittest", "def double(x):\n    return 2 * x", "import unittest\ncase = unittest.TestCase()\ncase.assertEqual(double(2), 4)\ncase.assertAlmostEqual(double(0.1), 0.2)"),
    _pair("a message", "def off(x):\n    return x + 1", "assert off(1) == 1, 'off(1) must be 1'"),
    _pair("exit", "def leave():\n    raise SystemExit(3)", "leave()"),
    _pair("stderr", "import sys\ndef grumble():\n    return 4", "assert grumble() == 4"),
    _pair("list of objects", "class Dot:\n    def __init__(self, i):\n        self.i = i\ndots = [Dot(i) for i in range(3)]", "assert [d.i for d in dots] == [0, 1, 2]\nassert all(isinstance(d, Dot) for d in dots)"),
    _pair("a test's class", "def area_of(shape):\n    return shape.width * shape.height", "class Shape:\n    width, height = 2, 3\nassert area_of(Shape()) == 6"),
    _pair("a test's module", "def apply(net, x):\n    return net(x)\ndef size(net):\n    return sum(p.numel() for p in net.parameters())", "class Halved(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.inner = nn.Linear(2, 1)\n    def forward(self, x):\n        return self.inner(x) / 2\nhalved = Halved()\nassert torch.equal(apply(halved, torch.ones(1, 2)), halved(torch.ones(1, 2)))\nassert size(halved) == 3"),
    _pair("vars", "class Plain:\n    def __init__(self):\n        self.a = 1", "assert vars(Plain()) == {'a': 1}\nassert Plain().__dict__ == {'a': 1}\nassert 'a' in dir(Plain())"),
    _pair("source", "def looped(n):\n    out = []\n    for i in range(n):\n        out.append(i)\n    return out", "import inspect\nassert 'for ' in inspect.getsource(looped)"),
    _pair("magic in a test", "def cheap():\n    return 1", "%time cheap()\nassert cheap() == 1"),
    _pair("mock", "def fetch(client):\n    return client.get('/x').json()['v']", "from unittest.mock import Mock\nclient = Mock()\nclient.get.return_value.json.return_value = {'v': 3}\nassert fetch(client) == 3"),
    _pair("patched input", "def ask_age():\n    return int(input('age? '))", "import builtins\nkept = builtins.input\nbuiltins.input = lambda _='': '41'\ntry:\n    assert ask_age() == 41\nfinally:\n    builtins.input = kept"),
    _pair("captured stdout", "def hello():\n    print('hello')", "import io\nfrom contextlib import redirect_stdout\nf = io.StringIO()\nwith redirect_stdout(f):\n    hello()\nassert f.getvalue() == 'hello\\n'"),
    _pair("type is", "def four():\n    return 4.0", "assert type(four()) is float"),
)  # fmt: skip
