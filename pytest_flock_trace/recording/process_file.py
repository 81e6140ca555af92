"""The trace file of a process, and what is told of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from pathlib import Path
from typing import Final

from pytest_flock_trace.errors import BadTraceFile, TraceFileHeld
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.writer import TraceFile, load_libraries

_log: Final = logging.getLogger("pytest_flock_trace")


class ProcessFile:
    """A trace file that a process and its forked children write."""

    def __init__(self, path: Path, *, age: timedelta | None = None) -> None:
        load_libraries()
        self._path = path
        self._file = TraceFile(path, age=age)
        self._forked = False
        self._told = ""

    def go_on_in_child(self) -> None:
        """Write what a forked child records, from now on."""
        self._file = TraceFile(self._path)
        self._forked = True

    def write(self, spans: Sequence[Span], partial: AbstractSet[str], *, owned: bool = False) -> None:
        """Write spans, and which traces among theirs go on; `owned` ones are nobody else's."""
        if self._forked:  # what DuckDB had in the parent is half there in the child, which it would bring down
            self._file.write_beside(spans, partial=partial)
        else:
            self._tell(self._file.write(spans, partial=partial, owned=owned))

    def finish(self) -> None:
        """Nothing more comes."""
        if not self._forked:
            self._file.finish()

    def _tell(self, trouble: BadTraceFile | None) -> None:
        """Say once for each reason why spans are not in the file; that others use it is nothing to worry about."""
        if trouble is not None and str(trouble) != self._told:
            self._told = str(trouble)
            level = logging.INFO if isinstance(trouble, TraceFileHeld) else logging.WARNING
            _log.log(level, "%s; spans are kept in %s until it can be used", trouble, self._file.spool.folder)
