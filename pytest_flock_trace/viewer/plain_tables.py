"""The tables that a report shows where scripts are not allowed, as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from pytest_flock_trace.model.duration import format_duration
from pytest_flock_trace.model.text import abridged, count_of
from pytest_flock_trace.render.path_shares import percent
from pytest_flock_trace.viewer.answers.trace_columns import NO_AGENT

_LONGEST: Final = 200
"""Characters of a name that are shown; scripts show all."""
_MOST_SHARES: Final = 6
MOST_ROWS: Final = 200
"""Traces and tests in a table; browsers lay out tables slowly, and scripts show all."""


def heading(overview: Mapping[str, Any]) -> str:
    """What the report is about."""
    sizes = ", ".join(
        count_of(overview[f"{noun}s"], noun) for noun in ("test", "trace", "span", "error") if overview[f"{noun}s"]
    )
    lines = [sizes or "nothing recorded", f"written {overview['created']}", *overview["left_out"]]
    return f"<h1>{text(overview['title'])}</h1>" + "".join(f"<p>{text(line)}</p>" for line in lines)


def red_table(red: Mapping[str, Any]) -> str:
    """Rate, errors and durations of each agent."""
    rows = [
        (
            row["subject"],
            row["count"],
            f"{row['errors']}/{row['count']}",
            "" if row["rate"] is None else f"{row['rate']:.3g}/s",
            *(format_duration(row[name]) for name in ("p50", "p95", "p99")),
        )
        for row in red["rows"]
    ]
    return _table("Rate, errors and duration by agent", ("agent", "n", "errors", "rate", "p50", "p95", "p99"), rows)


def path_table(traces: Iterable[Mapping[str, Any]]) -> str:
    """The critical path of each trace, by agents."""
    rows = [
        (trace["title"], trace["started"], format_duration(trace["duration"]), _shares(trace["critical"]))
        for trace in traces
    ]
    return _table("Critical path by trace", ("trace", "started", "duration", "critical path"), rows)


def test_table(tests: Mapping[str, Any]) -> str:
    """Each attempt at each test, those that failed first."""
    ranked = sorted(tests["rows"], key=lambda row: row["outcome"] not in {"failed", "error"})
    rows = [
        (row["id"], row["attempt"], row["outcome"], format_duration(row["duration"]), row["spans"], row["errors"])
        for row in ranked[:MOST_ROWS]
    ]
    return _table("Tests", ("test", "attempt", "outcome", "duration", "spans", "errors"), rows)


def text(value: object) -> str:
    """A value as text of a page, on one line, in which marks that reorder text are written out."""
    return escape(abridged(str(value), _LONGEST))


def _shares(critical: Mapping[str, Any]) -> str:
    parts = [(actor if actor != NO_AGENT else "(no agent)", ns) for actor, ns in critical["times"]]
    parts += [(name, critical[name]) for name in ("waiting", "queueing") if critical[name]]
    whole = sum(ns for _, ns in parts)
    more = [f"+{len(parts) - _MOST_SHARES} more"] if len(parts) > _MOST_SHARES else []
    return " · ".join([*(f"{name} {percent(ns, whole)}" for name, ns in parts[:_MOST_SHARES]), *more])


def _table(caption: str, headers: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{text(header)}</th>' for header in headers)
    body = "".join(f"<tr>{''.join(f'<td>{text(cell)}</td>' for cell in row)}</tr>\n" for row in rows)
    return f"<table><caption>{text(caption)}</caption><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>\n"
