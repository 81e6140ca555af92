"""Random traces: rows of a span's traits that any list of makes a valid trace, so that shrinking stays simple."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from pytest_flock_trace.model.span import KINDS, STATUSES, Span
from pytest_flock_trace.model.trace import Trace

NAMES = ("Agent.execute", "Tool.call", "llm.chat", "publish")
AGENTS = (None, None, "writer", "critic")
_ROOT_LENGTHS = 4  # a root lasts several spans, or most of what is drawn would lie outside it


@dataclass(frozen=True)
class Row:
    """What one drawn span is like; it becomes a `Span` only beside the rows before it."""

    relation: int = 0
    """0 a sibling of the span before, 1 its child, k higher by k levels; above the top it is another root."""
    offset: int = 0
    """From the parent's start, possibly negative."""
    duration: int = 0
    name: str = "publish"
    kind: str = "internal"
    status: str = "unset"
    agent: str | None = None
    waits: bool = False
    links: tuple[int, ...] = ()
    """Numbers of rows, counted round."""
    consumed: tuple[str, ...] = ()
    produced: tuple[str, ...] = ()


def rows(*, causal: bool = True) -> st.SearchStrategy[Row]:
    """Rows with small times, so that ties are common; without `causal` no waits, links and artifacts."""
    artifacts = st.lists(st.sampled_from("ab"), max_size=2 if causal else 0, unique=True).map(tuple)
    return st.builds(
        Row,
        relation=st.sampled_from((1, 0, 0, 1, 2, 3)),
        offset=st.integers(-3, 12),
        duration=st.integers(0, 15),
        name=st.sampled_from(NAMES),
        kind=st.sampled_from(("internal", "internal", *KINDS)),
        status=st.sampled_from(STATUSES),
        agent=st.sampled_from(AGENTS),
        waits=st.sampled_from((False, False, causal)),
        links=st.lists(st.integers(0, 20), max_size=2 if causal else 0).map(tuple),
        consumed=artifacts,
        produced=artifacts,
    )


def span_lists(*, causal: bool = True, nested: bool = False, max_size: int = 12) -> st.SearchStrategy[list[Span]]:
    """Spans of random trees, parents first. With `nested` no child ends after its parent."""
    return st.lists(rows(causal=causal), max_size=max_size).map(lambda drawn: spans_of(drawn, nested=nested))


def traces(*, causal: bool = True, nested: bool = False, max_size: int = 12) -> st.SearchStrategy[Trace]:
    """Random traces, possibly empty or with several roots."""
    return span_lists(causal=causal, nested=nested, max_size=max_size).map(Trace.of)


def spans_of(drawn: Sequence[Row], *, nested: bool = False) -> list[Span]:
    """The spans that the rows describe, with their row's number as id."""
    spans: list[Span] = []
    line: list[Span] = []
    for number, row in enumerate(drawn):
        if row.relation != 1:
            del line[max(0, len(line) - 1 - row.relation) :]
        spans.append(_span(number, row, line[-1] if line else None, len(drawn), nested=nested))
        line.append(spans[-1])
    return spans


def _span(number: int, row: Row, parent: Span | None, count: int, *, nested: bool) -> Span:
    start = row.offset + (parent.start_ns if parent else 100)
    end = start + (row.duration if parent else row.duration * _ROOT_LENGTHS)
    if parent is not None and nested:
        end = min(end, parent.end_ns)
    return Span(
        row.name,
        span_id=str(number),
        parent_id=parent.span_id if parent else None,
        start_ns=min(start, end),
        end_ns=end,
        kind=row.kind,
        status=row.status,
        attributes={"agent.name": row.agent} if row.agent else None,
        links=[str(number % count) for number in row.links],
        consumed=row.consumed,
        produced=row.produced,
        waits=row.waits,
    )
