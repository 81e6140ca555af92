"""A sealed connection: what gets past every check on the SQL itself still reaches nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.writer import TraceFile
from pytest_flock_trace.store.sealed import sealed

secret_frame = "a variable that a table could be made of"  # noqa: S105  # no password


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert TraceFile(tmp_path / "traces.duckdb").write([Span("root", span_id="1", end_ns=5)]) is None
    return tmp_path / "traces.duckdb"


@pytest.fixture
def connection(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with sealed(file, memory="256MB") as found:
        yield found


def test_the_file_is_read(connection: duckdb.DuckDBPyConnection) -> None:
    assert connection.execute("select name from spans").fetchall() == [("root",)]


@pytest.mark.parametrize(
    "query",
    [
        "from read_csv('{folder}/secret.csv')",
        "from read_text('{folder}/secret.csv')",
        "from read_blob('{folder}/secret.csv')",
        "from read_json('{folder}/secret.csv')",
        "from read_parquet('{folder}/secret.csv')",
        "from '{folder}/secret.csv'",
        "from glob('{folder}/*')",
        "from sniff_csv('{folder}/secret.csv')",
        "from query('from read_text(''{folder}/secret.csv'')')",
        "from query_table('{folder}/secret.csv')",
        "copy spans to '{folder}/stolen.csv'",
        "copy (select 1) to '{folder}/stolen.parquet' (format parquet)",
        "export database '{folder}/stolen'",
        "attach '{folder}/other.duckdb' as other",
        "attach ':memory:' as other; create table other.t as select 1; copy other.t to '{folder}/stolen.csv'",
        "insert into spans (name) values ('planted')",
        "update spans set name = 'changed'",
        "delete from spans",
        "drop table spans",
        "create table planted as select 1",
        "create or replace view spans as select 1",
        "checkpoint; insert into spans (name) values ('planted')",
        "install httpfs",
        "load httpfs",
        "load '{folder}/secret.csv'",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "reset lock_configuration",
        "set python_enable_replacements = true",
        "set memory_limit = '100GB'",
        "set temp_directory = '{folder}'",
        "set secret_directory = '{folder}'",
        "set autoload_known_extensions = true",
        "pragma enable_profiling = 'json'",
        "pragma import_database('{folder}')",
        "create persistent secret s (type s3, key_id 'a', secret 'b')",
        "from secret_frame",
        "select getenv('HOME')",
        "from 'https://example.com/x.csv'",
        "from 's3://bucket/x.parquet'",
    ],
)
def test_nothing_else_is(connection: duckdb.DuckDBPyConnection, file: Path, query: str) -> None:
    before = file.read_bytes()

    with pytest.raises(duckdb.Error):
        connection.execute(query.format(folder=file.parent)).fetchall()

    assert file.read_bytes() == before
    assert {entry.name for entry in file.parent.iterdir()} == {"secret.csv", "traces.duckdb"}


def test_no_secret_that_is_kept_on_this_machine_is_listed(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sealed(file, memory="256MB") as connection:
        assert connection.execute("select current_setting('allow_persistent_secrets')").fetchall() == [(False,)]
        assert connection.execute("from duckdb_secrets()").fetchall() == []


def test_memory_is_bounded_and_none_is_had_on_disk(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.OutOfMemoryException):
        connection.execute("select list(range) from range(100000000)").fetchall()
