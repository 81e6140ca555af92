"""Pruning and clearing trace files, so that they get smaller."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pytest_flock_trace.errors import BadArgument, BadTraceFile
from pytest_flock_trace.store.file.access import opened
from pytest_flock_trace.store.file.expiry import EXCESS, check_days, delete, expire
from pytest_flock_trace.store.file.rewriting import rewrite
from pytest_flock_trace.store.file.spool import Spool
from pytest_flock_trace.store.file.writer import PATIENCE, TraceFile

_ROUNDS: Final = 4
"""How often a file is rewritten until it fits: traces differ in size, so that their number says little at first."""


def prune(path: Path, *, days: float | None = None, most_bytes: int | None = None, patience: float = PATIENCE) -> int:
    """Delete whole traces, the oldest first, and give their space back; how many spans went.

    Deletes those of which nothing was written for `days`, and as many more as it takes for the file to be no larger
    than `most_bytes`, as far as an empty file is. Raises `BadArgument` for limits that are none and `BadTraceFile`.
    """
    age = None if days is None else check_days(days)
    if most_bytes is not None and most_bytes <= 0:
        raise BadArgument(f"most_bytes={most_bytes!r} is no size above 0; use clear to delete everything")
    _must_exist(path)
    TraceFile(path).settle(patience=patience)
    gone = 0
    if age is not None:
        with opened(path, patience=patience) as connection:
            connection.execute("BEGIN")
            gone = expire(connection, age)
            connection.execute("COMMIT")
    rewrite(path)
    if most_bytes is not None:
        gone += _shrink(path, most_bytes, patience)
    return gone


def clear(path: Path, *, patience: float = PATIENCE) -> int:
    """Delete all spans, those that wait beside the file included, and give their space back; how many there were."""
    _must_exist(path)
    TraceFile(path).merge(patience=patience)
    with opened(path, patience=patience) as connection:
        connection.execute("BEGIN")
        count = connection.execute("SELECT count(*) FROM spans").fetchall()[0][0]
        for table in ("spans", "renamed", "tests", "test_traces"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute("COMMIT")
    rewrite(path)
    return int(count)


def _must_exist(path: Path) -> None:
    if not path.exists() and not Spool(path).waiting():
        raise BadTraceFile(f"there is no file {str(path)!r}")


def _shrink(path: Path, most_bytes: int, patience: float) -> int:
    gone = 0
    for _ in range(_ROUNDS):
        size = path.stat().st_size
        if size <= most_bytes:
            break
        with opened(path, patience=patience) as connection:
            spans = connection.execute("SELECT count(*) FROM spans").fetchall()[0][0]
            if not spans:
                break
            connection.execute("BEGIN")
            gone += delete(connection, EXCESS, int(spans * most_bytes / size * 0.95))
            connection.execute("COMMIT")
        rewrite(path)
    return gone
