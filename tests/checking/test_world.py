"""How a check touches an answer: calls, plain data, errors, gradients, and worlds that are elsewhere."""

from __future__ import annotations

import sys
import warnings
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from course.checking import world
from course.checking.answer import Answer, NotAttempted, Wrong
from course.checking.models import modes
from course.checking.world import Called, Description, Failure, LocalWorld, plain, register_world, world_of

LOCAL = LocalWorld()


class Doubler(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(2.0))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale


def call(target: object, *arguments: Any, seconds: float = 10) -> Called:
    return LOCAL.call(target, arguments, {}, seconds)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(1.5), 1.5),
        (np.int64(3), 3),
        (torch.Size([2, 3]), (2, 3)),
        ({"a": np.int8(1)}, {"a": 1}),
        ([(np.bool_(True),)], [(True,)]),
    ],
)
def test_values_become_exact_builtins(value: Any, expected: Any) -> None:
    got = plain(value)
    assert got == expected
    assert type(got) is type(expected)


def test_a_tensor_subclass_with_a_graph_becomes_a_base_tensor_without() -> None:
    got = plain(nn.Parameter(torch.ones(2)) * 2)
    assert type(got) is Tensor
    assert not got.requires_grad
    assert type(plain(nn.Parameter(torch.ones(2)))) is Tensor


def test_strides_survive() -> None:
    x = torch.zeros(2, 3, 4, 5).to(memory_format=torch.channels_last)
    assert plain(x).stride() == x.stride()


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        (len, "function"),
        (lambda: 1, "function"),
        (Doubler, "class"),
        (Doubler(), "module"),
        (torch.ones(1), "tensor"),
        (np.ones(1), "array"),
        (1, "number"),
        ("x", "string"),
        ([], "container"),
        (None, "none"),
        (object(), "other"),
    ],
)
def test_every_answer_has_a_kind(target: object, kind: str) -> None:
    assert LOCAL.describe(target).kind == kind


def test_a_call_leaves_the_callers_arguments_alone_and_tells_what_it_did_to_its_own() -> None:
    x = torch.ones(3)
    called = call(lambda t: t.add_(1), x)
    assert torch.equal(x, torch.ones(3))
    assert torch.equal(called.arguments[0], torch.full((3,), 2.0))


def test_a_warning_and_stderr_reach_stdout_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_a_notebook_does(message: object, *rest: object) -> None:
        print(message, file=sys.stderr)

    monkeypatch.setattr(warnings, "showwarning", as_a_notebook_does)

    def noisy() -> int:
        print("careful", file=sys.stderr)
        warnings.warn("hot", stacklevel=1)
        return 1

    assert call(noisy).value == 1
    out, err = capsys.readouterr()
    assert "careful" in out
    assert "hot" in out
    assert err == ""


def test_an_error_keeps_the_students_lines_only() -> None:
    names: dict[str, Any] = {}
    exec(
        compile("def inner(x):\n    return x.reshape(7)\n\ndef outer(x):\n    return inner(x)\n", "cell", "exec"), names
    )
    with pytest.raises(Failure) as raised:
        call(names["outer"], torch.ones(3))
    assert raised.value.type_name == "RuntimeError"
    assert [(line.function, line.number) for line in raised.value.lines] == [("outer", 5), ("inner", 2)]
    assert "Exception" in raised.value.bases


@pytest.mark.parametrize("place", ["/home/ann/.local/lib/python3.12/site-packages", "/usr/lib/python3/dist-packages"])
def test_a_library_of_another_environment_is_not_the_students(place: str) -> None:
    names: dict[str, Any] = {}
    exec(compile("def load():\n    raise RuntimeError('no')", f"{place}/library.py", "exec"), names)
    exec(compile("def answer():\n    return load()", "<cell 1>", "exec"), names)
    with pytest.raises(Failure) as raised:
        call(names["answer"])
    assert [line.function for line in raised.value.lines] == ["answer"]


@pytest.mark.parametrize("error", [SystemExit(3), GeneratorExit(), RecursionError("deep"), MemoryError()])
def test_whatever_an_answer_raises_is_a_failure(error: BaseException) -> None:
    def raises() -> None:
        raise error

    with pytest.raises(Failure) as raised:
        call(raises)
    assert raised.value.type_name == type(error).__name__


def test_a_keyboard_interrupt_is_the_learners_own_wish() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call(interrupted)


def test_an_error_whose_text_cannot_be_made_is_a_failure_too() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise ValueError

    def raises() -> None:
        raise Mute

    with pytest.raises(Failure, match="Mute"):
        call(raises)


def test_state_goes_by_value() -> None:
    module = Doubler()
    state = LOCAL.state(module)
    state["scale"].fill_(5)
    assert module.scale.item() == 2
    LOCAL.load_state(module, state)
    assert module.scale.item() == 5


def test_gradients_reach_arguments_and_parameters() -> None:
    x = torch.tensor([1.0, 3.0])
    found = LOCAL.gradients(Doubler(), (x,), torch.tensor([1.0, 10.0]), 10)
    assert found.arguments[0] is not None
    assert found.arguments[0].tolist() == [2, 20]
    scale = found.parameters["scale"]
    assert scale is not None
    assert scale.item() == 31


def test_gradients_are_none_where_the_graph_is_cut() -> None:
    found = LOCAL.gradients(lambda x: x.detach() * 2, (torch.ones(2),), None, 10)
    assert found.arguments == (None,)


class Elsewhere:
    """A proxy for a function that lives in another world."""


class OtherWorld(LocalWorld):
    def describe(self, target: object) -> Description:
        return Description("function", "elsewhere")

    def call(self, target: object, arguments: Any, keywords: Any, seconds: float) -> Called:
        return super().call(lambda x: x + 1, arguments, keywords, seconds)


def test_a_proxy_is_asked_through_its_own_world(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "_worlds", {})
    register_world(Elsewhere, OtherWorld())
    assert isinstance(world_of(Elsewhere()), OtherWorld)
    assert Answer(Elsewhere())(41) == 42
    assert Answer(Elsewhere()).describe().type_name == "elsewhere"


def test_a_stub_is_not_attempted() -> None:
    def stub() -> None:
        raise NotImplementedError

    with pytest.raises(NotAttempted):
        Answer(stub)()


@pytest.mark.parametrize("argument", [torch.ones(3), np.ones(3), [1.0, 2.0, 3.0]])
def test_changing_an_argument_is_wrong_unless_allowed(argument: Any) -> None:
    def change(x: Any) -> int:
        x[0] = 7
        return 1

    with pytest.raises(Wrong) as wrong:
        Answer(change)(argument)
    assert wrong.value.misconception == "mutates-input"
    assert Answer(change)(argument, may_change=True) == 1


def test_nan_in_an_argument_is_not_a_change() -> None:
    assert Answer(lambda x: 1)(torch.tensor([float("nan")])) == 1


def test_a_built_object_is_called_in_its_own_world() -> None:
    built = Answer(Doubler).build()
    assert torch.equal(built(torch.ones(2)), torch.full((2,), 2.0))
    assert built.describe().kind == "module"


def test_what_is_placed_together_stays_together_and_shows_what_became_of_it() -> None:
    def train(model: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor) -> None:
        model(x).sum().backward()
        optimizer.step()

    mine = nn.Linear(3, 2)
    answer = Answer(train)
    model, optimizer = answer.place(mine, torch.optim.SGD(mine.parameters(), lr=1.0))
    before = {name: value.clone() for name, value in mine.state_dict().items()}
    x = torch.ones(4, 3)
    assert answer(model, optimizer, x) is None
    assert torch.allclose(model.state()["weight"], before["weight"] - 4)
    assert all(torch.equal(mine.state_dict()[name], value) for name, value in before.items())


def test_a_handle_tells_what_it_holds_now() -> None:
    answer = Answer(lambda items: items.clear())
    (items,) = answer.place([1, 2])
    assert items.value() == [1, 2]
    answer(items)
    assert items.value() == []


def test_a_function_of_the_course_runs_on_a_handle() -> None:
    answer = Answer(nn.Module.eval)
    model = nn.Sequential(nn.BatchNorm2d(3), nn.Sequential(nn.Dropout()))
    (placed,) = answer.place(model)
    answer(placed)
    assert placed.run(modes, placed) == {"": False, "0": False, "1": False, "1.0": False}
    assert model.training


def test_a_call_that_raises_names_a_handed_over_model_by_its_type() -> None:
    answer = Answer(lambda model: 1 / 0)
    (placed,) = answer.place(nn.Identity())
    failure = answer.failure(placed)
    assert failure is not None
    assert failure.call == "Identity"
