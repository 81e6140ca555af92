"""Every query copes with rows that no SDK makes but a file may hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from pytest_flock_trace.store.file.schema import TABLES
from pytest_flock_trace.store.query import names, query
from pytest_flock_trace.store.result import fetch
from pytest_flock_trace.store.schema import FILLED, create_runs, create_spans

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

GROUPED = [(name, by) for name in names() for by in query(name).by or (None,)]
EMPTY: dict[str, object] = {"VARCHAR": "", "BIGINT": 0, "DOUBLE": 0.0, "BOOLEAN": False}
NUMBERS = (
    '{"gen_ai.operation.name":"chat","gen_ai.usage.input_tokens":"5","gen_ai.usage.output_tokens":1e300,'
    '"gen_ai.usage.total_tokens":-3,"gen_ai.request.model":7,"input.$":[1],"$[":1,"/a":2,"output.value":null,'
    '"correlation_id":5,"module":{}}'
)
SHAPES = (
    '{"gen_ai.operation.name":["chat"],"openinference.span.kind":"LLM","llm.token_count.prompt":true,'
    f'"llm.token_count.total":{10**60},"input.":null,"tool.parameters":{{}}}}'
)
ATTRIBUTES = (None, "[]", "5", '"x"', "null", "{}", NUMBERS, SHAPES)
EXCEPTIONS = (
    '[5,null,{"name":"exception"},{"name":"exception","attributes":[]},'
    '{"name":"exception","attributes":{"exception.type":5,"exception.message":null}}]'
)
EVENTS = (None, "[]", "{}", "5", EXCEPTIONS)
ARTIFACTS = (None, "[]", "{}", '[{"id":"a"}]', '[{"id":"a","type":null},{"type":"X"},5]')
LOWEST, HIGHEST = -(2**63), 2**63 - 1
TIMES = ((LOWEST, HIGHEST), (HIGHEST, LOWEST), (0, 0), (5, 5))


@pytest.fixture
def tables() -> Iterator[DuckDBPyConnection]:
    """The tables of a file, empty."""
    import duckdb

    with closing(duckdb.connect()) as connection:
        connection.execute(f"{create_spans('spans')}; {create_runs('runs', 'spans')}; {TABLES}")
        yield connection


def add(connection: DuckDBPyConnection, **said: object) -> None:
    row = {one.name: EMPTY[one.type] if "NOT NULL" in one.rule else None for one in FILLED} | said
    places = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO spans ({', '.join(row)}) VALUES ({places})", list(row.values()))


def hostile(number: int) -> dict[str, Any]:
    start, end = TIMES[number % 4]
    duration = min(HIGHEST, max(0, end - start))
    return {
        "trace_id": "" if number % 3 else "t",
        "span_id": str(number % 7),
        "name": ("", "Agent.execute", "x.on_y")[number % 3],
        "start_time": start,
        "end_time": end,
        "duration": duration,
        "self_time": duration,
        "status_code": ("ERROR", "OK")[number % 2],
        "attributes": ATTRIBUTES[number % 8],
        "events": EVENTS[number % 5],
        "consumed": ARTIFACTS[number // 2 % 5],
        "produced": ARTIFACTS[number % 5],
        "place": number,
        "parent_place": number - 1 if number % 4 else None,
        "is_run": number % 5 == 0,
        "waits": number % 7 == 0,
        "agent": (None, "", "a")[number % 3],
        "actor": (None, "", "a")[number % 3],
        "tool": (None, "", "t")[number // 2 % 3],
        "below": HIGHEST,
        "errors_below": number,
    }


@pytest.mark.parametrize(("name", "by"), GROUPED)
def test_a_query_answers_over_an_empty_file(tables: DuckDBPyConnection, name: str, by: str | None):
    assert fetch(tables, query(name, by=by).sql).fetchall() == []


@pytest.mark.parametrize(("name", "by"), GROUPED)
def test_a_query_answers_where_nothing_is_known(tables: DuckDBPyConnection, name: str, by: str | None):
    columns = fetch(tables, query(name, by=by).sql).columns
    for place in range(3):
        add(tables, place=place, parent_place=place - 1 if place else None)

    assert fetch(tables, query(name, by=by).sql).columns == columns


@pytest.mark.parametrize(("name", "by"), GROUPED)
def test_a_query_answers_over_hostile_rows(tables: DuckDBPyConnection, name: str, by: str | None):
    columns = fetch(tables, query(name, by=by).sql).columns
    for number in range(40):
        add(tables, **hostile(number))
    attempts = f"'s', '', unnest([1, 2]), unnest(['passed', 'failed']), NULL, {LOWEST}, {HIGHEST}, NULL"
    tables.execute(f"INSERT INTO tests SELECT {attempts}")
    tables.execute("INSERT INTO test_traces VALUES ('s', '', 1, ''), ('s', '', 2, 'gone')")

    assert fetch(tables, query(name, by=by).sql).columns == columns


def test_tokens_beyond_all_measure_are_unknown_and_break_nothing(tables: DuckDBPyConnection):
    add(tables, attributes='{"gen_ai.operation.name":"chat","gen_ai.usage.input_tokens":1e300}')

    rows = fetch(tables, query("model_usage").sql)
    row = dict(zip(rows.columns, rows.fetchone() or ()))
    assert row | {"calls": 1, "input_tokens": None, "output_tokens": 0, "total_tokens": None} == row
