"""Batches of spans that wait beside a trace file, each a Parquet file, until somebody can put them in."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.store.refusal import explain

if TYPE_CHECKING:
    from arro3.core import Table

_SUFFIX: Final = ".parquet"
_DAMAGED: Final = ".damaged"
_serial: Final = count(1)


class Spool:
    """The folder `traces.duckdb.spool` of a trace file."""

    def __init__(self, file: Path) -> None:
        self.folder = file.with_name(f"{file.name}.spool")

    def add(self, rows: Table) -> Path:
        """Keep rows of table spans, whole or not at all; raises `BadTraceFile` where they can't be written."""
        import duckdb

        name = f"{time.time_ns():020d}-{os.getpid()}-{next(_serial)}{_SUFFIX}"
        draft, kept = self.folder / f".{name}.new", self.folder / name
        # DuckDB looks the variable up by its name, which no table has
        flock_trace_arrow_rows = rows  # noqa: F841  # pyright: ignore[reportUnusedVariable]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with closing(duckdb.connect()) as connection:
                connection.execute("CREATE TEMP TABLE rows AS SELECT * FROM flock_trace_arrow_rows")
                connection.execute(f"COPY rows TO {quoted(draft)} (FORMAT parquet, COMPRESSION zstd)")
            draft.replace(kept)
        except duckdb.Error as exc:
            raise BadTraceFile(explain(str(draft), exc)) from exc
        except OSError as exc:
            raise BadTraceFile(f"{str(draft)!r} cannot be written: {exc}") from exc
        finally:
            draft.unlink(missing_ok=True)
        return kept

    def waiting(self) -> list[Path]:
        """The batches that are there, oldest first."""
        try:
            return sorted(path for path in self.folder.iterdir() if path.suffix == _SUFFIX and path.name[0] != ".")
        except FileNotFoundError:
            return []

    @contextmanager
    def reading(self, batch: Path) -> Generator[None, None, None]:
        """Set a batch aside that can't be read, so that it is told once and stops no other; raises `BadTraceFile`."""
        import duckdb

        try:
            yield
        except duckdb.Error as exc:
            aside = batch.with_name(f"{batch.name}{_DAMAGED}")
            batch.rename(aside)
            raise BadTraceFile(f"{explain(str(batch), exc)}; it is now called {aside.name!r}") from exc

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
