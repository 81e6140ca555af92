"""SQL that anybody typed: one question is taken, anything else is refused before it runs."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pytest_flock_trace.errors import BadQuery
from pytest_flock_trace.store.one_select import LONGEST, TABLE_FUNCTIONS, one_select


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """With nothing shut, so that it is the check alone that refuses."""
    with duckdb.connect() as found:
        found.execute("CREATE TABLE spans (name VARCHAR, service VARCHAR, duration BIGINT)")
        yield found


@pytest.mark.parametrize(
    "query",
    [
        "select 1",
        "SELECT count(*) FROM spans;",
        "-- a question\nfrom spans",
        "with recursive t(n) as (select 1 union all select n + 1 from t where n < 9) select * from t",
        "values (1), (2)",
        "table spans",
        "describe spans",
        "summarize spans",
        "show tables",
        "unpivot spans on duration",
        "pivot spans on service in ('a', 'b') using sum(duration)",
        "select * from range(3) as r, unnest([1, 2]) as u, generate_series(1, 2)",
        "select name from spans union all select service from spans order by 1 limit 2",
        "select unnest(json_keys('{\"a\": 1}')), 'copy spans to ''x''; drop table spans' as text",
        "select * from duckdb_columns() where table_name = 'spans'",
        "select * from (describe spans)",
    ],
)
def test_a_question_is_taken_as_it_stands(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    assert one_select(connection, query) == query
    assert connection.execute(query).fetchall() is not None


REFUSED = {
    "nothing": ("", "there is no statement"),
    "a comment alone": ("-- select 1", "there is no statement"),
    "two questions": ("select 1; select 2", "2 statements"),
    "a question and a deed": ("select 1; drop table spans", "2 statements"),
    "no SQL": ("selekt 1", "selekt"),
    "a pivot that makes a type": ("pivot spans on service using sum(duration)", "PIVOT … ON column IN"),
    "such a pivot inside": ("from (pivot spans on service using sum(duration))", "PIVOT … ON column IN"),
    "such a pivot in a CTE": ("with p as (pivot spans on service using count(*)) from p", "PIVOT … ON column IN"),
    "insert": ("insert into spans values ('a', 'b', 1)", "INSERT"),
    "insert and return": ("insert into spans values ('a', 'b', 1) returning *", "INSERT"),
    "insert in a CTE": ("with i as (insert into spans values ('a', 'b', 1) returning *) from i", ""),
    "delete in a CTE": ("with d as (delete from spans returning *) from d", ""),
    "update": ("update spans set name = 'x'", "UPDATE"),
    "delete": ("delete from spans", "DELETE"),
    "truncate": ("truncate spans", "DELETE"),
    "merge": ("merge into spans using spans as s on false when not matched then insert", ""),
    "create table": ("create table t as select 1", "CREATE"),
    "create macro": ("create macro m() as 1", "CREATE"),
    "create secret": ("create secret (type s3, key_id 'a', secret 'b')", ""),
    "select into": ("select 1 into t", ""),
    "drop": ("drop table spans", "DROP"),
    "alter": ("alter table spans add column x int", "ALTER"),
    "comment on": ("comment on table spans is 'x'", "ALTER"),
    "copy out": ("copy spans to 'stolen.csv'", "COPY"),
    "copy in": ("copy spans from 'planted.csv'", "COPY"),
    "copy a database": ("copy from database memory to other", ""),
    "export": ("export database 'stolen'", "EXPORT"),
    "import": ("import database 'planted'", ""),
    "attach": ("attach '/etc/passwd' as p", "ATTACH"),
    "detach": ("detach memory", "DETACH"),
    "use": ("use memory", "SET"),
    "install": ("install httpfs", "LOAD"),
    "load": ("load httpfs", "LOAD"),
    "set": ("set memory_limit = '100GB'", "SET"),
    "set global": ("set global enable_external_access = true", "SET"),
    "set variable": ("set variable x = 1", "SET"),
    "reset": ("reset enable_external_access", "SET"),
    "pragma": ("pragma enable_profiling", ""),
    "pragma that answers": ("pragma table_info('spans')", ""),
    "pragma that runs": ("pragma json_execute_serialized_sql('{}')", ""),
    "call": ("call force_checkpoint()", "CALL"),
    "checkpoint": ("checkpoint", ""),
    "vacuum": ("vacuum", "VACUUM"),
    "analyze": ("analyze", "VACUUM"),
    "begin": ("begin", "TRANSACTION"),
    "prepare": ("prepare p as select 1", "PREPARE"),
    "execute": ("execute p", "EXECUTE"),
    "deallocate": ("deallocate p", ""),
    "explain": ("explain select 1", "EXPLAIN"),
    "explain that runs": ("explain analyze delete from spans", "EXPLAIN"),
    "text as SQL": ("from query('select 1')", "'query' cannot be called"),
    "a table by text": ("from query_table('spans')", "'query_table' cannot be called"),
    "a tree as SQL": ("from json_execute_serialized_sql('{}')", "cannot be called"),
    "read_csv": ("from read_csv('/etc/passwd')", "'read_csv' cannot be called"),
    "read_text in a subquery": ("select (select content from read_text('/etc/passwd'))", "'read_text'"),
    "read_text in a condition": ("select 1 where exists (from read_text('/etc/passwd'))", "'read_text'"),
    "read_blob in a lateral join": ("from spans, lateral (from read_blob(name))", "'read_blob'"),
    "read_json in a union": ("select 1 union all select 2 from read_json('x')", "'read_json'"),
    "read_parquet in a CTE": ("with p as (from read_parquet('x')) select 1", "'read_parquet'"),
    "an odd spelling": ("from \"ReAd_TeXt\" /* here */ ('/etc/passwd')", "'read_text'"),
    "a qualified name": ("from system.main.read_text('/etc/passwd')", "'read_text'"),
    "glob": ("from glob('/etc/*')", "'glob' cannot be called"),
    "sniff_csv": ("from sniff_csv('/etc/passwd')", "'sniff_csv'"),
    "parquet_metadata": ("from parquet_metadata('x')", "'parquet_metadata'"),
    "secrets": ("from duckdb_secrets()", "'duckdb_secrets'"),
    "which secret": ("from which_secret('s3://x', 's3')", "'which_secret'"),
    "settings": ("from duckdb_settings()", "'duckdb_settings'"),
    "databases with their paths": ("from duckdb_databases()", "'duckdb_databases'"),
    "logging": ("from enable_logging('QueryLog', storage := 'file')", "'enable_logging'"),
    "an address of memory": ("from arrow_scan(1, 2, 3)", "'arrow_scan'"),
    "another address": ("from pandas_scan(1)", "'pandas_scan'"),
    "a checkpoint as a table": ("from force_checkpoint()", "'force_checkpoint'"),
    "environment": ("select getenv('HOME')", "'getenv' cannot be called"),
    "a log": ("select write_log('x')", "'write_log' cannot be called"),
    "a nap": ("select sleep_ms(60000)", "'sleep_ms' cannot be called"),
    "a function behind a dot": ("select name.write_log() from spans", "'write_log' cannot be called"),
    "half a character": ("select '\ud800'", "half a character"),
    "too deep": (f"select {'(' * 20000}1{')' * 20000}", ""),
    "too long": (f"select '{'x' * LONGEST}'", "characters"),
}


@pytest.mark.parametrize(("query", "said"), REFUSED.values(), ids=REFUSED)
def test_anything_else_is_refused(connection: duckdb.DuckDBPyConnection, query: str, said: str) -> None:
    with pytest.raises(BadQuery) as refusal:
        one_select(connection, query)

    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_functions_that_are_taken_are_known_to_duckdb(connection: duckdb.DuckDBPyConnection) -> None:
    known = {name for (name,) in connection.execute("SELECT DISTINCT function_name FROM duckdb_functions()").fetchall()}

    assert TABLE_FUNCTIONS - {"json_each", "json_tree"} <= known  # these two since DuckDB 1.3


WORDS = ["select", "from", "(", ")", ";", ",", "pivot", "spans", "on", "'a", "1", "--", "\n", "/*", "*/", "$$", "with"]


@given(st.text() | st.lists(st.sampled_from(WORDS)).map(" ".join))
@example("select 1;;")
@example("/* /* */ select 1")
@example("\0")
@example(f"select {'[' * 900}1{']' * 900}")  # as deep as some Pythons read JSON
def test_whatever_is_typed_is_taken_or_refused(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    try:
        taken = one_select(connection, text)
    except BadQuery:
        return
    assert [one.type for one in connection.extract_statements(taken)] == [duckdb.StatementType.SELECT]
