"""The names that spans have borne, over many traces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from pytest_flock_trace.model.condition import Name
from pytest_flock_trace.model.explanation import likeliest
from pytest_flock_trace.model.index import EVENT, FIELDS
from pytest_flock_trace.model.matcher import text_test
from pytest_flock_trace.model.tree import SpanTree

_BY_NAME = ("service", "operation")
"""What follows from a span's name and resource."""
_OTHERS = ("agent", "actor", "tool", "scope")


class Vocabulary:
    """Names by field. Grows with each trace that it is shown."""

    def __init__(self) -> None:
        self._names: dict[str, set[str]] = {field: set() for field in ("name", *_BY_NAME, *_OTHERS, EVENT, "attribute")}
        self._shapes: set[tuple[str, object]] = set()

    def learn(self, tree: SpanTree) -> dict[str, list[str]]:
        """Take in the names of a trace's spans; those that are new, by field."""
        spans = tree.spans
        said: dict[str, set[str | None]] = {field: set(map(FIELDS[field], spans)) for field in ("name", *_OTHERS)}
        shapes = {(span.name, span.resource.get("service.name")): span for span in spans}
        fresh = [span for shape, span in shapes.items() if shape not in self._shapes]
        self._shapes.update(shapes)
        said.update((field, set(map(FIELDS[field], fresh))) for field in _BY_NAME)
        said["attribute"] = set(chain.from_iterable(span.attributes for span in spans))
        said[EVENT] = {event.name for span in spans for event in span.events}
        new = {field: sorted(filter(None, names - self._names[field])) for field, names in said.items()}
        self.add(new)
        return {field: names for field, names in new.items() if names}

    def add(self, names: Mapping[str, Iterable[str]]) -> None:
        """Take in names by field."""
        for field, new in names.items():
            self._names[field].update(new)

    def knows(self, name: Name) -> bool:
        """Whether any of the names is what a pattern means by this one."""
        known = self._names.get(name.field)
        return known is None or name.expected in known or any(map(text_test(name.field, name.expected), known))

    def likeliest(self, name: Name) -> str | None:
        """The known name that may have been meant instead."""
        return likeliest(name, sorted(self._names.get(name.field, ())))
