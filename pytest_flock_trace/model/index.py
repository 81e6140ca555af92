"""What the spans of a tree say, by value: where a look-up takes the place of asking every span."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Final

from pytest_flock_trace.model.grouping import grouped
from pytest_flock_trace.model.span import Span

Text = Callable[[Span], "str | None"]
"""What a span says in one field."""

EVENT: Final = "event"
"""The one field of `TEXTS` in which a span may say several things, or none: the names of its events."""
FIELDS: Final[Mapping[str, Text]] = {
    **{name: attrgetter(name) for name in ("name", "service", "operation", "agent", "actor", "tool", "kind", "status")},
    "scope": attrgetter("scope.name"),
}
"""How to read the other fields."""
_RESOLVED: Final = frozenset({"agent", "actor"})
"""The fields that are worked out from the other spans."""
TEXTS: Final = (*FIELDS, EVENT)
"""The fields that are compared as text."""


def texts_of(span: Span, field: str) -> Sequence[str | None]:
    """What a span says in one of `TEXTS`."""
    return list(dict.fromkeys(event.name for event in span.events)) if field == EVENT else [FIELDS[field](span)]


class SpanIndex:
    """Positions by the values of a field, and values by position; each worked out when first asked for.

    The spans of `resolved` are the same with their agents; they are asked for only by who wants to know of agents.
    """

    def __init__(self, spans: Sequence[Span], resolved: Callable[[], Sequence[Span]]) -> None:
        self._spans = spans
        self._resolved = resolved
        self._texts: dict[str, dict[str | None, list[int]]] = {}
        self._columns: dict[str, list[str | None]] = {}
        self._attributes: dict[str, list[object]] = {}

    def texts(self, field: str) -> Mapping[str | None, Sequence[int]]:
        """The positions, in start order, of the spans that say each value in one of `TEXTS`."""
        groups = self._texts.get(field)
        if groups is None:
            groups = self._texts[field] = grouped(self._said(field))
        return groups

    def column(self, field: str) -> Sequence[str | None]:
        """What each span says in one of `FIELDS`, by position."""
        column = self._columns.get(field)
        if column is None:
            spans = self._resolved() if field in _RESOLVED else self._spans
            column = self._columns[field] = list(map(FIELDS[field], spans))
        return column

    def attributes(self, key: str) -> Sequence[object]:
        """The value of an attribute by position; None where a span lacks it."""
        column = self._attributes.get(key)
        if column is None:
            column = self._attributes[key] = [span.attributes.get(key) for span in self._spans]
        return column

    def _said(self, field: str) -> Iterable[tuple[str | None, int]]:
        if field != EVENT:
            return zip(self.column(field), range(len(self._spans)))
        return ((name, at) for at, span in enumerate(self._spans) for name in texts_of(span, EVENT))
