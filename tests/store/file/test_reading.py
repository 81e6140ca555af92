from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from flock_file import write
from hypothesis import given, settings
from oracles import trace_file
from strategies import traces

from pytest_flock_trace.errors import BadQuery, BadTraceFile, TraceFileHeld
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.store.file.reading import viewed
from pytest_flock_trace.store.file.writer import TraceFile
from pytest_flock_trace.store.memory import TraceStore

Held = Callable[..., AbstractContextManager[None]]
QUERIES = ("red", "statistics", "errors", "slowest", "dependencies")


@settings(max_examples=15)
@given(traces())
def test_a_file_answers_every_query_as_the_store_of_a_test_does(trace: Trace) -> None:
    store = TraceStore(lambda: (1, trace.tree))
    with TemporaryDirectory() as folder:
        file = TraceFile(Path(folder) / "traces.duckdb")
        file.write([Span("before", span_id="x", trace_id="x")])
        file.write(list(trace))
        with viewed(file.path) as view:
            assert view.sql("SELECT count(*) FROM spans").fetchall() == [(len(trace) + 1,)]
        file.path.unlink()
        file.write(list(trace) or [Span("x", span_id="x")])
        for name in QUERIES if len(trace) else ():
            with viewed(file.path) as view:
                assert view.saved(name).fetchall() == store.saved(name).fetchall()
    store.close()


@pytest.mark.parametrize(("name", "spans"), [("linear", 101), ("loop", 180)])
def test_a_file_that_flock_wrote_has_all_our_columns(name: str, spans: int) -> None:
    with viewed(trace_file(f"flock/{name}_traced.duckdb")) as view:
        counts = view.sql("SELECT count(*), count(DISTINCT place), count(label), count(created_at) FROM spans")
        assert counts.fetchall() == [(spans,) * 4]


def test_the_loop_of_flock_s_file_shows_in_its_dependencies() -> None:
    with viewed(trace_file("flock/loop_traced.duckdb")) as view:
        edges = view.sql("SELECT * FROM (" + view_of("dependencies") + ") WHERE layer = 'artifact'").fetchall()

    assert [row[1:5] for row in edges] == [
        ("(external)", "writer", "Ticket", 1),
        ("critic", "writer", "Review", 2),
        ("writer", "critic", "Draft", 3),
    ]


def view_of(name: str) -> str:
    from pytest_flock_trace.store.query import query

    return query(name).sql


def test_a_file_that_flock_and_we_have_written_shows_both(tmp_path: Path) -> None:
    path = write(tmp_path / "a.duckdb", [Span("Agent.execute", span_id="1", end_ns=5, attributes={"agent.name": "w"})])
    TraceFile(path).write([Span("Agent.execute", span_id="2", trace_id="u", attributes={"agent.name": "w"})])

    with viewed(path) as view:
        assert view.sql("SELECT span_id, agent, place FROM spans ORDER BY span_id").fetchall() == [
            ("1", "w", 1),
            ("2", "w", 0),
        ]


def test_only_what_waits_beside_a_file_is_something_to_look_at(tmp_path: Path) -> None:
    file = TraceFile(tmp_path / "a.duckdb")
    file.path.write_text("no database")
    file.write([Span("x", span_id="1")])
    file.path.unlink()

    with viewed(file.path) as view:
        assert view.sql("SELECT name FROM spans").fetchall() == [("x",)]


def test_progress_is_told_for_traces_that_are_to_be_worked_out(tmp_path: Path) -> None:
    path = write(tmp_path / "a.duckdb", [Span("x", span_id=str(at), trace_id=str(at)) for at in range(5)])
    told: list[tuple[int, int]] = []

    with viewed(path, progress=lambda done, total: told.append((done, total))):
        assert told == [(5, 5)]


@pytest.mark.parametrize(
    "query", ["FROM read_text('/etc/passwd')", "COPY spans TO '/tmp/x.csv'", "ATTACH '/tmp/y.duckdb'", "INSTALL httpfs"]
)
def test_nothing_outside_the_file_can_be_reached(tmp_path: Path, query: str) -> None:
    TraceFile(tmp_path / "a.duckdb").write([Span("x", span_id="1")])

    with viewed(tmp_path / "a.duckdb") as view, pytest.raises(BadQuery):
        view.sql(query)


def test_nothing_in_the_file_can_be_changed(tmp_path: Path) -> None:
    TraceFile(tmp_path / "a.duckdb").write([Span("x", span_id="1")])

    with viewed(tmp_path / "a.duckdb") as view, pytest.raises(BadQuery):
        view.sql("DELETE FROM file.spans")


def test_a_file_is_told_apart_from_what_is_none(tmp_path: Path, held: Held) -> None:
    (tmp_path / "notes.duckdb").write_text("notes")
    with closing(duckdb.connect(str(tmp_path / "other.duckdb"))) as connection:
        connection.execute("CREATE TABLE t (a INTEGER)")

    for name, complaint in (
        ("absent.duckdb", "there is no file"),
        ("notes.duckdb", "is no DuckDB trace file"),
        ("other.duckdb", "without a table spans"),
    ):
        with pytest.raises(BadTraceFile, match=complaint), viewed(tmp_path / name):
            pass


def test_a_file_that_another_process_writes_to_is_waited_for_and_then_told(file: TraceFile, held: Held) -> None:
    file.write([Span("x", span_id="1")])

    with held(), pytest.raises(TraceFileHeld, match="held by another process"), viewed(file.path, patience=0.1):
        pass
    with held("reading"), viewed(file.path) as view:
        assert len(view.sql("FROM spans")) == 1
