"""Spans that are kept before they are acknowledged."""

from __future__ import annotations

from pathlib import Path
from queue import Full

import pytest

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.model.redaction import REDACTED
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.recording.intake import Intake
from pytest_flock_trace.store.file.reading import viewed
from pytest_flock_trace.store.file.writer import TraceFile
from pytest_flock_trace.store.trace_file import read_spans


def spans(*ids: str, **fields: object) -> list[Span]:
    return [Span("work", span_id=one, trace_id="t", start_ns=1, end_ns=2, **fields) for one in ids]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "traces.duckdb"


def intake(path: Path, notes: list[str], most: int = 50_000) -> Intake:
    return Intake(TraceFile(path), notes.append, most=most)


def test_what_is_kept_can_be_read_at_once_and_is_there_once_in_the_end(path: Path) -> None:
    TraceFile(path).write(spans("0"))
    taken = intake(path, [])
    taken.keep("", spans("1", "2"))
    taken.keep("", spans("3", resource={"service.name": "shop"}))

    assert sorted(span.span_id for span in read_spans(path)) == ["0", "1", "2", "3"]
    assert taken.close() is None
    assert (taken.spans, taken.traces, taken.services) == (3, 1, ["shop"])
    assert sorted(span.span_id for span in read_spans(path)) == ["0", "1", "2", "3"]
    assert not TraceFile(path).spool.folder.exists()


def test_spans_go_in_without_secrets_and_of_bounded_size(path: Path) -> None:
    taken = intake(path, [])
    taken.keep("", spans("1", attributes={"password": "hunter2", "page": "x" * 100_000}))
    taken.close()

    (span,) = read_spans(path)
    assert span.attributes["password"] == REDACTED
    assert len(span.attributes["page"]) < 10_000


def test_who_sends_more_than_there_is_room_for_has_to_wait_and_a_large_request_is_let_in_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pytest_flock_trace.recording.intake._EVERY", 3600.0)
    taken = intake(path, [], most=2)
    taken.keep("", spans("1", "2", "3"))
    with pytest.raises(Full):
        taken.keep("", spans("4"))
    assert taken._write() is None
    taken.keep("", spans("4"))
    taken.close()

    assert len(read_spans(path)) == 4


def test_what_cannot_be_kept_is_not_counted_and_leaves_its_room(path: Path) -> None:
    taken = intake(path, [], most=1)
    TraceFile(path).spool.folder.write_text("no folder")
    for _ in range(2):
        with pytest.raises(BadTraceFile, match="cannot be written"):
            taken.keep("", spans("1"))
    TraceFile(path).spool.folder.unlink()
    taken.keep("", spans("1"))
    taken.close()

    assert taken.spans == 1


def test_a_file_that_cannot_be_used_is_told_and_the_spans_wait_beside_it(path: Path) -> None:
    path.write_text("no database")
    notes: list[str] = []
    taken = intake(path, notes)
    taken.keep("", spans("1"))
    trouble = taken.close()
    assert isinstance(trouble, BadTraceFile)
    path.unlink()
    TraceFile(path).merge()

    assert [span.span_id for span in read_spans(path)] == ["1"]


def test_traces_are_settled_in_the_end_though_they_came_in_parts(path: Path) -> None:
    first = intake(path, [])
    first.keep("", [Span("child", span_id="2", parent_id="1", trace_id="t", start_ns=2, end_ns=3)])
    first.close()
    second = intake(path, [])
    second.keep("", [Span("root", span_id="1", trace_id="t", start_ns=1, end_ns=4)])
    second.close()

    with viewed(path) as view:
        rows = view.sql("SELECT name, self_time, below FROM spans ORDER BY place").fetchall()
    assert rows == [("root", 2, 1), ("child", 1, 0)]
