"""A copy of a trace file to look into at leisure, while others write to the file.

The file itself is never opened as a database: whoever did that would keep writers out meanwhile, and Flock's exporter
drops the spans that it cannot write. Its bytes are copied, together with DuckDB's log and the batches that wait; if
nobody has written from before to after that, they are what a reader would have found.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pytest_flock_trace.errors import BadTraceFile, TraceFileHeld
from pytest_flock_trace.store.file import access
from pytest_flock_trace.store.file.access import opened
from pytest_flock_trace.store.file.packing import all_columns
from pytest_flock_trace.store.file.spool import Spool
from pytest_flock_trace.store.file.state import FileState, log_of
from pytest_flock_trace.store.file.writer import TraceFile
from pytest_flock_trace.store.schema import create_runs
from pytest_flock_trace.store.sealed import sealed

STILL: Final = 0.1
"""Seconds since the last change: file systems tell moments in steps of some milliseconds."""
_PAUSE: Final = 0.05
SHOWN: Final = "shown"
"""The schema of a snapshot in which `spans` has every column, as `main` of a trace file has not."""
_NAME: Final = "traces.duckdb"
_MEMORY: Final = "256MB"
_OURS: Final = "SELECT 1 FROM duckdb_tables() WHERE schema_name = 'main' AND table_name = 'flock_trace_schema'"


@dataclass(frozen=True)
class Snapshot:
    """A trace file as it was, settled, with what waited beside it and with views; whoever took it may delete it."""

    file: Path
    state: FileState
    """Of the file that it was taken of."""
    complaints: tuple[str, ...]
    """What could not be read of what waited."""
    flocks: bool
    """Nobody but Flock has written to the file yet."""


def take_snapshot(path: Path, folder: Path, *, patience: float = 1.0) -> Snapshot:
    """Copy the trace file into an empty folder and settle the copy.

    Raises `TraceFileHeld` where somebody writes for longer than `patience` seconds, and `BadTraceFile` for what is no
    trace file.
    """
    file, copy = Path(os.path.realpath(path)), folder / _NAME
    state = _copied(file, copy, time.monotonic() + patience)
    try:
        flocks = _is_flocks(copy)
        complaints = tuple(_settled(copy))
        with opened(copy) as connection:
            connection.execute(f"CREATE SCHEMA {SHOWN}; CREATE VIEW {SHOWN}.spans AS {all_columns('main.spans')}")
            connection.execute(create_runs(f"{SHOWN}.runs", f"{SHOWN}.spans"))
    except BadTraceFile as exc:
        if FileState.of(file) != state:
            raise _written_to(file) from exc
        raise type(exc)(str(exc).replace(str(copy), str(path))) from exc.__cause__
    return Snapshot(copy, state, complaints, flocks)


def _copied(file: Path, copy: Path, deadline: float) -> FileState:
    """Copy the file once nobody writes to it; the state that it was in."""
    while True:
        state = FileState.of(file)
        if not state.exists:
            raise BadTraceFile(f"there is no file {str(file)!r} any more")
        try:
            with access.in_this_process:
                _copy(file, copy, state)
        except TraceFileHeld:
            if time.monotonic() > deadline:
                raise
            shutil.rmtree(Spool(copy).folder, ignore_errors=True)
            log_of(copy).unlink(missing_ok=True)
            time.sleep(_PAUSE)
        else:
            return state


def _copy(file: Path, copy: Path, state: FileState) -> None:
    if abs(time.time_ns() - state.changed_ns) < STILL * 1e9:
        raise _written_to(file)
    try:
        for one in (log_of(file), file):
            if one.exists():
                shutil.copyfile(one, copy if one is file else log_of(copy))
        batches = Spool(file).waiting()
        if batches:
            Spool(copy).folder.mkdir()
        for batch in batches:
            shutil.copyfile(batch, Spool(copy).folder / batch.name)
    except FileNotFoundError as exc:  # a log or a batch that was put in meanwhile
        raise _written_to(file) from exc
    except OSError as exc:
        raise BadTraceFile(f"{str(file)!r} cannot be read: {exc}") from exc
    if FileState.of(file) != state:
        raise _written_to(file)


def _is_flocks(copy: Path) -> bool:
    import duckdb

    if not copy.exists():
        return False
    try:
        with closing(sealed(copy, memory=_MEMORY)) as connection:
            return not connection.execute(_OURS).fetchall()
    except duckdb.Error:  # opening it for writing tells what is wrong
        return False


def _settled(copy: Path) -> Iterator[str]:
    """Settle the copy; each damaged batch is set aside when it is met, and told."""
    for _ in range(len(Spool(copy).waiting()) + 1):
        waiting = len(Spool(copy).waiting())
        try:
            TraceFile(copy).settle()
        except BadTraceFile as exc:
            if len(Spool(copy).waiting()) == waiting:
                raise
            yield str(exc).replace(f"{copy.parent}{os.sep}", "")
        else:
            return


def _written_to(file: Path) -> TraceFileHeld:
    return TraceFileHeld(f"{file.name!r} is being written")
