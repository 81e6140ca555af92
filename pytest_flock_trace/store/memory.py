"""A test's spans in a database of their own."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from typing import Final

from pytest_flock_trace.errors import BadArgument, StoreClosed
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.store.connection import Catalog, attach
from pytest_flock_trace.store.query import query as shipped
from pytest_flock_trace.store.result import Parameters, Rows, fetch
from pytest_flock_trace.store.rows import columns

_NEVER: Final = object()


class TraceStore:
    """Table `spans` and view `runs`, filled with the spans that there are when SQL is asked.

    `read` gives the spans, and a token that compares equal for as long as they stay the same. Nothing is opened before
    the first query. Tables that a query makes last until `close` and are no other store's; a forked child process
    starts without them.
    """

    def __init__(self, read: Callable[[], tuple[object, SpanTree]], *, name: str = "trace store") -> None:
        self.name = name
        self._read: Callable[[], tuple[object, SpanTree]] | None = read
        self._sessions: dict[int, _Session] = {}

    def sql(self, query: str, parameters: Parameters | None = None) -> Rows:
        """DuckDB's answer, fetched at once.

        `parameters` are a sequence for each `?` or a mapping for each `$name`. A transaction that a query opens keeps
        the spans that it saw first. Raises `BadQuery` for what DuckDB refuses and `StoreClosed` after `close`.
        """
        session = self._session()
        with session.lock:
            if self._read is None:
                raise StoreClosed(f"{self.name} is closed and its tables are gone; ask SQL before the test has ended")
            return fetch(session.refreshed(self, *self._read()).cursor, query, parameters)

    def saved(self, name: str, *, by: str | None = None) -> Rows:
        """The answer to a query that comes with the package, grouped by another column than the usual one if asked.

        Raises `BadArgument` for a query or column that does not exist, and names those that do, and for a query on
        tables that only trace files hold.
        """
        found = shipped(name, by=by)
        if found.needs:
            raise BadArgument(
                f"query {name!r} asks of {' and '.join(found.needs)}, which only a trace file holds and {self.name} "
                "does not; ask it of a file"
            )
        return self.sql(found.sql)

    def close(self) -> None:
        """Throw the tables away; no query can be asked any more."""
        session = self._session()
        with session.lock:
            self._read = None
            session.close()

    def _session(self) -> _Session:
        return self._sessions.setdefault(os.getpid(), _Session())

    def __repr__(self) -> str:
        return f"<TraceStore {self.name!r}{', closed' if self._read is None else ''}>"


class _Session:
    """What a store has open in one process: a fork inherits locks and connections that it cannot use."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._catalog: Catalog | None = None
        self._loaded: object = _NEVER

    def refreshed(self, store: TraceStore, token: object, tree: SpanTree) -> Catalog:
        """The store's catalog, with these spans in its table."""
        if self._catalog is None:
            self._catalog = attach()
            # nobody closes the store of a run outside pytest
            weakref.finalize(store, self._catalog.abandon).atexit = False
        if self._loaded is _NEVER or self._loaded != token:
            self._catalog.load(columns(tree))
            self._loaded = token
        return self._catalog

    def close(self) -> None:
        if self._catalog is not None:
            self._catalog.close()
            self._catalog = None
