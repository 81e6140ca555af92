"""`flock-trace sql`: questions to a trace file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]


def test_an_answer_is_a_table_that_is_not_cut_off(flock_trace: Command, store: Path):
    answer = flock_trace("sql", "select 1 as one, repeat('x', 300) as wide, null as gap", "--store", store)

    head, row = answer.lines
    assert head.split() == ["one", "wide", "gap"]
    assert row.split() == ["1", "x" * 300, "NULL"]


def test_all_rows_are_printed(flock_trace: Command, store: Path):
    assert len(flock_trace("sql", "from range(200)", "--store", store).lines) == 201


def test_csv_is_what_csv_readers_read(flock_trace: Command, store: Path):
    answer = flock_trace("sql", "select 'a,\"b' as x, e'two\\nlines' as y, null as z", "--csv", "--store", store)

    assert list(csv.reader(io.StringIO(answer.out))) == [["x", "y", "z"], ['a,"b', "two\nlines", ""]]


def test_json_has_an_object_for_each_row(flock_trace: Command, store: Path):
    query = "select 1 as n, [1, 2] as l, {'a': 1} as s, timestamp '2026-01-02' as t, 'nan'::double as f, null as z"

    assert flock_trace("sql", query, "--json", "--store", store).json == [
        {"n": 1, "l": [1, 2], "s": {"a": 1}, "t": "2026-01-02 00:00:00", "f": "nan", "z": None}
    ]


def test_a_saved_query_is_asked_by_name_and_grouped_as_told(flock_trace: Command, store: Path):
    by_agent = flock_trace("sql", "red", "--json", "--store", store).json
    by_operation = flock_trace("sql", "red", "--by", "operation", "--json", "--store", store).json

    assert {row["subject"]: row["errors"] for row in by_agent} == {"critic": 1, "writer": 0}
    assert "review" in {row["subject"] for row in by_operation}


def test_saved_queries_are_listed_with_their_titles_without_any_file(flock_trace: Command):
    answer = flock_trace("sql", "--list")

    assert answer.code == 0
    assert any(line.startswith("red ") and "Rate, errors and durations" in line for line in answer.lines)


def test_a_query_comes_from_standard_input(flock_trace: Command, store: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("select count(*) as n\nfrom spans"))

    assert flock_trace("sql", "-", "--json", "--store", store).json == [{"n": 6}]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("selekt 1", "Parser Error"),
        ("select nme\nfrom spans", "nme"),
        ("", "holds no statement"),
        ("delete from spans", "flock-trace sql: "),
        ("select * from read_csv('/etc/passwd')", "disabled by configuration"),
        ("copy spans to 'stolen.csv'", "disabled by configuration"),
        ("red", ""),
    ],
)
def test_a_refused_query_is_told_in_one_line(flock_trace: Command, store: Path, query: str, said: str):
    answer = flock_trace("sql", query, "--store", store, *(["--by", "flavour"] if query == "red" else []))

    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert answer.err.count("\n") == 1
