"""What there is: the first thing that a page asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, Literal

from pytest_flock_trace.model.passages import LAYERS
from pytest_flock_trace.store.query import query as saved
from pytest_flock_trace.viewer.answers.moment import milliseconds
from pytest_flock_trace.viewer.answers.portable import Answer, portable, whole

if TYPE_CHECKING:
    from pytest_flock_trace.store.file.reading import TraceFileView

FORMAT: Final = "pytest-flock-trace/viewer"
VERSION: Final = 1
"""Version of the answers; a page refuses those of a later one."""
MOST_OPERATIONS: Final = 1_000
HIDDEN: Final = ("*.on_*",)
"""Globs of the names that framework hooks have, which a page leaves out unless asked."""
_SIZES: Final = """
    SELECT
        count(*),
        count(DISTINCT trace_id),
        count(*) FILTER (status_code = 'ERROR'),
        min(start_time),
        max(greatest(start_time, end_time))
    FROM spans
"""
_TESTS: Final = "SELECT count(DISTINCT test) FROM tests"
_MOST_FREQUENT: Final = """
    SELECT {column} FROM spans WHERE {column} <> '' AND NOT is_run
    GROUP BY ALL ORDER BY count(*) DESC, {column} LIMIT {most}
"""
# As query noisy_operations counts them, without all else that it asks: attributes are read where a name is a hook's.
_HOOKS: Final = """
    SELECT count(*) FROM spans
    WHERE contains(name, '.on_') AND status_code <> 'ERROR' AND NOT is_run
    AND regexp_full_match(attributes->>'module', 'flock(\\..*)?')
"""
_LAYERS: Final = "SELECT DISTINCT layer FROM ({edges})"
_OCCURRING: Final = "SELECT DISTINCT {column} FROM spans WHERE {column} <> '' ORDER BY ALL"


@dataclass(frozen=True)
class Head:
    """What an answer about a file can't know from the file."""

    title: str
    created: str
    """ISO 8601, when the answers were worked out."""
    name: str
    """Of the file or of the session."""
    kind: Literal["session", "file"] = "file"
    revision: str = ""
    """Changes when what is shown does; the moment of creation unless said."""
    live: bool = False
    left_out: Sequence[str] = ()
    """Sentences: what is counted and can't be looked into."""
    can: Sequence[str] = field(default=())
    """Of `filter`, `sql`, `clear` and `compare`."""


def overview(view: TraceFileView, head: Head) -> Answer:
    """Sizes, the names that filters choose from, and what can be done."""
    spans, traces, errors, first, last = next(iter(view.sql(_SIZES)))
    hooks = next(iter(view.sql(_HOOKS)))[0]
    return {
        "format": FORMAT,
        "version": VERSION,
        "title": portable(head.title),
        "created": head.created,
        "revision": head.revision or head.created,
        "source": {"kind": head.kind, "name": portable(head.name)},
        "live": head.live,
        "spans": whole(spans),
        "traces": whole(traces),
        "tests": whole(next(iter(view.sql(_TESTS)))[0]),
        "errors": whole(errors),
        "services": _names(view, _MOST_FREQUENT, "service"),
        "operations": _names(view, _MOST_FREQUENT, "operation"),
        "agents": _names(view, _OCCURRING, "agent"),
        "kinds": [kind.lower() for kind in _names(view, _OCCURRING, "kind")],
        "statuses": [status.lower() for status in _names(view, _OCCURRING, "status_code")],
        "hidden": {"spans": whole(hooks), "patterns": list(HIDDEN)},
        "layers": layers(view),
        "from_ms": milliseconds(first),
        "to_ms": milliseconds(last),
        "left_out": list(head.left_out),
        "can": {what: what in head.can for what in ("filter", "sql", "clear", "compare")},
        "version_text": f"pytest-flock-trace {version('pytest-flock-trace')}, DuckDB {version('duckdb')}",
    }


def layers(view: TraceFileView) -> list[str]:
    """The layers of the dependency graph that have edges between agents, services or operations, the best first."""
    edges = (saved("dependencies", by=by).sql for by in ("agent", "operation"))
    there = {row[0] for one in edges for row in view.sql(_LAYERS.format(edges=one))}
    return [layer for layer in LAYERS if layer in there]


def named_rows(view: TraceFileView, name: str, by: str | None = None) -> list[dict[str, Any]]:
    """A saved query's rows by the names of their columns."""
    rows = view.saved(name, by=by)
    return [dict(zip(rows.columns, row)) for row in rows]


def _names(view: TraceFileView, query: str, column: str) -> list[str]:
    return [row[0] for row in view.sql(query.format(column=column, most=MOST_OPERATIONS))]
