"""Emptying a trace file on request."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path
from typing import TypedDict

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.store.file.retention import clear


class Cleared(TypedDict):
    """How clearing a trace file went."""

    success: bool
    deleted_count: int
    """Spans that the file held."""
    error: str | None
    """What kept the file from being cleared."""


def clear_traces(path: str | PathLike[str] = ".flock/traces.duckdb") -> Cleared:
    """Delete all that a trace file holds and give its space back.

    Never raises for a file that is not there, is held by another process or is none: `error` says so.
    """
    try:
        return Cleared(success=True, deleted_count=clear(Path(fspath(path))), error=None)
    except BadTraceFile as exc:
        return Cleared(success=False, deleted_count=0, error=str(exc))
