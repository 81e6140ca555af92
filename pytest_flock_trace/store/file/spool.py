"""Batches of spans that wait beside a trace file until somebody can put them in."""

from __future__ import annotations

import gzip
import json
import os
import time
import zlib
from itertools import count
from pathlib import Path
from typing import Final

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.store.file.batch import Batch

_SUFFIX: Final = ".json.gz"
_DAMAGED: Final = ".damaged"
_serial: Final = count(1)


class Spool:
    """The folder `traces.duckdb.spool` of a trace file.

    A batch is a gzipped JSON document: `version`, `columns` with a list of values for each column of table spans, and
    `tests`. Making one takes nothing but Python, so that it works where DuckDB does not: in a forked child, in a
    handler of a signal, and on a disk that is almost full.
    """

    def __init__(self, file: Path) -> None:
        self.folder = file.with_name(f"{file.name}.spool")

    def add(self, batch: Batch) -> Path:
        """Keep a batch, whole or not at all; raises `BadTraceFile` where it can't be written."""
        name = f"{time.time_ns():020d}-{os.getpid()}-{next(_serial)}{_SUFFIX}"
        draft, kept = self.folder / f".{name}.new", self.folder / name
        text = json.dumps(batch.to_document(), ensure_ascii=False, separators=(",", ":"))
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                draft.write_bytes(gzip.compress(text.encode(), compresslevel=1))
                draft.replace(kept)
            finally:
                draft.unlink(missing_ok=True)
        except OSError as exc:
            raise BadTraceFile(f"{str(draft)!r} cannot be written: {exc}") from exc
        return kept

    def waiting(self) -> list[Path]:
        """The batches that are there, oldest first."""
        try:
            return sorted(path for path in self.folder.iterdir() if path.name.endswith(_SUFFIX) and path.name[0] != ".")
        except OSError:  # nobody ever had any, or the last was just put in
            return []

    def read(self, batch: Path) -> Batch:
        """What a file holds; one that can't be read is set aside, so that it is told once and stops no other.

        Raises `BadTraceFile` for such a one.
        """
        try:
            return Batch.of_document(json.loads(gzip.decompress(batch.read_bytes())))
        except (gzip.BadGzipFile, zlib.error, EOFError, KeyError, TypeError, ValueError) as exc:
            aside = batch.with_name(f"{batch.name}{_DAMAGED}")
            batch.rename(aside)
            raise BadTraceFile(f"{str(batch)!r} is no batch of spans ({exc}); it is now called {aside.name!r}") from exc

    def forget(self, batches: list[Path]) -> None:
        """Delete batches that the file holds now, and the folder with the last of them."""
        for path in batches:
            path.unlink(missing_ok=True)
        try:
            self.folder.rmdir()
        except OSError:  # others have batches there, or nobody ever had
            return


def quoted(path: Path) -> str:
    """The path as a literal of SQL."""
    return "'" + str(path).replace("'", "''") + "'"
