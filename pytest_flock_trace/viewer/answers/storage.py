"""How much is stored, where, and for how long."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.store.file.spool import Spool
from pytest_flock_trace.viewer.answers.moment import milliseconds
from pytest_flock_trace.viewer.answers.portable import Answer, ratio, whole, whole_or_none

if TYPE_CHECKING:
    from pytest_flock_trace.store.file.reading import TraceFileView

_SIZES: Final = """
    SELECT count(*), count(DISTINCT trace_id), min(start_time), max(greatest(start_time, end_time)) FROM spans
"""
_TESTS: Final = "SELECT count(*) FROM tests"
_TABLES: Final = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'file' AND schema_name = 'main'"
_VERSION: Final = "SELECT max(version) FROM file.main.flock_trace_schema"


def storage(
    view: TraceFileView, path: Path, *, shown: str | None = None, retention_days: float | None = None
) -> Answer:
    """Sizes of the file and of what is in it; `shown` is what to call it, its whole path unless said."""
    spans, traces, first, last = next(iter(view.sql(_SIZES)))
    version = _version(view)
    return {
        "path": str(path) if shown is None else shown,
        "bytes": whole(path.stat().st_size if path.exists() else 0),
        "spans": whole(spans),
        "traces": whole(traces),
        "tests": whole(next(iter(view.sql(_TESTS)))[0]),
        "first_ms": milliseconds(first),
        "last_ms": milliseconds(last),
        "schema_version": whole_or_none(version),
        "flocks": version is None and path.exists(),
        "waiting_batches": len(Spool(path).waiting()),
        "retention_days": ratio(retention_days),
    }


def _version(view: TraceFileView) -> int | None:
    """Of our tables; None in a file that only Flock has written, and where batches alone are there."""
    if ("flock_trace_schema",) not in list(view.sql(_TABLES)):
        return None
    found: int | None = next(iter(view.sql(_VERSION)))[0]
    return found
