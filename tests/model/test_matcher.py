from __future__ import annotations

import json
import re
from collections import OrderedDict
from enum import Enum
from types import MappingProxyType
from typing import Any
from unittest.mock import ANY

import pytest
from dirty_equals import Contains, IsDict, IsInt, IsJson, IsList, IsOneOf, IsPositive, IsStr
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.errors import BadPattern
from pytest_flock_trace.model.matcher import asks, text_test, value_test


class Color(Enum):
    RED = "red"


class Celsius:
    """Something with an equality of its own."""

    def __init__(self, degrees: float) -> None:
        self.degrees = degrees

    def __eq__(self, other: object) -> bool:
        return abs(self.degrees - other) < 0.5  # type: ignore[operator]  # as careless as users may be

    __hash__ = None


def is_large(value: Any) -> bool:
    return value > 10


TEXTS = [
    ("llm.chat", "llm.chat", True),
    ("llm.chat", "llm_chat", False),
    ("llm.*", "llm.chat", True),
    ("llm.*", "LLM.chat", False),
    ("llm.*", "my llm.chat", False),
    ("*", "", True),
    ("*", "two\nlines", True),
    ("*", None, False),
    ("?", "", False),
    ("?", "ab", False),
    ("[ab]?", "a1", False),
    ("[ab]?", "[ab]1", True),
    ("a+*", "a+b", True),
    ("a+*", "aab", False),
    ("{a}", "a", False),
    (re.compile("chat"), "llm.chat", True),
    (re.compile("^chat"), "llm.chat", False),
    (re.compile("CHAT", re.IGNORECASE), "llm.chat", True),
    (re.compile("x*"), None, False),
]


@pytest.mark.parametrize(("expected", "actual", "matches"), TEXTS)
def test_text_is_compared_by_glob_or_expression(expected, actual, matches):
    assert text_test("name", expected)(actual) is matches


@pytest.mark.parametrize("expected", [None, 3, b"a", ["a"], str])
def test_what_text_cannot_be_compared_with_is_refused(expected):
    with pytest.raises(BadPattern, match="cannot be compared with text; give a string"):
        text_test("agent", expected)


VALUES = [
    # values, of which 1 is not True
    (1, 1, True),
    (1, 1.0, True),
    (1, True, False),
    (True, 1, False),
    (True, True, True),
    (0, False, False),
    (0, 0, True),
    ("1", 1, False),
    (1, "1", False),
    ("a*", "abc", False),
    ("a*", "a*", True),
    ("", "", True),
    ("", None, False),
    (None, None, True),
    (None, 0, False),
    (b"a", b"a", True),
    (b"a", "a", False),
    (Color.RED, Color.RED, True),
    (Color.RED, "red", False),
    # expressions
    (re.compile("wasps$"), "bees and wasps", True),
    (re.compile("^wasps"), "bees and wasps", False),
    (re.compile("1"), 1, False),
    # types
    (int, 3, True),
    (int, True, False),
    (bool, True, True),
    (float, 3, False),
    (str, "3", True),
    (str, None, False),
    (type(None), None, True),
    (list, ("a", "b"), True),
    (list, ["a"], True),
    (list, "ab", False),
    (tuple, ("a", "b"), True),
    (dict, {}, True),
    (Color, Color.RED, True),
    (int | str, "3", True),
    (int | str, True, False),
    (int | None, None, True),
    # questions
    (is_large, 11, True),
    (is_large, 10, False),
    (is_large, None, False),
    (lambda value: "yes", 0, True),
    (lambda value: [], 0, False),
    # structures
    ([], (), True),
    (["a", "b"], ("a", "b"), True),
    (("a", "b"), ["a", "b"], True),
    (["a", "b"], ["b", "a"], False),
    (["a"], ["a", "b"], False),
    (["a", "b"], "ab", False),
    ([1], [True], False),
    ([[1, [2]]], [(1, (2,))], True),
    ([int, re.compile("b"), is_large], [1, "abc", 11], True),
    ([int, re.compile("b"), is_large], [1, "abc", 9], False),
    ({"a": 1}, {"a": 1}, True),
    ({"a": 1}, MappingProxyType({"a": 1}), True),
    ({"a": 1}, OrderedDict(a=1), True),
    ({"a": 1}, {"a": 1, "b": 2}, False),
    ({"a": 1, "b": 2}, {"a": 1}, False),
    ({"a": 1}, {"a": True}, False),
    ({"a": None}, {}, False),
    ({"a": {"b": [is_large]}}, {"a": {"b": [11]}}, True),
    ({"a": str, "b": [int, int]}, {"b": (1, 2), "a": "x"}, True),
    ({}, None, False),
    ([], None, False),
    # JSON text stands for what it encodes
    ({"a": [1, None]}, '{"a": [1, null]}', True),
    ({"a": 1}, ' \n{"a": 1}', True),
    ({"a": 1}, '{"a": true}', False),
    (["a"], '["a"]', True),
    ({"a": {"b": 1}}, '{"a": "{\\"b\\": 1}"}', True),
    ([{"a": 1}], ['{"a": 1}'], True),
    ({"a": 1}, "{'a': 1}", False),
    ({"a": 1}, "[" * 100_000, False),
    ('{"a": 1}', '{"a": 1}', True),
    ('{"a": 1}', '{"a":1}', False),
    # objects with an equality of their own
    (Celsius(20), 20.2, True),
    (Celsius(20), 21, False),
    (ANY, 0, True),
    ({"a": ANY}, '{"a": null}', True),
    (IsInt, 3, True),
    (IsInt, "3", False),
    (IsInt(gt=3), 3, False),
    (IsPositive, 3, True),
    (IsStr(regex="be.*"), "bees", True),
    (IsOneOf("a", "b"), "b", True),
    (IsInt | IsStr, "b", True),
    (~IsInt, "b", True),
    (Contains("a"), ("b", "a"), True),
    (IsList("a", "b"), ("a", "b"), True),
    (IsList("a", "b", check_order=False), '["b", "a"]', True),
    (IsDict(a=IsInt), '{"a": 3}', True),
    (IsDict(a=IsInt), '{"a": "3"}', False),
    (IsJson({"a": 3}), '{"a": 3}', True),
    ([IsInt, ...], [3, 3], False),
    ({"a": IsInt, "b": [IsStr]}, {"a": 1, "b": ["x"]}, True),
]


@pytest.mark.parametrize(("expected", "actual", "matches"), VALUES)
def test_a_value_is_compared_with_what_is_expected(expected, actual, matches):
    assert value_test(expected)(actual) is matches


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_what_json_can_hold_matches_itself(value):
    assert value_test(value)(value)


@given(st.lists(JSON) | st.dictionaries(st.text(), JSON))
def test_a_structure_matches_its_json_text(value):
    assert value_test(value)(json.dumps(value))
    assert value_test(value)(json.dumps(value, indent=2, ensure_ascii=False))


@given(JSON, JSON)
def test_other_values_match_only_where_they_are_equal(expected, actual):
    if value_test(expected)(actual):
        assert expected == actual or expected == json.loads(actual)


@pytest.mark.parametrize("expected", [list[int], dict[str, int]])
def test_a_type_with_parameters_is_refused_with_what_to_give_instead(expected):
    with pytest.raises(BadPattern, match=r"cannot be asked of a value; give (list|dict) or a function"):
        value_test(expected)


def test_a_type_that_cannot_be_asked_is_refused():
    class Unaskable(type):
        def __instancecheck__(cls, instance):
            raise TypeError("not like that")

    with pytest.raises(BadPattern, match="cannot be asked of a value: not like that"):
        value_test(Unaskable("Answer", (), {}))


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        (3, False),
        (None, False),
        ("a", False),
        (int, False),
        (int | str, False),
        (re.compile("a"), False),
        ([1, {"a": "b"}], False),
        (is_large, True),
        ([1, {"a": is_large}], True),
        (Celsius(20), True),
        ({"a": [IsInt]}, True),
        (IsInt, True),
    ],
)
def test_code_of_the_users_is_known_wherever_it_stands(expected, code):
    assert asks(expected) is code
