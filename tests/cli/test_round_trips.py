"""What goes through a trace file and comes out again is what went in, but for secrets and what is endless."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import flock_file
import pytest
from hypothesis import given, settings
from strategies import telling_spans

from pytest_flock_trace.cli.main import main
from pytest_flock_trace.cli.trace_source import foreign
from pytest_flock_trace.interop.otlp import JSON, PROTOBUF, encode
from pytest_flock_trace.model.outgoing import Outgoing
from pytest_flock_trace.model.payload import to_json
from pytest_flock_trace.model.span import Event, Link, Span, SpanKey

FIELDS = (
    *("trace_id", "span_id", "parent_id", "name", "service", "operation", "kind", "status", "status_description"),
    *("start_ns", "end_ns", "attributes", "events", "links", "resource", "scope", "consumed", "produced"),
    *("waits", "late", "unfinished", "detached", "dropped"),
)
DOCUMENTS = {"attributes", "events", "links", "resource"}
MOMENTS = 2**63
"""Fewer than OTLP has room for; a trace file ends in the year 2262."""


def sent_through(file: Path, form: str, folder: Path) -> Path:
    """The file's spans, imported and exported."""
    store, output = folder / "traces.duckdb", folder / f"exported.{form}"
    assert main(["import", str(file), "--store", str(store), "--json"]) == 0
    assert main(["export", "--format", form, "--output", str(output), "--store", str(store), "--json"]) == 0
    return output


def told(spans: Iterable[Span]) -> dict[SpanKey, list[object]]:
    """Every field of each; values as JSON says them, which has no type for bytes and no number that is none."""
    return {span.key: [_plain(getattr(span, name)) for name in FIELDS] for span in spans}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return json.loads(to_json(value))
    if isinstance(value, (Event, Link)):
        return [_plain(getattr(value, one.name)) for one in fields(value)]
    if isinstance(value, tuple):
        return [*map(_plain, value)]
    return value


def in_time(spans: Iterable[Span]) -> list[Span]:
    return [one.replace(start_ns=one.start_ns % MOMENTS, end_ns=one.end_ns % MOMENTS) for one in spans]


@pytest.mark.parametrize("encoding", [JSON, PROTOBUF])
@settings(max_examples=15)
@given(spans=telling_spans().filter(bool).map(in_time))
def test_otlp_comes_out_of_a_trace_file_as_it_went_in(encoding: str, spans: list[Span]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder, "sent")
        file.write_bytes(encode(spans, encoding))

        found = foreign(sent_through(file, "otlp", Path(folder))).spans

    assert told(found) == told(map(Outgoing(), spans))


@settings(max_examples=15)
@given(spans=telling_spans().filter(bool).map(in_time))
def test_what_flock_wrote_comes_out_as_parquet_with_all_that_flock_says(spans: list[Span]) -> None:
    written = [*map(as_flock_says, spans)]
    with TemporaryDirectory() as folder:
        file = flock_file.write(Path(folder, "flock.duckdb"), written)
        output = sent_through(file, "parquet", Path(folder))
        with closing(duckdb.connect()) as connection:
            names = list(flock_file.row_of(written[0]))
            query = f"SELECT {', '.join(names)} FROM read_parquet(?, hive_partitioning = true)"
            found = connection.execute(query, [f"{output}/*/*.parquet"]).fetchall()

    assert rows_by_id(dict(zip(names, row)) for row in found) == rows_by_id(map(flock_file.row_of, written))


def as_flock_says(span: Span) -> Span:
    """The span without what Flock's JSON has no type for; clocks go forward there."""
    said = {name: _plain(getattr(span, name)) for name in ("attributes", "resource")}
    return Outgoing()(span.replace(**said, events=(), links=(), end_ns=max(span.start_ns, span.end_ns)))


def rows_by_id(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Flock's rows, their documents parsed."""
    return {
        row["span_id"]: {name: json.loads(value) if name in DOCUMENTS else value for name, value in row.items()}
        for row in rows
    }
