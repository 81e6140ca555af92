"""Opening a trace file for writing, when several processes want to."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.errors import BadTraceFile, TraceFileHeld
from pytest_flock_trace.store.file.schema import STORAGE_VERSION, bring_up_to_date, create
from pytest_flock_trace.store.file.state import log_of
from pytest_flock_trace.store.instance_settings import one_thread
from pytest_flock_trace.store.refusal import PASSING, Refusal, explain

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SHORTEST: Final = 0.005
_LONGEST: Final = 0.2
"""Seconds between two attempts at a file that somebody else holds; they double."""

_DRAFT: Final = {"storage_compatibility_version": STORAGE_VERSION, "checkpoint_threshold": "1b"}
"""What is committed goes into the file at once: a log of it would bear the name that the file was made under."""

in_this_process: Final = threading.RLock()
"""Held while a trace file or a batch is open. Locks on files do not keep a process's own threads apart, and up to
DuckDB 1.4 nothing else does. A fork waits for it: half an open database would bring the child down."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=in_this_process.acquire,
        after_in_parent=in_this_process.release,
        after_in_child=in_this_process.release,
    )


@contextmanager
def opened(path: Path, *, patience: float = 0.0) -> Generator[DuckDBPyConnection, None, None]:
    """A connection that may write; the file is made if it is not there, and has our tables and columns.

    Tries for `patience` seconds while others hold the file and then raises `TraceFileHeld`. Raises `BadTraceFile` for
    what can't be used at all.
    """
    import duckdb

    file = Path(os.path.realpath(path))
    try:
        with _connected(file, time.monotonic() + patience) as connection:
            bring_up_to_date(connection)
            yield connection
    except BadTraceFile as exc:
        raise type(exc)(f"{str(file)!r}: {exc}" if repr(str(file)) not in str(exc) else str(exc)) from exc
    except duckdb.ProgrammingError:
        raise  # a mistake in our own statements, which no other file would help
    except (duckdb.Error, OSError) as exc:
        raise _misfortune(file, exc) from exc


@contextmanager
def _connected(file: Path, deadline: float) -> Generator[DuckDBPyConnection, None, None]:
    pause = _SHORTEST
    while True:
        with in_this_process:
            connection = _connect(file, last=time.monotonic() > deadline)
            if connection is not None:
                with closing(connection):
                    yield connection
                return
        time.sleep(random.uniform(pause / 2, pause))  # noqa: S311  # so that two that wait do not wait in step
        pause = min(2 * pause, _LONGEST)


def _connect(file: Path, *, last: bool) -> DuckDBPyConnection | None:
    """None where others hold the file, unless this is the last attempt, or have just made it or replaced it."""
    import duckdb

    if not file.exists():
        return _made(file)
    try:
        before = file.stat().st_ino
        connection = _alone_or_shared(str(file))
    except duckdb.Error as exc:
        if last or Refusal.of(exc) not in PASSING:
            raise
        return None
    if file.exists() and file.stat().st_ino == before:
        return connection
    connection.close()  # it was rewritten as a new file in the meantime, and this one is nobody's any more
    return None


def _alone_or_shared(file: str) -> DuckDBPyConnection:
    """On one thread, unless this process has the file open already: then it is shared with the threads that it has.

    Each thread leaves memory behind that the C library keeps for the next one. In a session that writes again and
    again, that was up to 3 KB a test (benchmark `memory`).
    """
    import duckdb

    try:
        return duckdb.connect(file, config=one_thread())
    except duckdb.Error as exc:
        if Refusal.of(exc) is not Refusal.OPEN_HERE:
            raise
    return duckdb.connect(file)


def _made(file: Path) -> DuckDBPyConnection | None:
    """A connection to a new file, which is made aside and put in place in one step; None if it has to be opened yet."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}.{threading.get_ident()}.new")
    _remove(draft)
    try:
        return _placed(draft, file)
    finally:
        _remove(draft)


def _placed(draft: Path, file: Path) -> DuckDBPyConnection | None:
    """Whoever makes the file goes on with it under its new name, since to open it once more would take long."""
    import duckdb

    connection = duckdb.connect(str(draft), config={**one_thread(), **_DRAFT})
    try:
        create(connection)
        os.link(draft, file)
        draft.unlink()
    except OSError:  # somebody else was quicker, there are no links here, or what is open keeps its name
        connection.close()
        if not file.exists():
            draft.rename(file)
        return None
    except BaseException:
        connection.close()
        raise
    return connection


def _remove(draft: Path) -> None:
    for one in (draft, log_of(draft)):
        one.unlink(missing_ok=True)


def _misfortune(file: Path, exc: Exception) -> BadTraceFile:
    import duckdb

    if not isinstance(exc, duckdb.Error):
        return BadTraceFile(f"{str(file)!r} cannot be written: {exc}")
    kind = TraceFileHeld if Refusal.of(exc) in PASSING else BadTraceFile
    return kind(explain(str(file), exc))
