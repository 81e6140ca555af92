"""`flock-trace ls`: the traces of a file, newest first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flock_file import write
from oracles import trace_file

from pytest_flock_trace.model.span import RUN_ATTRIBUTE, TEST_ATTRIBUTE, Span
from pytest_flock_trace.store.file.access import opened

Command = Callable[..., Any]


def test_each_trace_is_a_row_newest_first(flock_trace: Command, store: Path):
    answer = flock_trace("ls", "--store", store)

    head, *rows = answer.lines
    assert answer.code == 0
    assert head.split() == ["trace", "name", "start", "duration", "spans", "errors", "agents", "test"]
    assert [row.split()[0] for row in rows] == ["ab22", "aa11"]
    assert "  20 ms      3       1  critic, writer" in rows[0]


def test_json_has_a_document_for_each_trace(flock_trace: Command, store: Path):
    newest, oldest = flock_trace("ls", "--store", store, "--json").json

    assert newest == {
        "trace_id": "ab22",
        "name": "review",
        "start_ns": 1_764_000_060_000_000_000,
        "duration_ns": 20_000_000,
        "spans": 3,
        "errors": 1,
        "agents": ["critic", "writer"],
        "test": None,
    }
    assert (oldest["trace_id"], oldest["errors"]) == ("aa11", 0)


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (["--limit", "1"], ["ab22"]),
        (["--errors"], ["ab22"]),
        (["--since", "2025-11-24T16:00:30+00:00"], ["ab22"]),
        (["--since", "2020-01-01"], ["ab22", "aa11"]),
        (["--since", "1s"], []),
        (["--errors", "--since", "2030-01-01"], []),
        (["--test", "*"], []),
    ],
    ids=" ".join,
)
def test_only_those_that_are_asked_for_are_listed(
    flock_trace: Command, store: Path, options: list[str], ids: list[str]
):
    assert [one["trace_id"] for one in flock_trace("ls", "--store", store, "--json", *options).json] == ids


def test_tests_are_told_by_the_runs_and_by_the_tables_of_tests(
    flock_trace: Command, written: Callable[..., Path], reviews: Callable[..., list[Span]]
):
    run = {RUN_ATTRIBUTE: "review", TEST_ATTRIBUTE: "test_a.py::test_it[50%_1]"}
    store = written(reviews("a", 0, attributes=run), reviews("b", 1))
    with opened(store) as connection:
        connection.execute("INSERT INTO test_traces VALUES ('s', 'test_b.py::test_it[5010]', 1, 'b')")

    def found(glob: str) -> list[str]:
        return [one["test"] for one in flock_trace("ls", "--store", store, "--json", "--test", glob).json]

    assert found("*") == ["test_b.py::test_it[5010]", "test_a.py::test_it[50%_1]"]
    assert found("*[50%_1]") == ["test_a.py::test_it[50%_1]"]
    assert found("test_?.py::test_it[50?01]") == []
    assert found("*[50??]") == ["test_b.py::test_it[5010]"]
    assert found("test_a*") == ["test_a.py::test_it[50%_1]"]
    assert found("*\\*") == []


def test_no_trace_is_said_and_an_empty_list_in_json(flock_trace: Command, store: Path):
    assert flock_trace("ls", "--store", store, "--since", "1s").out == "no traces\n"
    assert flock_trace("ls", "--store", store, "--since", "1s", "--json").json == []


def test_a_file_of_flock_s_is_listed_as_it_is_and_stays_so(flock_trace: Command):
    path = trace_file("flock/loop_traced.duckdb")
    before = path.read_bytes()

    loop, *_ = flock_trace("ls", "--store", path, "--json").json
    assert (loop["name"], loop["spans"], loop["agents"]) == ("loop_workflow", 175, ["critic", "writer"])
    assert path.read_bytes() == before


def test_times_beyond_any_calendar_are_told_as_numbers(flock_trace: Command, tmp_path: Path):
    extremes = [Span("far", span_id=str(at), trace_id=str(at), start_ns=at, end_ns=at) for at in (2**63 - 1, -(2**63))]
    store = write(tmp_path / "far.duckdb", extremes)

    answer = flock_trace("ls", "--store", store)
    assert (answer.code, len(answer.lines)) == (0, 3)
