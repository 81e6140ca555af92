"""A snapshot holds what a reader would have found, and costs the file's writers nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb
import pytest
from oracles import trace_file

from pytest_flock_trace.errors import BadTraceFile, TraceFileHeld
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file import snapshot as module
from pytest_flock_trace.store.file.reading import viewed
from pytest_flock_trace.store.file.snapshot import SHOWN, take_snapshot
from pytest_flock_trace.store.file.spool import Spool
from pytest_flock_trace.store.file.state import FileState
from pytest_flock_trace.store.file.writer import TraceFile

NAMES = "SELECT name FROM spans ORDER BY name"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "snapshot").mkdir()
    return tmp_path / "snapshot"


def a_span(name: str, **fields: str) -> Span:
    return Span(name, span_id=f"{name}1", trace_id=f"t{name}", end_ns=5, **fields)


def names(file: Path) -> list[str]:
    with viewed(file) as view:
        return [name for (name,) in view.sql(NAMES)]


def test_it_holds_what_is_in_the_file_and_what_waits_beside_it(file: TraceFile, folder: Path) -> None:
    file.write([a_span("inside")])
    file.write_beside([a_span("beside")])

    taken = take_snapshot(file.path, folder)

    assert names(taken.file) == ["beside", "inside"]
    assert taken.state == FileState.of(file.path)
    assert taken.complaints == ()
    assert len(Spool(file.path).waiting()) == 1


def test_it_can_be_taken_of_what_waits_alone(file: TraceFile, folder: Path) -> None:
    file.write_beside([a_span("beside")])

    assert names(take_snapshot(file.path, folder).file) == ["beside"]
    assert not file.path.exists()


def test_it_is_settled_and_has_the_view_of_runs(file: TraceFile, folder: Path) -> None:
    file.write([a_span("root")], partial=["troot"])
    file.write([Span("child", span_id="c", parent_id="root1", trace_id="troot", end_ns=4)], partial=["troot"])

    taken = take_snapshot(file.path, folder)

    with duckdb.connect(str(taken.file), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM spans WHERE place IS NULL").fetchall() == [(0,)]
        assert connection.execute(f"SELECT count(*) FROM {SHOWN}.runs").fetchall() == [(0,)]
        found = connection.execute(f"SELECT parent_place FROM {SHOWN}.spans WHERE name = 'child'").fetchall()
        assert found == connection.execute("SELECT place FROM spans WHERE name = 'root'").fetchall()


def test_a_file_that_somebody_holds_and_leaves_alone_can_be_taken(
    file: TraceFile, folder: Path, held: Callable[[], AbstractContextManager[None]]
) -> None:
    file.write([a_span("inside")])

    with held():
        taken = take_snapshot(file.path, folder, patience=60)

    assert names(taken.file) == ["inside"]


def test_what_stands_in_duckdbs_log_alone_is_taken_too(file: TraceFile, folder: Path) -> None:
    file.write([a_span("inside")])
    with duckdb.connect(str(file.path)) as connection:
        connection.execute("PRAGMA disable_checkpoint_on_shutdown")
        connection.execute("INSERT INTO spans SELECT * REPLACE ('logged' AS name, 'x' AS trace_id) FROM spans")
    assert file.path.with_name("traces.duckdb.wal").exists()

    assert names(take_snapshot(file.path, folder, patience=60).file) == ["inside", "logged"]


def test_a_file_that_changes_while_it_is_copied_is_not_taken(
    file: TraceFile, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write([a_span("inside")])
    copy = shutil.copyfile

    def slow_copy(source: Path, target: Path) -> None:
        copy(source, target)
        file.write_beside([a_span("more")])

    monkeypatch.setattr(shutil, "copyfile", slow_copy)
    monkeypatch.setattr(module, "STILL", 0)

    with pytest.raises(TraceFileHeld, match="'traces.duckdb' is being written"):
        take_snapshot(file.path, folder, patience=0)


def test_a_file_that_was_written_this_moment_is_given_a_moment(
    file: TraceFile, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write([a_span("inside")])
    monkeypatch.setattr(module, "STILL", 3600)

    with pytest.raises(TraceFileHeld, match="is being written"):
        take_snapshot(file.path, folder, patience=-1)


def test_a_batch_that_is_damaged_is_told_and_stops_no_other(file: TraceFile, folder: Path) -> None:
    file.write([a_span("inside")])
    (spool := Spool(file.path).folder).mkdir()
    (spool / "1.json.gz").write_bytes(b"no batch")
    file.write_beside([a_span("beside")])
    (spool / "3.json.gz").write_bytes(b"none either")

    taken = take_snapshot(file.path, folder)

    assert names(taken.file) == ["beside", "inside"]
    assert len(taken.complaints) == 2
    assert all("is no batch of spans" in one and str(folder) not in one for one in taken.complaints)
    assert len(Spool(file.path).waiting()) == 3


@pytest.mark.parametrize("content", [b"", b"no database", b"x" * 20_000], ids=["empty", "text", "long"])
def test_what_is_no_trace_file_is_refused_by_its_own_name(file: TraceFile, folder: Path, content: bytes) -> None:
    file.path.write_bytes(content)

    with pytest.raises(BadTraceFile) as refusal:
        take_snapshot(file.path, folder, patience=60)

    assert str(file.path) in str(refusal.value)
    assert str(folder) not in str(refusal.value)
    assert not isinstance(refusal.value, TraceFileHeld)


def test_a_database_without_traces_is_refused(file: TraceFile, folder: Path) -> None:
    with duckdb.connect(str(file.path)) as connection:
        connection.execute("CREATE TABLE spans (other INTEGER)")

    with pytest.raises(BadTraceFile, match="traces.duckdb"):
        take_snapshot(file.path, folder, patience=60)


def test_a_file_that_is_not_there_is_refused(file: TraceFile, folder: Path) -> None:
    with pytest.raises(BadTraceFile, match="there is no file"):
        take_snapshot(file.path, folder)


def test_it_tells_whether_anybody_but_flock_has_written(file: TraceFile, folder: Path, tmp_path: Path) -> None:
    file.write([a_span("inside")])
    assert not take_snapshot(file.path, folder).flocks

    flocks = trace_file("flock/linear_traced.duckdb")
    (tmp_path / "other").mkdir()
    taken = take_snapshot(flocks, tmp_path / "other")
    assert taken.flocks
    assert len(names(taken.file)) == 101
