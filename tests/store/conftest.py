from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.store.memory import TraceStore


class Recording:
    """Spans that a test may add to, and the store that reads them."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self.spans = list(spans)
        self.reads = 0
        self.store = TraceStore(self._read, name="store of test_x")
        self.sql = self.store.sql

    def answer(self, name: str, *columns: str, by: str | None = None) -> list[tuple[Any, ...]]:
        """What a query that comes with the package answers, in these columns."""
        rows = self.store.saved(name, by=by)
        at = [rows.columns.index(column) for column in columns]
        return [tuple(row[each] for each in at) for row in rows]

    def _read(self) -> tuple[object, SpanTree]:
        self.reads += 1
        return len(self.spans), SpanTree(self.spans)


@pytest.fixture
def recording() -> Iterator[Callable[..., Recording]]:
    """Makes recordings of the given spans; their stores are closed when the test ends."""
    made: list[Recording] = []

    def make(*spans: Span) -> Recording:
        made.append(Recording(spans))
        return made[-1]

    yield make
    for one in made:
        one.store.close()
