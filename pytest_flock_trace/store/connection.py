"""The one DuckDB instance of a process and the catalogs attached to it."""

from __future__ import annotations

import os
import threading
from collections import deque
from itertools import count
from typing import TYPE_CHECKING

from pytest_flock_trace.store.instance_settings import one_thread
from pytest_flock_trace.store.load import replace_spans
from pytest_flock_trace.store.rows import Columns
from pytest_flock_trace.store.schema import create_runs

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Catalog:
    """A database in memory: its name, quoted for SQL, and a cursor on which unqualified names mean its tables."""

    def __init__(self, instance: _Instance, name: str, cursor: DuckDBPyConnection) -> None:
        self._instance = instance
        self.name = name
        self.cursor = cursor
        self._has_view = False

    def load(self, columns: Columns) -> None:
        """Put these spans in place of all that table `spans` held; make the view `runs` with the first ones."""
        with self._instance.lock:
            # a connection of its own: what the user does on the cursor may be in a transaction, even a broken one
            connection = self._instance.connected()
            replace_spans(connection, f"{self.name}.main.spans", columns)
            if not self._has_view:
                connection.execute(create_runs(f"{self.name}.main.runs", f"{self.name}.main.spans"))
                self._has_view = True

    def close(self) -> None:
        """Throw the database away."""
        self.cursor.close()
        self.abandon()
        self._instance.sweep()

    def abandon(self) -> None:
        """Have the database thrown away at the next opportunity; takes no lock, so a finaliser may call it."""
        self._instance.abandoned.append(self.name)


class _Instance:
    """DuckDB in memory: opened for the first catalog and kept, since attaching costs far less than opening."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.abandoned: deque[str] = deque()
        self._connection: DuckDBPyConnection | None = None
        self._attached: set[str] = set()
        self._serial = count(1)
        self._ending = False

    def connected(self) -> DuckDBPyConnection:
        if self._connection is None:
            self._connection = _open()
        return self._connection

    def attach(self) -> Catalog:
        with self.lock:
            self._ending = False
            self.sweep()
            name = f"flock_trace_{next(self._serial)}"
            self.connected().execute(f"ATTACH ':memory:' AS {name}")
            self._attached.add(name)
            cursor = self.connected().cursor()
            cursor.execute(f"USE {name}")
            return Catalog(self, name, cursor)

    def sweep(self) -> None:
        """Detach what was abandoned; close the instance if it is to end and nothing is attached."""
        with self.lock:
            while self.abandoned:
                if (name := self.abandoned.popleft()) in self._attached:  # closed ones are abandoned once more
                    self.connected().execute(f"DETACH DATABASE IF EXISTS {name}")
                    self._attached.remove(name)
            if self._ending and not self._attached and self._connection is not None:
                self._connection.close()
                self._connection = None

    def end(self) -> None:
        with self.lock:
            self._ending = True
            self.sweep()


_instances: dict[int, _Instance] = {}
"""By process id: a forked child can use neither the connection nor the locks that it inherited."""


def attach() -> Catalog:
    """A new catalog; opens the process's DuckDB instance if need be."""
    return _instances.setdefault(os.getpid(), _Instance()).attach()


def shutdown() -> None:
    """Close the process's DuckDB instance, at once or with the last catalog that is still attached."""
    if (instance := _instances.get(os.getpid())) is not None:
        instance.end()


def _open() -> DuckDBPyConnection:
    import duckdb

    return duckdb.connect(":memory:", config=one_thread())
