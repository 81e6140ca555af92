"""What a value is compared with: another value, an expression, a type, a question, or a structure of these."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from types import GenericAlias, NoneType, UnionType
from typing import Any, Final, Union, cast

from pytest_flock_trace.errors import BadPattern

TextLike = Union[str, "re.Pattern[str]"]
"""A case-sensitive glob in which only `*` and `?` are special, or a compiled expression that is searched."""
Test = Callable[[object], bool]
PLAIN: Final = frozenset({str, bytes, bool, int, float, NoneType})
"""Types of expected values that nothing matches but what equals them, and not all that does: 1 is not True."""


def text_test(field: str, expected: object) -> Test:
    """A test of text by glob or regular expression; raise `BadPattern` for what text can't be compared with."""
    if isinstance(expected, re.Pattern):
        return _searched(cast("re.Pattern[str]", expected))
    if not isinstance(expected, str):
        raise BadPattern(
            f"{field}={expected!r} cannot be compared with text; "
            "give a string (* and ? are wildcards) or a compiled regular expression"
        )
    if not is_glob(expected):
        return lambda actual: actual == expected
    match = re.compile(_glob(expected), re.DOTALL).fullmatch
    return lambda actual: isinstance(actual, str) and match(actual) is not None


def is_glob(text: str) -> bool:
    """True where the text has wildcards."""
    return "*" in text or "?" in text


def value_test(expected: Any) -> Test:
    """A test of an attribute's value.

    A compiled expression is searched; a type asks `isinstance`, and so does a union of types; any other callable is
    asked unless the value is None; a mapping or sequence is compared item by item, with the same rules for its items,
    and JSON text stands for what it encodes; the rest compares by equality, except that 1 is not True. Raises
    `BadPattern` for a type with parameters, such as `list[int]`.
    """
    if isinstance(expected, re.Pattern):
        return _searched(cast("re.Pattern[str]", expected))
    if isinstance(expected, GenericAlias):  # before types: list[int] passes for one on Python 3.10
        raise BadPattern(f"{expected!r} cannot be asked of a value; give {expected.__origin__.__name__} or a function")
    if isinstance(expected, UnionType):
        tests = [value_test(kind) for kind in expected.__args__]
        return lambda actual: any(test(actual) for test in tests)
    if isinstance(expected, type) and type(expected).__eq__ is type.__eq__:
        return _instance_of(cast("type[object]", expected))
    if callable(expected) and not isinstance(expected, type):
        return lambda actual: actual is not None and bool(expected(actual))
    if isinstance(expected, Mapping):
        return _mapping_test(cast("Mapping[object, Any]", expected))
    if isinstance(expected, (list, tuple)):
        return _sequence_test(cast("Sequence[Any]", expected))
    if isinstance(expected, (bool, int, float)):
        return lambda actual: actual == expected and isinstance(actual, bool) == isinstance(expected, bool)
    if expected is None or isinstance(expected, (str, bytes)):
        return lambda actual: bool(actual == expected)
    return _equal_to(expected)


def asks(expected: object) -> bool:
    """True where the test is code of the user's, which may fail on values that it was not written for.

    Such are functions and objects with an equality of their own, here or anywhere within a structure.
    """
    if isinstance(expected, Mapping):
        return any(map(asks, cast("Mapping[object, object]", expected).values()))
    if isinstance(expected, (list, tuple)):
        return any(map(asks, cast("Sequence[object]", expected)))
    if isinstance(expected, type):
        return type(expected).__eq__ is not type.__eq__
    return not isinstance(expected, (str, bytes, int, float, re.Pattern, UnionType, NoneType))


def shown(expected: object) -> str:
    """What is expected, as a sentence shows it: `/expression/`, a function's name, a value's repr."""
    if isinstance(expected, re.Pattern):
        return f"/{cast('re.Pattern[str]', expected).pattern}/"
    name = getattr(expected, "__qualname__", None)
    return name if callable(expected) and isinstance(name, str) else repr(expected)


def _searched(expression: re.Pattern[str]) -> Test:
    search = expression.search
    return lambda actual: isinstance(actual, str) and search(actual) is not None


def _instance_of(kind: type[object]) -> Test:
    try:
        isinstance(None, kind)
    except TypeError as exc:
        raise BadPattern(f"{shown(kind)} cannot be asked of a value: {exc}") from exc
    if kind is bool:
        return lambda actual: isinstance(actual, bool)
    if kind is list:
        return lambda actual: isinstance(actual, (list, tuple))  # OpenTelemetry keeps a list as a tuple
    return lambda actual: isinstance(actual, kind) and (kind is object or not isinstance(actual, bool))


def _mapping_test(expected: Mapping[object, Any]) -> Test:
    tests = {key: value_test(value) for key, value in expected.items()}

    def test(actual: object) -> bool:
        decoded = _decoded(actual)
        if not isinstance(decoded, Mapping):
            return False
        values = cast("Mapping[object, object]", decoded)
        return values.keys() == tests.keys() and all(test(values[key]) for key, test in tests.items())

    return test


def _sequence_test(expected: Sequence[Any]) -> Test:
    tests = [value_test(value) for value in expected]

    def test(actual: object) -> bool:
        decoded = _decoded(actual)
        if not isinstance(decoded, (list, tuple)):
            return False
        values = cast("Sequence[object]", decoded)
        return len(values) == len(tests) and all(test(value) for test, value in zip(tests, values))

    return test


def _equal_to(expected: object) -> Test:
    """Equality as the object defines it, of the value and of what JSON text encodes; a tuple is a list, too."""

    def test(actual: object) -> bool:
        if bool(actual == expected):
            return True
        decoded = list(cast("tuple[object, ...]", actual)) if isinstance(actual, tuple) else _decoded(actual)
        return decoded is not actual and bool(decoded == expected)

    return test


def _decoded(value: object) -> object:
    """What JSON text of an object or array encodes; anything else as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value  # text that only looks like JSON is text


def _glob(pattern: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(letter) or re.escape(letter) for letter in pattern)
