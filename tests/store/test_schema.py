from __future__ import annotations

import pytest

from pytest_flock_trace.store.schema import COLUMNS, RUNS, SPANS

FLOCK = [
    ("trace_id", "VARCHAR"),
    ("span_id", "VARCHAR"),
    ("parent_id", "VARCHAR"),
    ("name", "VARCHAR"),
    ("service", "VARCHAR"),
    ("operation", "VARCHAR"),
    ("kind", "VARCHAR"),
    ("start_time", "BIGINT"),
    ("end_time", "BIGINT"),
    ("duration_ms", "DOUBLE"),
    ("status_code", "VARCHAR"),
    ("status_description", "VARCHAR"),
    ("attributes", "JSON"),
    ("events", "JSON"),
    ("links", "JSON"),
    ("resource", "JSON"),
    ("created_at", "TIMESTAMP"),
]


@pytest.fixture
def described(recording):
    """The columns of a table or view as DuckDB has them."""
    return lambda table: [row[:2] for row in recording().sql(f"DESCRIBE {table}")]


def test_the_table_has_the_documented_columns(described):
    assert described("spans") == [(column.name, column.type) for column in COLUMNS]


def test_the_table_begins_with_the_columns_that_flock_writes(described):
    assert described("spans")[: len(FLOCK)] == FLOCK


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_every_column_says_what_it_holds(column):
    assert len(column.about) > 10


@pytest.mark.parametrize("text", [SPANS, RUNS], ids=["spans", "runs"])
def test_no_line_of_the_schema_lacks_its_comment(text):
    assert [line for line in text.splitlines() if line.strip() and "-- " not in line] == []


def test_the_view_of_runs_has_the_documented_columns(described):
    names = ["run", "test", "trace_id", "span_id", "nested", "start_time", "end_time", "duration", "status_code"]

    assert [name for name, _ in described("runs")] == [*names, "spans", "errors"]


def test_the_table_has_neither_key_nor_index(recording):
    sql = recording().sql

    assert sql("SELECT * FROM duckdb_indexes()").fetchall() == []
    assert sql("SELECT * FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'").fetchall() == []
