"""Writing spans into a trace file that others write and read, too."""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Sequence
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.model.span import WAIT_NAMES, Span
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.store.file.access import opened
from pytest_flock_trace.store.file.appending import put_in
from pytest_flock_trace.store.file.attempts import AttemptRow, append_tests
from pytest_flock_trace.store.file.batch import Batch
from pytest_flock_trace.store.file.expiry import expire
from pytest_flock_trace.store.file.settling import settle, unsettled
from pytest_flock_trace.store.file.spool import Spool
from pytest_flock_trace.store.rows import columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PATIENCE: Final = 2.0
"""Seconds for which a batch tries to get into a file that others hold, before it is kept beside it."""


class TraceFile:
    """A trace file to write to. It is open only while something is written, so that others get their turn.

    Traces of which nothing was written for longer than `age` go when the first spans are written.
    What can't be written at once, because others hold the file or it can't be written at all, is kept beside it and
    put in with the next batch, by whichever process writes that.
    """

    def __init__(
        self, path: str | os.PathLike[str], *, waits: Sequence[str] = WAIT_NAMES, age: timedelta | None = None
    ) -> None:
        self.path = Path(os.path.realpath(path))
        self.spool = Spool(self.path)
        self._waits = waits
        self._age = age
        self._lock = threading.Lock()
        self._settled = True

    def write(
        self,
        spans: Sequence[Span],
        *,
        partial: Collection[str] = (),
        tests: Sequence[AttemptRow] = (),
        beside: Collection[Path] = (),
        owned: bool = False,
        patience: float = PATIENCE,
    ) -> BadTraceFile | None:
        """Keep these spans and tests, in the file or beside it; why they are not in the file, None where they are.

        `partial` are the ids of traces of which more spans are to come, `beside` the batches that `write_beside` made
        of the same; spans that are `owned` are nobody else's. Raises `BadTraceFile` where the spans could not be kept
        at all.
        """
        if not (spans or tests):
            return None
        batch = _batch(spans, partial, tests, owned=owned)
        with self._lock:
            try:
                with opened(self.path, patience=patience) as connection:
                    self._put(connection, batch, beside)
            except BadTraceFile as exc:
                if not beside:
                    self.spool.add(batch)
                return exc
        return None

    def write_beside(
        self, spans: Sequence[Span], *, partial: Collection[str] = (), tests: Sequence[AttemptRow] = ()
    ) -> Path | None:
        """Keep these, if any, beside the file, without DuckDB; where that is. Raises `BadTraceFile` if it can't be."""
        return self.spool.add(_batch(spans, partial, tests)) if spans or tests else None

    def merge(self, *, patience: float = PATIENCE) -> None:
        """Put in what waits beside the file; raises `BadTraceFile` where the file can't be used."""
        if self.spool.waiting():
            with self._lock, opened(self.path, patience=patience) as connection:
                self._merge(connection)

    def finish(self, *, patience: float = PATIENCE) -> BadTraceFile | None:
        """Settle what this object has written in parts; what hinders it, which others may do without later."""
        if self._settled and not self.spool.waiting():
            return None
        try:
            self.settle(patience=patience)
        except BadTraceFile as exc:
            return exc
        return None

    def settle(self, *, patience: float = PATIENCE) -> None:
        """Put in what waits beside the file, and work out what only whole traces tell; raises `BadTraceFile`."""
        with self._lock, opened(self.path, patience=patience) as connection:
            self._merge(connection)
            if traces := unsettled(connection):
                connection.execute("BEGIN")
                settle(connection, traces, waits=self._waits)
                connection.execute("COMMIT")
        self._settled = True

    def _put(self, connection: DuckDBPyConnection, batch: Batch, beside: Collection[Path]) -> None:
        self._merge(connection, leaving=beside)
        connection.execute("BEGIN")
        if self._age is not None:
            expire(connection, self._age)
        self._append(connection, batch)
        connection.execute("COMMIT")
        self.spool.forget(list(beside))
        self._age = None

    def _append(self, connection: DuckDBPyConnection, batch: Batch) -> None:
        if batch.columns["span_id"]:
            self._settled &= put_in(connection, batch.columns)
        append_tests(connection, batch.tests)

    def _merge(self, connection: DuckDBPyConnection, *, leaving: Collection[Path] = ()) -> None:
        """Put in the batches that wait, but for some; one that is put in and not deleted does no harm the next time."""
        batches = [batch for batch in self.spool.waiting() if batch not in leaving]
        for batch in batches:
            found = self.spool.read(batch)
            connection.execute("BEGIN")
            self._append(connection, found)
            connection.execute("COMMIT")
        if batches:
            self.spool.forget(batches)


def load_libraries() -> None:
    """Import what writing needs.

    Later it may be too late: a child that is forked during an import in another thread is left with half a module, and
    importing DuckDB after a Ctrl-C makes Python forget that this is why it ends.
    """
    for name in ("arro3.core", "duckdb"):
        import_module(name)


def _batch(
    spans: Sequence[Span], partial: Collection[str], tests: Sequence[AttemptRow], *, owned: bool = False
) -> Batch:
    found = columns(SpanTree(spans, owned=owned))
    if partial:
        found["place"] = [
            None if trace in partial else place for trace, place in zip(found["trace_id"], found["place"])
        ]
    return Batch(found, tests)
