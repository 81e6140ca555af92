"""Traces of any shape, for rules and analyses that have to stand every trace there is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from pytest_flock_trace.model.span import KINDS, Span, Status
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.strategies.options import checked_names, checked_sizes, outcomes
from pytest_flock_trace.strategies.rows import RELATIONS, climb, packed

NAMES: Final = ("publish", "llm.chat", "Tool.call", "Agent.execute")
AGENTS: Final = ("writer", "critic")
_BEGINNING: Final = 100
"""When roots start, so that what starts before them is still after 0."""
_ROOT_LENGTHS: Final = 4
"""A root lasts several spans, or most of what is drawn would lie outside it."""
_FINE: Final[tuple[Status, ...]] = ("unset", "ok")
_FAILED: Final[Status] = "error"
_DURATIONS: Final = range(16)
_OFFSETS: Final = (*range(13), -1, -2, -3)
_ARTIFACTS: Final = ((), ("a",), ("b",), ("a", "b"))
_LINKS: Final = (0, 0, *range(1, 15))
_WAITING: Final = "waiting"
"""Stands beside the kinds of spans for one of the usual kind that only waits for others."""
_MANNERS: Final = ("internal", *KINDS, _WAITING, _WAITING)


class Row(NamedTuple):
    """What one drawn span is like; it becomes a `Span` only beside the rows before it."""

    relation: int = 0
    """One of `RELATIONS`."""
    duration: int = 0
    offset: int = 0
    """From the parent's start, possibly negative."""
    status: Status = "unset"
    agent: str | None = None
    name: str = NAMES[0]
    manner: str = "internal"
    """A kind, or `_WAITING`."""
    consumed: Sequence[str] = ()
    produced: Sequence[str] = ()
    link: int = 0
    """Number of a row, from 1 and counted round; 0 for no link."""


def spans(
    *, names: Sequence[str] = NAMES, agents: Sequence[str] = AGENTS, error_rate: float = 0.3
) -> st.SearchStrategy[Span]:
    """Single spans with one of these names, some of them with one of these agents.

    Raises `BadArgument` for options that can't be meant, as all strategies here do.
    """
    return _rows(names, agents, error_rate, causal=True).map(lambda row: spans_of([row])[0])


def traces(
    *,
    min_spans: int = 0,
    max_spans: int = 12,
    names: Sequence[str] = NAMES,
    agents: Sequence[str] = AGENTS,
    error_rate: float = 0.3,
) -> st.SearchStrategy[Trace]:
    """Traces of any shape: empty, with several roots, with children that outlast their parents or start before them.

    Some spans have links, some artifacts, and some only wait. Times are small, so that ties are common.
    """
    drawn = span_lists(min_spans=min_spans, max_spans=max_spans, names=names, agents=agents, error_rate=error_rate)
    return drawn.map(Trace.of)


def span_lists(  # the options of `traces`, and two for what only some traces are
    *,
    min_spans: int = 0,
    max_spans: int = 12,
    names: Sequence[str] = NAMES,
    agents: Sequence[str] = AGENTS,
    error_rate: float = 0.3,
    causal: bool = True,
    nested: bool = False,
) -> st.SearchStrategy[list[Span]]:
    """The spans of such a trace, parents first, before a trace has worked out whose they are.

    Without `causal` there are no links, no artifacts and no spans that only wait; with `nested` no child ends after its
    parent.
    """
    least, most = checked_sizes(min_spans, max_spans, least=0)
    rows = st.lists(_rows(names, agents, error_rate, causal=causal), min_size=least, max_size=most)
    return rows.map(partial(spans_of, nested=True) if nested else spans_of)


def spans_of(rows: Sequence[Row], *, nested: bool = False) -> list[Span]:
    """The spans that the rows describe, with their row's number as id."""
    spans: list[Span] = []
    line: list[Span] = []
    for number, row in enumerate(rows):
        climb(line, row.relation)
        spans.append(_span(number, row, line[-1] if line else None, len(rows), nested=nested))
        line.append(spans[-1])
    return spans


def _rows(names: Sequence[str], agents: Sequence[str], error_rate: float, *, causal: bool) -> st.SearchStrategy[Row]:
    said = (
        outcomes(error_rate, _FINE, _FAILED),
        (None, *checked_names("agents", agents)),
        checked_names("names", names),
    )
    causes = (_MANNERS, _ARTIFACTS, _ARTIFACTS, _LINKS) if causal else (_MANNERS[: -_MANNERS.count(_WAITING)],)
    return st.builds(_row, RELATIONS, packed(_DURATIONS, _OFFSETS), packed(*said), packed(*causes))


def _row(relation: int, times: Sequence[Any], said: Sequence[Any], causes: Sequence[Any]) -> Row:
    return Row(relation, *times, *said, *causes)


def _span(number: int, row: Row, parent: Span | None, count: int, *, nested: bool) -> Span:
    start = row.offset + (parent.start_ns if parent is not None else _BEGINNING)
    end = start + (row.duration if parent is not None else row.duration * _ROOT_LENGTHS)
    if parent is not None and nested:
        end = min(end, parent.end_ns)
    return Span(
        row.name,
        span_id=str(number),
        parent_id=None if parent is None else parent.span_id,
        start_ns=min(start, end),
        end_ns=end,
        kind="internal" if row.manner == _WAITING else row.manner,
        status=row.status,
        attributes=None if row.agent is None else {"agent.name": row.agent},
        links=[str(row.link % count)] if row.link else (),
        consumed=row.consumed,
        produced=row.produced,
        waits=row.manner == _WAITING,
    )
