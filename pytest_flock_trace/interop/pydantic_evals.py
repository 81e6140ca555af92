"""The span queries of pydantic-evals as patterns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import partial, reduce
from typing import Final

from pytest_flock_trace.errors import BadPattern
from pytest_flock_trace.interop.bounded import MEASURES, Bounded
from pytest_flock_trace.interop.lineage import every, some
from pytest_flock_trace.interop.query_value import count, expression, mapping, mappings, nanoseconds, text, texts
from pytest_flock_trace.model.condition import Condition
from pytest_flock_trace.model.matcher import is_glob
from pytest_flock_trace.model.pattern import Pattern, span
from pytest_flock_trace.model.span import STATUSES

_STOP = "stop_recursing_when"


def span_query(query: Mapping[str, object], /) -> Pattern:
    """The pattern of the spans that a `SpanQuery` dictionary matches: `{"name_contains": "chat", "max_duration": 2}`.

    All keys must hold, and `or_` stands alone. Durations are seconds or a timedelta; `name_matches_regex` matches from
    the start of the name; attribute values compare as those of `span(attributes=...)` do. `stop_recursing_when` limits
    the conditions on descendants and ancestors beside it, not the counts. An empty query matches every span, wherever
    it stands. Raises `BadPattern` for a key that does not exist and for a value that cannot be meant.
    """
    entries = mapping("query", query)
    if "or_" in entries and len(entries) > 1:
        beside = ", ".join(repr(key) for key in entries if key != "or_")
        raise BadPattern(f"or_ stands alone in a span query, but {beside} stands beside it; join the two with and_")
    stop = span_query(mapping(_STOP, entries[_STOP])) if _STOP in entries else None
    return Pattern(condition for key, value in entries.items() for condition in _conditions(key, value, stop))


def _conditions(key: str, value: object, stop: Pattern | None) -> Iterable[Condition]:
    if key == _STOP:
        return ()  # holds for what stands beside it
    if key in _RELATIVES:
        quantifier, relation = _RELATIVES[key]
        return quantifier(relation, span_query(mapping(key, value)), stop).conditions
    if key not in _OWN:
        close = get_close_matches(str(key), _KEYS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"valid: {', '.join(_KEYS)}"
        raise BadPattern(f"a span query has no key {key!r}; {hint}")
    return _OWN[key](key, value).conditions


def _name_equals(key: str, value: object) -> Pattern:
    name = text(key, value)
    return span(re.compile(rf"\A{re.escape(name)}\Z") if is_glob(name) else name)


def _name_contains(key: str, value: object) -> Pattern:
    part = text(key, value)
    return span(re.compile(re.escape(part)) if is_glob(part) else f"*{part}*")


def _name_matches_regex(key: str, value: object) -> Pattern:
    return span(expression(key, value))


def _has_attributes(key: str, value: object) -> Pattern:
    return span(attributes=mapping(key, value))


def _has_attribute_keys(key: str, value: object) -> Pattern:
    return span(attributes=dict.fromkeys(texts(key, value), object))


def _has_status(key: str, value: object) -> Pattern:
    if value not in STATUSES:
        raise BadPattern(f"{key}={value!r} can never match; valid: {', '.join(STATUSES)}")
    return span(status=text(key, value))


def _not(key: str, value: object) -> Pattern:
    return ~span_query(mapping(key, value))


def _and(key: str, value: object) -> Pattern:
    return Pattern(condition for query in mappings(key, value) for condition in span_query(query).conditions)


def _or(key: str, value: object) -> Pattern:
    alternatives = [span_query(query) for query in mappings(key, value)]
    if not alternatives:
        raise BadPattern(f"{key}={value!r} offers no alternative, so nothing could match it; leave it out or fill it")
    return reduce(Pattern.__or__, alternatives)


def _bounded(bound: str, measure: str, key: str, value: object) -> Pattern:
    limit = nanoseconds(key, value) if measure == "duration" else count(key, value)
    return Pattern([Bounded(bound, measure, limit)])


def _no(relation: str, other: Pattern, stop: Pattern | None) -> Pattern:
    return ~some(relation, other, stop)


_OWN: Final[Mapping[str, Callable[[str, object], Pattern]]] = {
    "name_equals": _name_equals,
    "name_contains": _name_contains,
    "name_matches_regex": _name_matches_regex,
    "has_attributes": _has_attributes,
    "has_attribute_keys": _has_attribute_keys,
    "has_status": _has_status,
    "not_": _not,
    "and_": _and,
    "or_": _or,
    **{f"{bound}_{measure}": partial(_bounded, bound, measure) for measure in MEASURES for bound in ("min", "max")},
}
_RELATIVES: Final[Mapping[str, tuple[Callable[[str, Pattern, Pattern | None], Pattern], str]]] = {
    "some_child_has": (some, "parent_of"),
    "all_children_have": (every, "parent_of"),
    "no_child_has": (_no, "parent_of"),
    "some_descendant_has": (some, "over"),
    "all_descendants_have": (every, "over"),
    "no_descendant_has": (_no, "over"),
    "some_ancestor_has": (some, "under"),
    "all_ancestors_have": (every, "under"),
    "no_ancestor_has": (_no, "under"),
}
"""What is said of a span's relatives, and how the span stands to them."""
_KEYS: Final = (*_OWN, *_RELATIVES, _STOP)
