"""Patterns: which spans a sentence of a test is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn, Union

from pytest_flock_trace.errors import BadPattern
from pytest_flock_trace.model.combination import Either, Negated
from pytest_flock_trace.model.condition import Condition, Name, some
from pytest_flock_trace.model.field_condition import (
    DurationCondition,
    SpanCondition,
    TextCondition,
    attribute_conditions,
)
from pytest_flock_trace.model.index import TEXTS
from pytest_flock_trace.model.keywords import Conditions
from pytest_flock_trace.model.matcher import TextLike, text_test
from pytest_flock_trace.model.related import Related
from pytest_flock_trace.model.relation import RELATIONS
from pytest_flock_trace.model.span import KINDS, STATUSES, Span
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.model.wording import written

if TYPE_CHECKING:
    from typing_extensions import Unpack

PatternLike = Union["Pattern", str]
"""A pattern, or a string that stands for `span(string)`."""

_BY_USER = attrgetter("by_user")
_COST = attrgetter("cost")
_EXCLUDES = attrgetter("excludes")
_WHOLE = attrgetter("whole")
_CLOSED = {"kind": KINDS, "status": STATUSES}


class Pattern:
    """What a span must be: all conditions hold. A value that keeps no trace and can be asked of any.

    Patterns combine with `&` (both), `|` (either) and `~` (not).
    """

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self.conditions = tuple(conditions)
        several = len(self.conditions) > 1
        self._cheapest_first = sorted(self.conditions, key=_COST) if several else self.conditions

    def positions(self, tree: SpanTree) -> Sequence[int]:
        """Where the matching spans stand in the tree, in start order."""
        return self.keep(tree, range(len(tree)))

    def keep(self, tree: SpanTree, among: Sequence[int]) -> Sequence[int]:
        """Those of the positions, in start order, whose spans match."""
        for condition in self._cheapest_first:
            if not among:
                break
            among = condition.keep(tree, among)
        return among

    def occurs(self, tree: SpanTree) -> bool:
        """Whether some span matches."""
        if len(self.conditions) == 1:
            return self.conditions[0].occurs(tree)
        return some(self.keep, tree, at_once=any(map(_WHOLE, self.conditions)))

    @property
    def whole(self) -> bool:
        """True where a condition has all spans asked about, or code of the user's is asked, of which all may fail."""
        return any(map(_BY_USER, self.conditions)) or any(map(_WHOLE, self.conditions))

    def misses(self, tree: SpanTree, position: int) -> list[str]:
        """The conditions that the span at this position misses, a phrase each; empty for a match."""
        return [miss for condition in self.conditions for miss in condition.misses(tree, position)]

    def names(self) -> list[Name]:
        """The names that the pattern mentions, those of the spans it relates to included."""
        return [name for condition in self.conditions for name in condition.names()]

    def with_fields(self, fields: Mapping[str, str]) -> Pattern:
        """The same pattern with its own conditions on some fields put to others: `with_fields({"agent": "actor"})`.

        What other spans must be, as in `under=`, stays as it is.
        """
        return Pattern(condition.with_fields(fields) for condition in self.conditions)

    @property
    def only_excludes(self) -> bool:
        """True where the pattern says nothing but what a span is not, as `~span("x")` does."""
        return bool(self.conditions) and all(map(_EXCLUDES, self.conditions))

    @property
    def enclosed(self) -> str:
        """The pattern as a part of a longer one: in parentheses if it needs them."""
        simple = len(self.conditions) == 1 and isinstance(self.conditions[0], Negated)
        return repr(self) if simple or not self._combined else f"({self!r})"

    @property
    def _combined(self) -> list[Condition]:
        return [condition for condition in self.conditions if isinstance(condition, (Either, Negated))]

    def __and__(self, other: PatternLike) -> Pattern:
        if not isinstance(other, (Pattern, str)):
            return NotImplemented
        return Pattern((*self.conditions, *as_pattern(other).conditions))

    def __rand__(self, other: PatternLike) -> Pattern:
        return as_pattern(other) & self

    def __or__(self, other: PatternLike) -> Pattern:
        if not isinstance(other, (Pattern, str)):
            return NotImplemented
        return Pattern([Either((*_alternatives(self), *_alternatives(as_pattern(other))))])

    def __ror__(self, other: PatternLike) -> Pattern:
        return as_pattern(other) | self

    def __invert__(self) -> Pattern:
        if len(self.conditions) == 1 and isinstance(self.conditions[0], Negated):
            return self.conditions[0].pattern
        return Pattern([Negated(self)])

    def __bool__(self) -> NoReturn:
        __tracebackhide__ = True
        raise BadPattern(
            f"{self!r} is neither true nor false by itself; ask `... in trace`, and combine patterns with & | ~ "
            "instead of and, or, not"
        )

    def __eq__(self, other: object) -> bool:
        __tracebackhide__ = True
        if isinstance(other, Span):  # as `pattern in spans` asks, which would never find any
            raise BadPattern(f"{self!r} is no span; look for it in a trace or with trace.find(…), not in a list")
        if not isinstance(other, Pattern):
            return NotImplemented
        same_words = self._words == other._words  # which tell 1 from True
        return same_words and all(condition in other.conditions for condition in self.conditions)

    def __hash__(self) -> int:
        return hash(self._words)

    @property
    def _words(self) -> tuple[str, ...]:
        return tuple(sorted(map(str, self.conditions)))

    def __repr__(self) -> str:
        parts = list(written(condition for condition in self.conditions if condition not in self._combined))
        if not self.conditions:
            parts = ["span()"]
        several = len(self.conditions) > 1
        parts.extend(
            f"({condition})" if several and isinstance(condition, Either) else str(condition)
            for condition in self._combined
        )
        return " & ".join(parts)


def span(name: TextLike | None = None, /, **conditions: Unpack[Conditions]) -> Pattern:
    """A pattern of spans. Strings are case-sensitive globs in which only `*` and `?` are special.

    Raises `BadPattern` for a keyword or value that cannot be meant.
    """
    __tracebackhide__ = True
    made: list[Condition] = [] if name is None else [TextCondition.of("name", name)]
    for keyword, expected in conditions.items():
        made.extend(_conditions(keyword, expected))
    return Pattern(made)


def as_pattern(pattern: PatternLike) -> Pattern:
    """The pattern itself, or the one that a string stands for."""
    __tracebackhide__ = True
    if isinstance(pattern, Pattern):
        return pattern
    if isinstance(pattern, str):
        return span(pattern)
    raise BadPattern(f"{pattern!r} is no pattern; write span(...) or a name such as 'llm.*'")


def _conditions(keyword: str, expected: Any) -> Sequence[Condition]:
    __tracebackhide__ = True
    if keyword in RELATIONS:
        return [Related(keyword, as_pattern(expected))]
    if keyword in {"faster_than", "slower_than"}:
        return [DurationCondition.of(keyword, expected)]
    if keyword == "attributes":
        return attribute_conditions(expected)
    if keyword == "where":
        if not callable(expected):
            raise BadPattern(f"where={expected!r} cannot be asked; give a function of a span")
        return [SpanCondition(expected)]
    if keyword == "name" or keyword not in TEXTS:
        raise BadPattern(_unknown(keyword))
    return [_text_condition(keyword, expected)]


def _text_condition(keyword: str, expected: Any) -> Condition:
    __tracebackhide__ = True
    valid = _CLOSED.get(keyword)
    if valid and isinstance(expected, str) and not any(map(text_test(keyword, expected), valid)):
        raise BadPattern(f"{keyword}={expected!r} can never match{_nearest(expected.lower(), valid)}")
    return TextCondition.of(keyword, expected)


def _alternatives(pattern: Pattern) -> Sequence[Pattern]:
    """`a | b | c` has three alternatives, not two of which one has two."""
    if len(pattern.conditions) == 1 and isinstance(pattern.conditions[0], Either):
        return pattern.conditions[0].alternatives
    return [pattern]


def _unknown(keyword: str) -> str:
    if keyword == "name":
        return "span() takes the name first and without keyword: span('llm.*')"
    return f"span() has no condition {keyword!r}{_nearest(keyword, list(Conditions.__annotations__))}"


def _nearest(word: str, valid: Sequence[str]) -> str:
    close = get_close_matches(word, valid, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; valid: {', '.join(valid)}"
