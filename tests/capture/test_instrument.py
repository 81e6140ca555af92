"""What auto-tracing wraps, what it leaves alone, and that it goes without a trace."""

from __future__ import annotations

import abc
import copy
import enum
import functools
import inspect
import pickle
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, final, runtime_checkable

import pytest
from pydantic import BaseModel, field_validator

from pytest_flock_trace import TracedRuns, instrument, skip_trace, uninstrument
from pytest_flock_trace.errors import BadArgument, BadSetting

pytestmark = pytest.mark.usefixtures("clean")


class Shop:
    """A class with one of each."""

    size = 3

    def __init__(self, name: str = "shop") -> None:
        self.name = name

    def order(self, item: str, *rest: int, gift: bool = False, **more: object) -> str:
        return f"{self.name} {item}{self._hidden()}"

    @classmethod
    def open(cls, name: str) -> Shop:
        return cls(name)

    @staticmethod
    def price(item: str) -> int:
        return len(item)

    @property
    def full_name(self) -> str:
        return self.name.title()

    @functools.cached_property
    def stock(self) -> int:
        return 5

    @functools.singledispatchmethod
    def add(self, item: object) -> str:
        return "object"

    @add.register
    def _(self, item: int) -> str:
        return "int"

    def _hidden(self) -> str:
        return "!"

    once = functools.partialmethod(order, "one")
    alias = _hidden

    class Till:
        def ring(self) -> str:
            return "ding"


class Corner(Shop):
    def order(self, item: str, *rest: int, gift: bool = False, **more: object) -> str:
        return super().order(item)


def names(traced_run: TracedRuns, work: Callable[[], object]) -> list[str]:
    """Names of the spans below the run in which the work is done."""
    with traced_run("x") as run:
        work()
    return [span.name for span in run][1:]


def test_public_methods_make_spans_and_the_rest_does_not(traced_run: TracedRuns) -> None:
    instrument(Shop)

    def work() -> None:
        shop = Shop.open("corner")
        assert shop.order("tea", 1, 2, gift=True, note="x") == "corner tea!"
        assert (shop.full_name, shop.stock, shop.size, Shop.price("tea"), shop.price("tea")) == ("Corner", 5, 3, 3, 3)
        assert (shop.add(1), shop.add("x"), shop.once(), shop.alias()) == ("int", "object", "corner one!", "!")
        assert shop.Till().ring() == "ding"

    assert names(traced_run, work) == ["Shop.open", "Shop.order", "Shop.price", "Shop.price", "Shop.alias"]


def test_a_span_says_who_was_called_with_what_and_what_came_of_it(traced_run: TracedRuns) -> None:
    instrument(Shop)
    with traced_run("x") as run:
        Shop("corner").order("tea", 1, 2, note={"a": 1})
    span = run.one("Shop.order")
    assert (span.kind, span.status, span.service, span.operation) == ("internal", "ok", "Shop", "order")
    assert span.attributes == {
        "class": "Shop",
        "function": "order",
        "module": __name__,
        "agent.name": "corner",
        "input.item": '"tea"',
        "input.rest": "[1,2]",
        "input.gift": "false",
        "input.more": '{"note":{"a":1}}',
        "output.value": '"corner tea!"',
        "output.type": "str",
        "output.length": 11,
    }


def test_the_object_decides_the_name_and_an_override_that_calls_super_makes_two_spans(traced_run: TracedRuns) -> None:
    instrument([Shop, Corner])
    with traced_run("x") as run:
        Corner().order("tea")
        Corner.open("y")
    assert [span.name for span in run][1:] == ["Corner.order", "Corner.order", "Corner.open"]
    outer, inner = run.find("Corner.order")
    assert inner.parent_id == outer.span_id


def test_an_inherited_method_is_traced_once(traced_run: TracedRuns) -> None:
    class Market(Shop):
        pass

    instrument([Shop, Market])
    assert names(traced_run, lambda: Market().order("tea")) == ["Market.order"]


def test_a_module_means_the_classes_that_it_defines(traced_run: TracedRuns) -> None:
    module = types.ModuleType("tests_own_shop")
    code = "import json\nfrom collections import OrderedDict\nclass A:\n    class B:\n        def f(self): pass\n"
    exec(code, vars(module))  # noqa: S102  # our own
    instrument(module)
    assert names(traced_run, lambda: module.A.B().f()) == ["B.f"]
    assert inspect.isbuiltin(module.OrderedDict.move_to_end) or callable(module.OrderedDict.move_to_end)


@pytest.mark.parametrize("target", [5, "shop", [Shop, 5], None])
def test_what_is_no_class_is_refused(target: Any) -> None:
    with pytest.raises(BadArgument, match="can't be traced; give a class"):
        instrument(target)


def test_everything_about_a_method_stays_as_it_was() -> None:
    def facts() -> list[object]:
        return [
            *[inspect.signature(each) for each in (Shop.order, Shop().order, Shop.open, Shop.price)],
            inspect.getfullargspec(Shop.order),
            inspect.getsource(Shop.order),
            [name for name, _ in inspect.getmembers(Shop, inspect.isfunction)],
            [(each.name, each.kind) for each in inspect.classify_class_attrs(Shop)],
            [(each.__name__, each.__qualname__, each.__module__, each.__doc__) for each in (Shop.order, Shop.open)],
            (Corner.alias is Shop.alias, Corner.order is Shop.order, Shop().order == Shop().order),
            isinstance(Shop.order, types.FunctionType),
            isinstance(Shop().order, types.MethodType),
            list(vars(Shop)),
        ]

    before = facts()
    instrument([Shop, Corner])
    assert facts() == before


def test_instances_functions_and_bound_methods_are_pickled_and_copied_as_before() -> None:
    instrument(Shop)
    shop = Shop("corner")
    assert pickle.loads(pickle.dumps(shop)).name == "corner"
    assert pickle.loads(pickle.dumps(Shop.order)) is Shop.order
    assert pickle.loads(pickle.dumps(shop.order))("tea") == "corner tea!"
    assert copy.deepcopy(shop).order("tea") == "corner tea!"
    assert copy.copy(Shop.order) is copy.deepcopy(Shop.order) is Shop.order
    assert copy.deepcopy(shop.order).__self__ is not shop


def test_what_was_pickled_while_traced_is_read_when_it_no_longer_is() -> None:
    instrument(Shop)
    pickled = pickle.dumps(Shop.order)
    uninstrument()
    assert pickle.loads(pickled) is Shop.order


def test_abstract_methods_stay_abstract(traced_run: TracedRuns) -> None:
    class Base(abc.ABC):
        @abc.abstractmethod
        def run(self) -> int: ...

        @classmethod
        @abc.abstractmethod
        def make(cls) -> int: ...

    class Real(Base):
        def run(self) -> int:
            return 1

        @classmethod
        def make(cls) -> int:
            return 2

    instrument([Base, Real])
    with pytest.raises(TypeError, match="abstract"):
        Base()  # type: ignore[abstract]

    class Half(Base):
        pass

    with pytest.raises(TypeError, match="abstract"):
        Half()  # type: ignore[abstract]
    assert names(traced_run, lambda: (Real().run(), Real.make())) == ["Real.run", "Real.make"]


@dataclass(frozen=True)
class Frozen:
    name: str

    def greet(self) -> str:
        return self.name


class Suit(enum.Enum):
    HEARTS = 1

    def symbol(self) -> str:
        return self.name[0]


class Point(NamedTuple):
    x: int

    def doubled(self) -> int:
        return self.x * 2


class Slotted:
    __slots__ = ("name",)

    def __init__(self) -> None:
        self.name = "s"

    def greet(self) -> str:
        return self.name


class Strict(type):
    def __setattr__(cls, name: str, value: object) -> None:
        raise TypeError("closed")


class Closed(metaclass=Strict):
    def greet(self) -> str:
        return "closed"


class Evasive:
    def __getattr__(self, name: str) -> str:
        raise RuntimeError(name)

    def greet(self) -> str:
        return "evasive"


class Model(BaseModel):
    name: str

    @field_validator("name")
    @classmethod
    def check_name(cls, value: str) -> str:
        return value.strip()

    def greet(self) -> str:
        return self.name


@runtime_checkable
class Greets(Protocol):
    def greet(self) -> str: ...


@pytest.mark.parametrize(
    ("make", "call", "expected"),
    [
        (lambda: Frozen("f"), "greet", "f"),
        (lambda: Suit.HEARTS, "symbol", "H"),
        (lambda: Point(2), "doubled", 4),
        (Slotted, "greet", "s"),
        (Closed, "greet", "closed"),
        (Evasive, "greet", "evasive"),
        (lambda: Model(name=" m "), "greet", "m"),
    ],
)
def test_every_kind_of_class_keeps_working(
    traced_run: TracedRuns, make: Callable[[], Any], call: str, expected: object
) -> None:
    cls = type(make())
    before = dict(vars(cls))
    instrument([cls, Greets])
    instance = make()
    assert names(traced_run, getattr(instance, call)) == [f"{cls.__name__}.{call}"]
    assert getattr(make(), call)() == expected
    assert isinstance(instance, Greets) == (call == "greet")
    uninstrument()
    assert all(vars(cls)[name] is value for name, value in before.items())


def test_tracing_twice_makes_one_span_and_renews_the_filter(traced_run: TracedRuns) -> None:
    instrument(Shop)
    instrument(Shop)
    assert names(traced_run, lambda: Shop().order("tea")) == ["Shop.order"]
    instrument(Shop, ignore=["Shop.order"])
    assert names(traced_run, lambda: Shop().order("tea")) == []


def test_uninstrument_puts_everything_back_in_its_place() -> None:
    before = dict(vars(Shop))
    instrument([Shop, Corner])
    assert vars(Shop)["order"] is not before["order"]
    uninstrument()
    uninstrument()
    assert list(vars(Shop).items()) == list(before.items())


def test_what_others_put_over_a_traced_method_stays_and_no_longer_makes_spans(traced_run: TracedRuns) -> None:
    def work() -> Any:
        return Shop().order("tea")

    with pytest.MonkeyPatch.context() as patch:
        instrument(Shop)
        traced = Shop.order

        def patched(self: Shop, item: str) -> str:
            return traced(self, item).upper()

        patch.setattr(Shop, "order", patched)
        assert names(traced_run, work) == ["Shop.order"]
        uninstrument()
        assert Shop.order is patched
        assert names(traced_run, work) == []
        assert work() == "SHOP TEA!"
    assert names(traced_run, work) == []  # the patch has put the traced function back, which only passes on
    instrument(Shop)
    assert names(traced_run, work) == ["Shop.order"]
    uninstrument()
    assert type(vars(Shop)["order"]) is types.FunctionType


def test_what_is_marked_to_be_skipped_is_left_alone(traced_run: TracedRuns) -> None:
    class Busy:
        @skip_trace
        def tick(self) -> None: ...

        @skip_trace
        @staticmethod
        def tock() -> None: ...

        @classmethod
        @skip_trace
        def ring(cls) -> None: ...

        def work(self) -> None: ...

    @skip_trace
    class Quiet:
        def work(self) -> None: ...

    class Loud(Quiet):
        def shout(self) -> None: ...

    instrument([Busy, Quiet, Loud])

    def work() -> None:
        Busy().tick()
        Busy.tock()
        Busy.ring()
        Busy().work()
        Quiet().work()
        Loud().shout()

    assert names(traced_run, work) == ["Busy.work", "Loud.shout"]


def test_what_flock_traces_itself_is_left_alone() -> None:
    class AutoTracedMeta(type):
        pass

    class Agent(metaclass=AutoTracedMeta):
        def execute(self) -> None: ...

    class Mixed:
        def execute(self) -> None: ...

        execute._traced = True  # type: ignore[attr-defined]

    before = [vars(cls)["execute"] for cls in (Agent, Mixed)]
    instrument([Agent, Mixed])
    assert [vars(cls)["execute"] for cls in (Agent, Mixed)] == before


FILTERS: list[Any] = [
    ({}, {}, ["Shop.order", "Corner.order", "Corner.order"]),
    ({"FLOCK_TRACE_SERVICES": '["SHOP"]'}, {}, ["Shop.order"]),
    ({"FLOCK_TRACE_SERVICES": "corner , x"}, {}, ["Corner.order", "Corner.order"]),
    ({"FLOCK_TRACE_SERVICES": "[]"}, {}, ["Shop.order", "Corner.order", "Corner.order"]),
    ({"FLOCK_TRACE_SERVICES": "corner"}, {"services": ["Shop"]}, ["Shop.order"]),
    ({"FLOCK_TRACE_SERVICES": "corner"}, {"services": []}, ["Shop.order", "Corner.order", "Corner.order"]),
    ({"FLOCK_TRACE_IGNORE": '["Corner.order"]'}, {"services": ["Corner"]}, []),
    ({"FLOCK_TRACE_IGNORE": "corner.order,Shop.Order"}, {}, ["Shop.order", "Corner.order", "Corner.order"]),
    ({"FLOCK_TRACE_IGNORE": "Corner.order"}, {"ignore": ["Shop.order"]}, ["Corner.order", "Corner.order"]),
    ({"FLOCK_AUTO_TRACE": "false"}, {"services": ["Shop"]}, []),
    ({"FLOCK_AUTO_TRACE": "true"}, {}, ["Shop.order", "Corner.order", "Corner.order"]),
]


@pytest.mark.parametrize(("variables", "arguments", "expected"), FILTERS)
def test_arguments_and_variables_say_what_is_traced(
    traced_run: TracedRuns,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    arguments: dict[str, Any],
    expected: list[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    instrument([Shop, Corner], **arguments)
    assert names(traced_run, lambda: (Shop().order("tea"), Corner().order("tea"))) == expected


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FLOCK_AUTO_TRACE", "ture"),
        ("FLOCK_TRACE_SERVICES", "[Agent]"),
        ("FLOCK_TRACE_SERVICES", '{"Agent": 1}'),
        ("FLOCK_TRACE_SERVICES", "[1]"),
        ("FLOCK_TRACE_IGNORE", '["Agent.execute"'),
    ],
)
def test_a_variable_that_says_nothing_sensible_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadSetting, match=f"{variable}=") as refusal:
        instrument(Shop)
    assert repr(value) in str(refusal.value)


@pytest.mark.parametrize("arguments", [{"services": "Shop"}, {"ignore": "Shop.order"}, {"services": [Shop]}])
def test_a_filter_that_is_no_list_of_names_is_refused(arguments: Any) -> None:
    with pytest.raises(BadArgument):
        instrument(Shop, **arguments)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="before Python 3.11 a final class does not say that it is one")
def test_a_method_of_a_final_class_is_not_even_wrapped_where_the_filter_says_no() -> None:
    @final
    class Last:
        def run(self) -> None: ...

    before = vars(Last)["run"]
    instrument(Last, services=["Other"])
    assert vars(Last)["run"] is before


def test_a_static_method_is_not_even_wrapped_where_the_filter_says_no() -> None:
    before = vars(Shop)["price"]
    instrument(Shop, services=["Other"])
    assert vars(Shop)["price"] is before


def test_an_ignored_call_serialises_nothing(traced_run: TracedRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        pytest.fail("an argument was looked at")

    instrument(Shop, ignore=["Shop.order"])
    monkeypatch.setattr("pytest_flock_trace.capture.call_site.inputs", refuse)
    monkeypatch.setattr("pytest_flock_trace.capture.call_site.found", refuse)
    assert names(traced_run, lambda: Shop().order("tea")) == []
