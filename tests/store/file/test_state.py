"""The state of a trace file changes when somebody writes, and at no other time."""

from __future__ import annotations

from pathlib import Path

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.spool import Spool
from pytest_flock_trace.store.file.state import FileState
from pytest_flock_trace.store.file.writer import TraceFile


def a_span(number: int) -> Span:
    return Span("work", span_id=str(number), trace_id=f"t{number}", end_ns=5)


def test_it_stays_while_nobody_writes(file: TraceFile) -> None:
    file.write([a_span(1)])

    assert FileState.of(file.path) == FileState.of(file.path)
    assert FileState.of(file.path).revision == FileState.of(file.path).revision


def test_it_changes_with_every_write_into_the_file_or_beside_it(file: TraceFile) -> None:
    states = [FileState.of(file.path)]
    file.write([a_span(1)])
    states.append(FileState.of(file.path))
    file.write([a_span(2)])
    states.append(FileState.of(file.path))
    file.write_beside([a_span(3)])
    states.append(FileState.of(file.path))
    file.settle()
    states.append(FileState.of(file.path))

    assert len({state.revision for state in states}) == len(states)


def test_it_knows_whether_there_is_anything(file: TraceFile, tmp_path: Path) -> None:
    assert not FileState.of(file.path).exists
    assert FileState.of(file.path).changed_ns == 0

    file.write_beside([a_span(1)])

    assert FileState.of(file.path).exists
    assert FileState.of(file.path).changed_ns == Spool(file.path).waiting()[0].stat().st_mtime_ns


def test_a_link_has_the_state_of_what_it_leads_to(file: TraceFile, tmp_path: Path) -> None:
    file.write([a_span(1)])
    (tmp_path / "link.duckdb").symlink_to(file.path)

    assert FileState.of(tmp_path / "link.duckdb") == FileState.of(file.path)
