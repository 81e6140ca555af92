"""Taking what another trace file holds, or spans that came from elsewhere, into a trace file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.portions import portions
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.store.file.access import opened
from pytest_flock_trace.store.file.appending import append, take_in, take_in_file
from pytest_flock_trace.store.file.reading import Progress, connected
from pytest_flock_trace.store.file.rewriting import tighten
from pytest_flock_trace.store.file.spool import quoted
from pytest_flock_trace.store.file.withholding import withhold
from pytest_flock_trace.store.file.writer import PATIENCE, TraceFile
from pytest_flock_trace.store.load import arrow_table
from pytest_flock_trace.store.rows import columns
from pytest_flock_trace.store.schema import FILLED, PLACES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from pytest_flock_trace.model.span import Span

_AT_ONCE: Final = 200_000
"""Spans that are put in together, more where a trace has more."""
_MANY: Final = 50_000
"""Spans after which it is worth a look how much space they were given for nothing."""
_PARTS: Final = "flock_trace_parts"
_DIVIDE: Final = f"""
    CREATE TEMP TABLE {_PARTS} AS
    WITH
    traces AS (SELECT trace_id, count(*) AS spans, min(start_time) AS start FROM spans GROUP BY trace_id),
    filled AS (
        SELECT trace_id, spans, sum(spans) OVER (ORDER BY start, trace_id) // {_AT_ONCE} AS whole FROM traces
    )
    SELECT trace_id, spans, dense_rank() OVER (ORDER BY whole) - 1 AS part FROM filled
"""
_SIZES: Final = f"SELECT sum(spans)::BIGINT FROM {_PARTS} GROUP BY part ORDER BY part"
_CHOSEN: Final = "spans SEMI JOIN (SELECT trace_id FROM flock_trace_parts WHERE part = {part}) USING (trace_id)"
_NAMES: Final = [column.name for column in FILLED]
_OF_TESTS: Final = {
    "tests": "FROM tests",
    "test_traces": "FROM test_traces",
    "renamed": "FROM renamed",
    "caused": "SELECT trace_id, span_id, start_time FROM spans SEMI JOIN test_traces USING (trace_id)",
}
"""What is needed of the other file to say which test caused which trace, by name of a file of it."""
_Incoming = Callable[[int, "DuckDBPyConnection"], None]
"""Puts the part of this number into the table of incoming rows."""
# A trace whose id was taken has another one here; its spans tell which.
_HOMES: Final = """
    CREATE OR REPLACE TEMP TABLE flock_trace_homes AS
    SELECT DISTINCT said.trace_id AS said, there.trace_id AS home
    FROM read_parquet({caused}) AS said JOIN spans AS there USING (trace_id, span_id, start_time)
    UNION
    SELECT DISTINCT said.trace_id, there.trace_id
    FROM read_parquet({caused}) AS said
    JOIN renamed ON renamed.original_trace_id = said.trace_id AND renamed.original_span_id = said.span_id
    JOIN spans AS there
        ON there.trace_id = renamed.trace_id AND there.span_id = renamed.span_id AND there.start_time = said.start_time
"""
_LINK: Final = """
    INSERT INTO test_traces
    SELECT DISTINCT session, test, attempt, coalesce(home, trace_id)
    FROM read_parquet({test_traces}) AS linked LEFT JOIN flock_trace_homes ON said = trace_id
    EXCEPT FROM test_traces
"""


class Merged(NamedTuple):
    """What came of taking in a file."""

    spans: int
    """Spans that it holds."""
    added: int
    """Those of them that were not there before."""
    tests: int
    """Attempts at tests that were not there before."""


def merge_file(
    path: Path,
    source: Path,
    *,
    outgoing: Callable[[Span], Span] | None = None,
    progress: Progress | None = None,
    patience: float = PATIENCE,
) -> Merged:
    """Take in the spans of a trace file, ours or Flock's, and which tests caused them; each span once.

    `outgoing` says what becomes of those that hold secrets or are too large; the others are not shown to it.
    Taking in the same again changes nothing. Raises `BadArgument` for a file that is to take in itself, and
    `BadTraceFile`.
    """
    if os.path.realpath(path) == os.path.realpath(source):
        raise BadArgument(f"{str(source)!r} can't be taken into itself; name another file")
    with TemporaryDirectory(prefix="flock-trace-") as folder, connected(source, progress=progress) as reader:
        parts = _divided(reader)

        def incoming(part: int, connection: DuckDBPyConnection) -> None:
            take_in_file(connection, _written(reader, part, Path(folder, "part.parquet")))
            if outgoing is not None:
                withhold(connection, outgoing)

        found = _merged(path, incoming, parts, progress, patience)
        tests = _merge_tests(path, reader, Path(folder), patience)
    return Merged(*found, tests)


def merge_spans(
    path: Path, spans: Sequence[Span], *, progress: Progress | None = None, patience: float = PATIENCE
) -> Merged:
    """Take in spans that came from elsewhere; each span once."""
    together: dict[str, list[Span]] = {}
    for span in spans:
        together.setdefault(span.trace_id, []).append(span)
    traces = portions(((trace, len(trace)) for trace in together.values()), _AT_ONCE)
    chunks = [list(chain(*portion)) for portion in traces]

    def incoming(part: int, connection: DuckDBPyConnection) -> None:
        take_in(connection, arrow_table(columns(SpanTree(chunks[part]))))

    found = _merged(path, incoming, list(map(len, chunks)), progress, patience)
    return Merged(*found, 0)


def _merged(
    path: Path, incoming: _Incoming, sizes: Sequence[int], progress: Progress | None, patience: float
) -> tuple[int, int]:
    """Append part after part; how many spans there are, and how many were new."""
    settled = True
    with opened(path, patience=patience) as connection:
        before = _count(connection)
        done = 0
        for part, size in enumerate(sizes):
            incoming(part, connection)
            connection.execute("BEGIN")
            settled &= append(connection)
            connection.execute("COMMIT")
            done += size
            if progress is not None:
                progress(done, sum(sizes))
        added = _count(connection) - before
    if not settled:
        TraceFile(path).settle(patience=patience)
    if sum(sizes) >= _MANY:
        tighten(path)
    return sum(sizes), added


def _divided(reader: DuckDBPyConnection) -> list[int]:
    """The number of spans of each part."""
    reader.execute(_DIVIDE)
    return [row[0] for row in reader.execute(_SIZES).fetchall()]


def _written(reader: DuckDBPyConnection, part: int, file: Path) -> Path:
    """The rows of one part as a file, their places counted from 0."""
    chosen = _CHOSEN.format(part=part)
    low = reader.execute(f"SELECT min(place) FROM {chosen}").fetchall()[0][0]
    taken = ", ".join(f"{one} - {low} AS {one}" if one in PLACES else one for one in _NAMES)
    reader.execute(f"COPY (SELECT {taken} FROM {chosen}) TO {quoted(file)} (FORMAT parquet)")
    return file


def _merge_tests(path: Path, reader: DuckDBPyConnection, folder: Path, patience: float) -> int:
    """Take in which tests caused which traces; how many attempts are new."""
    files = {name: folder / f"{name}.parquet" for name in _OF_TESTS}
    for name, query in _OF_TESTS.items():
        reader.execute(f"COPY ({query}) TO {quoted(files[name])} (FORMAT parquet)")
    said = {name: quoted(file) for name, file in files.items()}
    with opened(path, patience=patience) as connection:
        connection.execute("BEGIN")
        _take_in_absent(
            connection, "renamed", said["renamed"], "trace_id, span_id, original_trace_id, original_span_id"
        )
        added = _take_in_absent(connection, "tests", said["tests"], "session, test, attempt")
        connection.execute(_HOMES.format(**said))
        connection.execute(_LINK.format(**said))
        connection.execute("COMMIT")
    return added


def _take_in_absent(connection: DuckDBPyConnection, table: str, rows: str, key: str) -> int:
    """Add those rows of a file whose key the table lacks; how many."""
    insert = f"INSERT INTO {table} FROM read_parquet({rows}) ANTI JOIN {table} USING ({key})"
    return int(connection.execute(insert).fetchall()[0][0])


def _count(connection: DuckDBPyConnection) -> int:
    return int(connection.execute("SELECT count(*) FROM spans").fetchall()[0][0])
