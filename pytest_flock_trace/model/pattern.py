"""Patterns: which spans a sentence of a test is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypedDict, Union

from pytest_flock_trace.errors import BadPattern
from pytest_flock_trace.model.condition import FieldCondition, TextLike, attribute_conditions, text_condition, text_test
from pytest_flock_trace.model.relation import RELATIONS, Related
from pytest_flock_trace.model.span import KINDS, STATUSES, Span
from pytest_flock_trace.model.tree import SpanTree

if TYPE_CHECKING:
    from typing_extensions import Unpack

PatternLike = Union["Pattern", str]
"""A pattern, or a string that stands for `span(string)`."""
Condition = Union[FieldCondition, Related]

_READ: dict[str, Callable[[Span], object]] = {
    field: attrgetter(field) for field in ("name", "service", "operation", "agent", "actor", "tool", "kind", "status")
}
_CLOSED = {"kind": KINDS, "status": STATUSES}
_KEYWORDS = (*list(_READ)[1:], "attributes", *RELATIONS)


class Pattern:
    """What a span must be: all conditions hold. A value that keeps no trace and can be asked of any."""

    def __init__(self, conditions: tuple[Condition, ...]) -> None:
        self.conditions = conditions

    def positions(self, tree: SpanTree) -> list[int]:
        """Where the matching spans stand in the tree, in start order."""
        found = list(range(len(tree)))
        for condition in self.conditions:
            if not found:
                break
            found = condition.keep(tree, found)
        return found

    def misses(self, tree: SpanTree, position: int) -> list[str]:
        """The conditions that the span at this position misses, a phrase each; empty for a match."""
        return [miss for condition in self.conditions if (miss := condition.miss(tree, position)) is not None]

    def with_fields(self, **fields: str) -> Pattern:
        """The same pattern with its own conditions on some fields put to others: `with_fields(agent="actor")`."""
        return Pattern(tuple(_put_to(condition, fields) for condition in self.conditions))

    def __eq__(self, other: object) -> bool:
        return self.conditions == other.conditions if isinstance(other, Pattern) else NotImplemented

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"span({', '.join(str(condition).removeprefix('name=') for condition in self.conditions)})"


class Conditions(TypedDict, total=False):
    """The keywords of `span`."""

    service: TextLike
    operation: TextLike
    agent: TextLike
    """The agent whose invocation the span is."""
    actor: TextLike
    """The nearest enclosing agent."""
    tool: TextLike
    kind: TextLike
    status: TextLike
    attributes: Mapping[str, Any]
    """Values compare by equality; a compiled regex is searched; a callable is asked."""
    under: PatternLike
    """Some ancestor matches."""
    after: PatternLike
    """The span starts at or after the end of some match."""
    before: PatternLike
    """The span ends at or before the start of some match."""


def span(name: TextLike | None = None, /, **conditions: Unpack[Conditions]) -> Pattern:
    """A pattern of spans. Strings are case-sensitive globs in which only `*` and `?` are special.

    Raises `BadPattern` for a keyword or value that cannot be meant.
    """
    made: list[Condition] = [] if name is None else [text_condition("name", name, _READ["name"])]
    for keyword, expected in conditions.items():
        made.extend(_conditions(keyword, expected))
    return Pattern(tuple(made))


def as_pattern(pattern: PatternLike) -> Pattern:
    """The pattern itself, or the one that a string stands for."""
    if isinstance(pattern, Pattern):
        return pattern
    if isinstance(pattern, str):
        return span(pattern)
    raise BadPattern(f"{pattern!r} is no pattern; write span(...) or a name such as 'llm.*'")


def _conditions(keyword: str, expected: Any) -> Sequence[Condition]:
    if keyword == "attributes":
        return attribute_conditions(expected)
    if keyword in RELATIONS:
        return [Related(keyword, as_pattern(expected))]
    if keyword == "name" or keyword not in _READ:
        raise BadPattern(_unknown(keyword))
    if (
        (valid := _CLOSED.get(keyword))
        and isinstance(expected, str)
        and not any(map(text_test(keyword, expected), valid))
    ):
        raise BadPattern(f"{keyword}={expected!r} can never match{_nearest(expected.lower(), valid)}")
    return [text_condition(keyword, expected, _READ[keyword])]


def _put_to(condition: Condition, fields: Mapping[str, str]) -> Condition:
    """What other spans must be, as in `under=`, stays as it is."""
    if not isinstance(condition, FieldCondition) or condition.name not in fields:
        return condition
    field = fields[condition.name]
    return FieldCondition(field, condition.expected, _READ[field], condition.test)


def _unknown(keyword: str) -> str:
    if keyword == "name":
        return "span() takes the name first and without keyword: span('llm.*')"
    return f"span() has no condition {keyword!r}{_nearest(keyword, _KEYWORDS)}"


def _nearest(word: str, valid: Sequence[str]) -> str:
    close = get_close_matches(word, valid, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; valid: {', '.join(valid)}"
