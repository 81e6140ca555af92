"""The questions in SQL that come with the package, what they answer, and what else can be asked."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, Final

from pytest_flock_trace.store.file.schema import TABLES
from pytest_flock_trace.store.query import names, query
from pytest_flock_trace.store.schema import COLUMNS, RUNS
from pytest_flock_trace.viewer.answers.portable import Answer, portable, whole

if TYPE_CHECKING:
    from pytest_flock_trace.model.redaction import Redaction
    from pytest_flock_trace.store.file.reading import TraceFileView

MOST_ROWS: Final = 1_000
"""Rows of an answer that a static page holds."""
_TABLE: Final = re.compile(
    r"-- (?P<about>[^\n]+)\n    CREATE TABLE IF NOT EXISTS (?P<name>\w+) \((?P<columns>.+?)\n    \);", re.DOTALL
)
_COLUMN: Final = re.compile(r"^\s+(\w+) ([A-Z]+)[^-\n]*(?:-- (.+))?$", re.MULTILINE)
_RUN_COLUMN: Final = re.compile(r"^    (?:.+ AS )?(\w+), +-- (.+)$", re.MULTILINE)
_LIKE_SPANS: Final = {column.name: column.type for column in COLUMNS}


def queries() -> list[Answer]:
    """All of them, by name."""
    return [{"name": one.name, "title": one.title, "about": one.about, "sql": one.sql} for one in map(query, names())]


def answered(view: TraceFileView, name: str, redaction: Redaction, *, most: int = MOST_ROWS) -> Answer:
    """The rows that a saved query answers, as many as fit, without secrets in texts. Raises `BadArgument`."""
    sql = query(name).sql
    types = [(column, kind) for column, kind, *_ in view.sql(f"DESCRIBE {sql}")]
    began = time.perf_counter()
    rows = view.sql(sql)
    return {
        "columns": [{"name": column, "type": kind} for column, kind in types],
        "rows": [[_cell(value, redaction) for value in row] for row in list(rows)[:most]],
        "total": whole(len(rows)),
        "truncated": len(rows) > most,
        "ms": round((time.perf_counter() - began) * 1_000),
    }


def table_schema() -> Answer:
    """The tables and what their columns mean, for whoever writes SQL."""
    spans = [{"name": one.name, "type": one.type, "about": one.about} for one in COLUMNS]
    runs = [
        {"name": name, "type": _LIKE_SPANS.get(name, "BIGINT" if name != "nested" else "BOOLEAN"), "about": about}
        for name, about in _RUN_COLUMN.findall(RUNS)
    ]
    kept = [
        {
            "name": table["name"],
            "about": table["about"],
            "columns": [_column(*found) for found in _COLUMN.findall(table["columns"])],
        }
        for table in _TABLE.finditer(TABLES)
    ]
    return {
        "tables": [
            {"name": "spans", "about": "One row for each span.", "columns": spans},
            {"name": "runs", "about": "One row for the root span of every traced_run.", "columns": runs},
            *(table for table in kept if table["name"] != "renamed"),
        ]
    }


def _column(name: str, kind: str, about: str) -> dict[str, str]:
    return {"name": name, "type": kind, "about": about or _ABOUT.get(name, "")}


_ABOUT: Final = {
    "session": "id of the session, the same for all its processes",
    "test": "node id",
    "attempt": "from 1; reruns count on",
    "trace_id": "trace that the attempt caused",
}
"""Of the columns that a table shares with another, where they are told."""


def _cell(value: object, redaction: Redaction) -> Any:
    return redaction.text(portable(value)) if isinstance(value, str) else portable(value)
