"""Answers are cut where nobody would read on, and questions stopped where nobody would wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pytest_flock_trace.errors import BadQuery
from pytest_flock_trace.store.cut_rows import CutRows, Limits, ask_sealed, cut_rows


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as found:
        yield found


def measured(value: object) -> tuple[Any, int]:
    return value, len(str(value))


def ask(connection: duckdb.DuckDBPyConnection, query: str, **limits: Any) -> CutRows:
    return cut_rows(connection, query, cell=measured, limits=Limits(**limits))


def test_an_answer_has_names_types_and_rows(connection: duckdb.DuckDBPyConnection) -> None:
    found = ask(connection, "select range as n, 'x' as n from range(2)")

    assert found.columns in (
        [("n", "BIGINT"), ("n", "VARCHAR")],
        [("n", "NUMBER"), ("n", "STRING")],  # as DuckDB said before 1.4
    )
    assert found.rows == [[0, "x"], [1, "x"]]
    assert not found.truncated


@pytest.mark.parametrize(("there", "truncated"), [(0, False), (299, False), (300, False), (301, True)])
def test_rows_beyond_the_limit_are_left_out_and_that_is_told(
    connection: duckdb.DuckDBPyConnection, there: int, truncated: bool
) -> None:
    found = ask(connection, f"from range({there})", rows=300)

    assert (len(found.rows), found.truncated) == (min(there, 300), truncated)


def test_characters_beyond_the_limit_are_left_out_by_whole_rows(connection: duckdb.DuckDBPyConnection) -> None:
    found = ask(connection, "select repeat('x', 100) from range(1000)", characters=1_050)

    assert (len(found.rows), found.truncated) == (10, True)


def test_a_single_row_is_kept_however_wide_it_is(connection: duckdb.DuckDBPyConnection) -> None:
    found = ask(connection, "select repeat('x', 100)", characters=10)

    assert (len(found.rows), found.truncated) == (1, False)


def test_an_answer_without_end_is_not_waited_for(connection: duckdb.DuckDBPyConnection) -> None:
    assert ask(connection, "from range(1000000000000)", rows=10).truncated


@pytest.mark.parametrize(
    "query",
    [
        "select count(*) from range(1000000) a, range(1000000) b, range(1000) c where a.range + b.range + c.range = 7",
        "with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) from t",
    ],
    ids=["joins", "recursion"],
)
def test_a_question_that_takes_too_long_is_stopped_and_the_next_one_answered(
    connection: duckdb.DuckDBPyConnection, query: str
) -> None:
    with pytest.raises(BadQuery, match=r"stopped after 0.2 s; ask for less"):
        ask(connection, query, seconds=0.2)

    assert ask(connection, "select 1").rows == [[1]]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select nme from spans", "spans"),
        ("select 1 / 'a'", "Conversion Error"),
        ("select $1", ""),
        ("select error('told')", "told"),
        ("delete from spans", "DELETE"),
    ],
)
def test_what_duckdb_refuses_is_told_in_one_line(connection: duckdb.DuckDBPyConnection, query: str, said: str) -> None:
    with pytest.raises(BadQuery) as refusal:
        ask(connection, query)

    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_file_is_asked_on_a_connection_that_reads_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "traces.duckdb"
    with duckdb.connect(str(file)) as made:
        made.execute("create table spans as select 'root' as name")
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")

    assert ask_sealed(file, "from spans", memory="256MB", cell=measured).rows == [["root"]]
    with pytest.raises(BadQuery, match="disabled by configuration"):
        ask_sealed(file, f"from '{tmp_path}/secret.csv'", memory="256MB", cell=measured)
