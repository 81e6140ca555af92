"""The conditions of a pattern that one span meets or misses by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Union, cast

from pytest_flock_trace.errors import BadPattern
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.tree import SpanTree

TextLike = Union[str, "re.Pattern[str]"]
"""A case-sensitive glob in which only `*` and `?` are special, or a compiled expression that is searched."""


@dataclass(frozen=True)
class FieldCondition:
    """A field of the span has a certain value."""

    name: str
    expected: object
    read: Callable[[Span], object] = field(compare=False)
    test: Callable[[object], bool] = field(compare=False)

    def keep(self, tree: SpanTree, positions: Sequence[int]) -> list[int]:
        """Those of the positions whose span meets the condition."""
        read, test, spans = self.read, self.test, tree.spans
        return [position for position in positions if test(read(spans[position]))]

    def miss(self, tree: SpanTree, position: int) -> str | None:
        """Why the span at this position misses the condition; None if it meets it."""
        actual = self.read(tree.spans[position])
        return None if self.test(actual) else f"{self.name} is {actual!r}, expected {_shown(self.expected)}"

    def __str__(self) -> str:
        return f"{self.name}={_shown(self.expected)}"


def text_condition(field: str, expected: object, read: Callable[[Span], object]) -> FieldCondition:
    """A field that holds text or None; raise `BadPattern` for what text can't be compared with."""
    return FieldCondition(field, expected, read, text_test(field, expected))


def text_test(field: str, expected: object) -> Callable[[object], bool]:
    """A test of text by glob or regular expression."""
    if isinstance(expected, re.Pattern):
        search = cast("re.Pattern[str]", expected).search
        return lambda actual: isinstance(actual, str) and search(actual) is not None
    if not isinstance(expected, str):
        raise BadPattern(
            f"{field}={expected!r} cannot be compared with text; "
            "give a string (* and ? are wildcards) or a compiled regular expression"
        )
    if "*" not in expected and "?" not in expected:
        return lambda actual: actual == expected
    match = re.compile(_glob(expected), re.DOTALL).fullmatch
    return lambda actual: isinstance(actual, str) and match(actual) is not None


def attribute_condition(key: str, expected: object) -> FieldCondition:
    """An attribute by equality, by a compiled regular expression, or by a callable's answer."""
    return FieldCondition(
        f"attributes[{key!r}]", expected, lambda span: span.attributes.get(key), _value_test(expected)
    )


def attribute_conditions(attributes: object) -> list[FieldCondition]:
    """A condition for each entry of the mapping."""
    if not isinstance(attributes, Mapping):
        raise BadPattern(f"attributes={attributes!r} is no mapping of attribute names to values")
    return [attribute_condition(str(key), value) for key, value in cast("Mapping[object, Any]", attributes).items()]


def _value_test(expected: Any) -> Callable[[object], bool]:
    if isinstance(expected, re.Pattern):
        return text_test("attributes", cast("object", expected))
    if callable(expected):
        return lambda actual: actual is not None and bool(expected(actual))
    if isinstance(expected, (list, tuple)):  # the SDK keeps sequences as tuples
        wanted = list(cast("Sequence[Any]", expected))
        return lambda actual: isinstance(actual, (list, tuple)) and list(cast("Sequence[Any]", actual)) == wanted
    return lambda actual: bool(actual == expected) and isinstance(actual, bool) == isinstance(expected, bool)


def _glob(pattern: str) -> str:
    return "".join({"*": ".*", "?": "."}.get(letter) or re.escape(letter) for letter in pattern)


def _shown(expected: object) -> str:
    if isinstance(expected, re.Pattern):
        return f"/{cast('re.Pattern[str]', expected).pattern}/"
    name = getattr(expected, "__qualname__", None)
    return name if callable(expected) and isinstance(name, str) else repr(expected)
