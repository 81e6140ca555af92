from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.model.payload import to_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=20,
)


@given(VALUES)
def test_every_value_becomes_json_that_a_strict_reader_accepts(value: Any) -> None:
    text = to_json(value)
    text.encode("utf-8")
    json.loads(text, parse_constant=lambda constant: pytest.fail(f"{constant} is no JSON"))


@given(
    st.dictionaries(
        st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.integers(-(2**63), 2**63) | st.booleans()
    )
)
def test_plain_values_survive(value: dict[str, Any]) -> None:
    assert json.loads(to_json(value)) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (2**200, str(2**200)),
        (b"\x00\xff", "AP8="),
        ("\ud800", "?"),
        (("a", 1), ["a", 1]),
        ({"k": [float("-inf")]}, {"k": ["-inf"]}),
    ],
)
def test_what_json_cannot_say_becomes_text(value: object, expected: object) -> None:
    assert json.loads(to_json(value)) == expected


def test_endless_nesting_is_named_rather_than_followed() -> None:
    loop: list[Any] = []
    loop.append(loop)
    assert "deeper than" in to_json(loop)


def test_a_number_of_more_digits_than_python_writes_is_hexadecimal() -> None:
    assert json.loads(to_json({"n": 16**4000})) == {"n": hex(16**4000)}
