"""A trace file as tables: what waits beside it belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from pytest_flock_trace.errors import BadQuery
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.reading import TraceFileView, viewed
from pytest_flock_trace.store.file.writer import TraceFile


def spans(trace_id: str, start: int = 0, number: int = 2) -> list[Span]:
    root = Span("root", span_id=f"{trace_id}0", trace_id=trace_id, start_ns=start, end_ns=start + 99)
    steps = [
        Span("step", span_id=f"{trace_id}{at}", parent_id=f"{trace_id}0", trace_id=trace_id, start_ns=start + at)
        for at in range(1, number)
    ]
    return [root, *steps]


@pytest.fixture
def file(tmp_path: Path) -> TraceFile:
    file = TraceFile(tmp_path / "traces.duckdb")
    assert file.write(spans("a")) is None
    return file


@contextmanager
def open_here(path: Path) -> Iterator[None]:
    """For reading, so that nobody can write."""
    with duckdb.connect(str(path), read_only=True):
        yield


def names(view: TraceFileView) -> list[tuple[str, str, int]]:
    return view.sql("SELECT trace_id, name, place FROM spans ORDER BY place").fetchall()


def test_spans_that_wait_beside_the_file_are_in_its_tables(file: TraceFile):
    with open_here(file.path):
        assert file.write(spans("b", 100), patience=0) is not None

    with viewed(file.path) as view:
        assert names(view) == [("a", "root", 0), ("a", "step", 1), ("b", "root", 2), ("b", "step", 3)]
        assert [trace.name for trace in view.traces()] == ["a", "b"]
        assert len(view.trace("b")) == 2


def test_a_trace_that_is_partly_beside_the_file_is_whole(file: TraceFile):
    late = Span("late", span_id="a9", parent_id="a1", trace_id="a", start_ns=50)
    with open_here(file.path):
        assert file.write([late], patience=0) is not None

    with viewed(file.path) as view:
        (trace,) = view.traces()
        assert trace.parent(trace.one("late")) == trace.one("step")
        assert trace.orphans == []


def test_what_waits_is_read_where_there_is_no_file_yet(file: TraceFile):
    with open_here(file.path):
        file.write(spans("b", 100), patience=0)
    file.path.unlink()

    with viewed(file.path) as view:
        assert names(view) == [("b", "root", 0), ("b", "step", 1)]


def test_nothing_outside_is_reached(file: TraceFile, tmp_path: Path):
    with viewed(file.path) as view, pytest.raises(BadQuery, match="disabled by configuration"):
        view.sql(f"FROM read_parquet('{tmp_path}/*.parquet')")


def test_traces_come_in_order_of_their_starts_and_only_those_asked_for(tmp_path: Path):
    file = TraceFile(tmp_path / "traces.duckdb")
    for at, name in ((30, "c"), (10, "b"), (20, "a")):
        file.write(spans(name, at))
    told: list[tuple[int, int]] = []

    with viewed(file.path) as view:
        assert [trace.trace_id for trace in view.traces()] == ["b", "a", "c"]
        assert [trace.trace_id for trace in view.traces({"c", "b"}, progress=lambda *now: told.append(now))] == [
            "b",
            "c",
        ]
        assert len(view.trace("nowhere")) == 0
    assert told == [(2, 4), (4, 4)]
