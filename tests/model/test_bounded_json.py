"""Arguments and results as JSON: valid, bounded, and read without running any of their code."""

from __future__ import annotations

import enum
import json
import types
from collections import OrderedDict, UserDict, deque, namedtuple
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, SecretStr

from pytest_flock_trace import Span
from pytest_flock_trace.model.bounded_json import bounded_json, length_of
from pytest_flock_trace.model.payload_limits import SMALLEST, PayloadLimits
from pytest_flock_trace.model.profiles.flock import artifacts

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.datetimes() | st.uuids()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text() | st.integers() | st.tuples(st.text()), inner)
        | st.tuples(inner, inner)
        | inner.map(lambda value: types.SimpleNamespace(value=value))
    ),
    max_leaves=40,
)


def refuse(constant: str) -> None:
    pytest.fail(f"{constant} is no JSON")


def read(value: object, **limits: int) -> Any:
    return json.loads(bounded_json(value, PayloadLimits(**limits)), parse_constant=refuse)


@given(VALUES, st.integers(SMALLEST, 4_000))
def test_any_value_becomes_valid_json_within_its_budget(value: object, size: int) -> None:
    text = bounded_json(value, PayloadLimits(size=size))
    assert len(text.encode("utf-8")) <= size
    json.loads(text, parse_constant=refuse)


@given(st.text(min_size=1) | st.text(alphabet="\x00\U0001f600é", min_size=1), st.integers(SMALLEST, 2_000))
def test_a_long_text_keeps_to_its_budget_in_bytes(value: str, size: int) -> None:
    text = bounded_json(value * 2_000, PayloadLimits(size=size))
    assert len(text.encode("utf-8")) <= size
    json.loads(text)


class Colour(enum.Enum):
    RED = 1
    DARK = "dark"
    BOTH = (1, 2)


class Level(enum.IntEnum):
    HIGH = 3


class Word(str, enum.Enum):
    YES = "yes"


class Slotted:
    __slots__ = ("_hidden", "empty", "shown")

    def __init__(self) -> None:
        self.shown, self._hidden = 1, 2


class Typed(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: UUID
    secret: SecretStr = SecretStr("hunter2")


@dataclass
class Plain:
    a: int
    b: list[str] = field(default_factory=list)


@attrs.define
class Attrs:
    a: int


Pair = namedtuple("Pair", "left right")  # noqa: PYI024  # the untyped kind, too
ID = UUID("12345678123456781234567812345678")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (2**200, str(2**200)),
        pytest.param(10**5_000, hex(10**5_000), id="huge"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        ("\ud800", "?"),
        (b"\x00\xff", "AP8="),
        (memoryview(b"\x00\xff"), "AP8="),
        ({1}, [1]),
        (deque([1, 2]), [1, 2]),
        (Pair(1, 2), [1, 2]),
        ({"a": 1}.keys(), ["a"]),
        (types.MappingProxyType({"a": 1}), {"a": 1}),
        (OrderedDict(a=1), {"a": 1}),
        (UserDict(a=1), {"__class__": "UserDict", "data": {"a": 1}}),
        ({1: "a", (1, 2): "b", None: "c", ID: "d"}, {"1": "a", "[1,2]": "b", "null": "c", str(ID): "d"}),
        (Colour.RED, 1),
        (Colour.DARK, "dark"),
        (Colour.BOTH, "Colour.BOTH"),
        (Level.HIGH, 3),
        (Word.YES, "yes"),
        (datetime(2026, 1, 2, tzinfo=timezone.utc), "2026-01-02T00:00:00+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (timedelta(seconds=90), "0:01:30"),
        (Decimal("1.50"), "1.50"),
        (PurePosixPath("/a/b"), "/a/b"),
        (range(3), "range(0, 3)"),
        (ID, str(ID)),
        (Plain(1, ["x"]), {"__class__": "Plain", "a": 1, "b": ["x"]}),
        (Attrs(1), {"__class__": "Attrs", "a": 1}),
        (Slotted(), {"__class__": "Slotted", "shown": 1}),
        (types.SimpleNamespace(a=1, _b=2), {"__class__": "SimpleNamespace", "a": 1}),
        (ValueError("no", 3), {"__class__": "ValueError", "args": ["no", 3]}),
        (len, "<builtin_function_or_method>"),
        (Plain, f"<class {Plain.__module__}.Plain>"),
        (object(), "<object>"),
        (json, "<module>"),
    ],
)
def test_what_a_value_is_written_as(value: object, expected: object) -> None:
    assert read(value) == expected


def test_a_pydantic_model_is_its_fields_and_extras_without_its_secrets() -> None:
    model = Typed(id=ID, more=[1])  # type: ignore[call-arg]
    assert read(model) == {"__class__": "Typed", "id": str(ID), "secret": {"__class__": "SecretStr"}, "more": [1]}


class Tripwire:
    """Nothing of it may be called."""

    shown = "of the class"

    def __init__(self) -> None:
        self.kept = 1

    @property
    def lazy(self) -> None:
        pytest.fail("a property was read")

    def __getattr__(self, name: str) -> None:
        pytest.fail(f"{name} was asked for")

    def __repr__(self) -> str:
        pytest.fail("repr was called")

    __str__ = __repr__

    def __iter__(self) -> Iterator[int]:
        pytest.fail("it was iterated")

    def __len__(self) -> int:  # noqa: PLE0303  # it never returns
        pytest.fail("its length was asked for")

    def __eq__(self, other: object) -> bool:
        pytest.fail("it was compared")

    def __hash__(self) -> int:  # noqa: PLE0309  # nor this
        pytest.fail("it was hashed")

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return str


class LyingList(list[int]):
    def __iter__(self) -> Iterator[int]:
        pytest.fail("it was iterated")

    def __len__(self) -> int:  # noqa: PLE0303  # it never returns
        pytest.fail("its length was asked for")


class LyingDict(dict[str, int]):
    def items(self) -> Any:
        pytest.fail("its items were asked for")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(Tripwire(), {"__class__": "Tripwire", "kept": 1}, id="object"),
        pytest.param(LyingList([1, 2]), [1, 2], id="list"),
        pytest.param(LyingDict(a=1), {"a": 1}, id="dict"),
    ],
)
def test_no_code_of_a_value_runs(value: object, expected: object) -> None:
    assert read([value]) == [expected]


def test_iterators_are_named_and_not_consumed() -> None:
    generator = (number for number in range(3))
    iterator = iter([1, 2])
    assert read([generator, iterator]) == ["<generator>", "<list_iterator>"]
    assert [*generator, *iterator] == [0, 1, 2, 1, 2]


def test_a_part_that_cannot_be_read_is_named_and_the_rest_is_kept() -> None:
    class Zone(timezone.__base__):  # type: ignore[misc, name-defined]
        def utcoffset(self, moment: object) -> None:
            raise RuntimeError("no offset")

    assert read([datetime(2026, 1, 2, tzinfo=Zone()), 1]) == ["<unreadable, RuntimeError: datetime.datetime>", 1]


def test_a_cycle_is_named_by_how_far_up_it_leads() -> None:
    loop: dict[str, Any] = {"inner": []}
    loop["inner"].append(loop)
    assert read(loop) == {"inner": ["<cycle: 2 up, dict>"]}


def test_nine_lists_that_all_refer_to_each_other_end_at_the_limit_of_nodes() -> None:
    lists: list[list[Any]] = [[] for _ in range(9)]
    for each in lists:
        each.extend(lists)
    text = bounded_json(lists)
    assert len(text) <= 8 * 1024
    json.loads(text)


def test_a_huge_text_keeps_head_tail_length_and_a_digest() -> None:
    text = "a" * 50_000_000 + "b" * 50_000_000
    kept = read(text)
    assert len(kept) <= 8 * 1024
    assert kept.startswith("aaaa")
    assert kept.endswith("bbbb")
    assert "<100000000 characters, digest " in kept
    assert read(text + "b") != kept


def test_a_huge_byte_string_keeps_its_head_length_and_a_digest() -> None:
    kept = read(bytes(20_000_000))
    assert kept.startswith("AAAA")
    assert "<20000000 bytes, digest " in kept
    assert len(kept) <= 8 * 1024


def test_a_long_list_keeps_its_beginning_and_says_how_much_is_left_out() -> None:
    kept = read([0] * 10_000_000)
    assert kept[:3] == [0, 0, 0]
    assert kept[-1] == f"… {10_000_000 - len(kept) + 1} more"


def test_a_mapping_too_large_says_how_much_is_left_out() -> None:
    kept = read({f"key{number}": number for number in range(100_000)})
    assert kept["key0"] == 0
    assert kept["…"] == f"… {100_000 - len(kept) + 1} more"


def test_a_deep_nest_is_followed_to_the_limit() -> None:
    nest: list[Any] = []
    for _ in range(100_000):
        nest = [nest]
    assert bounded_json(nest) == "[" * 10 + '"<deeper than 10 levels: list>"' + "]" * 10


def test_what_comes_first_leaves_room_for_what_comes_after() -> None:
    kept = read({"big": "x" * 100_000, "id": "last"})
    assert kept["id"] == "last"
    assert len(kept["big"]) > 3_000


def test_only_built_in_containers_say_their_length() -> None:
    assert [length_of(value) for value in ([1], "ab", {}, LyingList([1]), Tripwire(), 5)] == [1, 2, 0, 1, None, None]


class Artifact(BaseModel):
    id: UUID
    type: str
    payload: dict[str, str]


def test_ids_of_artifacts_stay_readable_however_large_their_payloads() -> None:
    made = [Artifact(id=UUID(int=number), type="shop.Draft", payload={"text": "x" * 10_000}) for number in range(12)]
    span = Span("Agent.execute", span_id="1", attributes={"output.value": bounded_json(made)})
    assert artifacts(span)[1] == tuple(str(artifact.id) for artifact in made)
