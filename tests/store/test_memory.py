from __future__ import annotations

import gc
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pytest_flock_trace.errors import BadArgument, BadQuery, FlockTraceError, StoreClosed
from pytest_flock_trace.model.span import RUN_ATTRIBUTE, TEST_ATTRIBUTE, Span
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.store.connection import shutdown
from pytest_flock_trace.store.memory import TraceStore

COUNT = "SELECT count(*) FROM spans"
CATALOGS = "SELECT count(*) FROM duckdb_databases() WHERE NOT internal AND database_name LIKE 'flock_trace_%'"


def span(number: int = 1, **traits: object) -> Span:
    return Span("step", span_id=str(number), start_ns=number, end_ns=number + 5, **traits)


def run(number: int, name: str, **traits: object) -> Span:
    return span(number, attributes={RUN_ATTRIBUTE: name, TEST_ATTRIBUTE: "test_x"}, **traits)


def test_a_trace_without_spans_has_empty_tables(recording):
    sql = recording().sql

    assert sql(COUNT).fetchone() == (0,)
    assert sql("SELECT * FROM runs").fetchall() == []


def test_a_query_sees_the_spans_recorded_since_the_last_one(recording):
    live = recording(span(1))
    assert live.sql(COUNT).fetchone() == (1,)

    live.spans.append(span(2, status="error"))

    assert live.sql("SELECT span_id FROM spans WHERE status_code = 'ERROR'").fetchall() == [("2",)]


def test_spans_are_loaded_again_only_when_their_token_changes(recording):
    live = recording(span(1))
    loaded = live.sql("SELECT created_at FROM spans").fetchone()

    assert live.sql("SELECT created_at FROM spans").fetchone() == loaded

    live.spans.append(span(2))
    assert live.sql("SELECT DISTINCT created_at FROM spans").fetchone() != loaded


def test_nothing_is_read_before_the_first_query(recording):
    assert recording(span()).reads == 0


def test_rows_come_in_start_order(recording):
    live = recording(span(3), span(1), span(2))

    assert live.sql("SELECT span_id FROM spans").fetchall() == [("1",), ("2",), ("3",)]


def test_created_at_is_the_moment_of_loading(recording):
    age = "SELECT abs(epoch(current_timestamp::TIMESTAMP) - epoch(created_at)) < 60 FROM spans"

    assert recording(span()).sql(age).fetchone() == (True,)


def test_the_view_has_a_row_for_every_run(recording):
    live = recording(
        span(9, trace_id="u"),
        run(1, "outer"),
        span(2, parent_id="1", status="error"),
        run(3, "inner", parent_id="1", status="error"),
        span(4, parent_id="3"),
    )

    rows = live.sql("SELECT run, test, span_id, nested, duration, status_code, spans, errors FROM runs")

    assert rows.fetchall() == [
        ("outer", "test_x", "1", False, 5, "UNSET", 3, 2),
        ("inner", "test_x", "3", True, 5, "ERROR", 1, 0),
    ]


def test_parameters_go_by_place_or_by_name(recording):
    sql = recording(span(1), span(2)).sql

    assert sql("SELECT span_id FROM spans WHERE span_id = ?", ["2"]).fetchall() == [("2",)]
    assert sql("SELECT span_id FROM spans WHERE span_id = ?", ("2",)).fetchall() == [("2",)]
    assert sql("SELECT span_id FROM spans WHERE span_id = $id", {"id": "2"}).fetchall() == [("2",)]


def test_tables_that_a_test_makes_survive_a_reload(recording):
    live = recording(span(1))
    live.sql("CREATE TABLE mine AS SELECT span_id FROM spans")
    live.sql("CREATE VIEW ids AS SELECT span_id FROM spans")

    live.spans.append(span(2))

    assert live.sql("SELECT * FROM mine").fetchall() == [("1",)]
    assert live.sql("SELECT * FROM ids").fetchall() == [("1",), ("2",)]


def test_tables_that_a_test_makes_are_no_other_store_s(recording):
    one, other = recording(span(1)), recording(span(2))
    one.sql("CREATE TABLE mine AS SELECT 1")
    one.sql("CREATE TEMP TABLE passing AS SELECT 1")

    for table in ("mine", "passing"):
        with pytest.raises(BadQuery, match=f"{table} does not exist"):
            other.sql(f"SELECT * FROM {table}")


def test_two_stores_at_once_see_their_own_spans(recording):
    one, other = recording(span(1)), recording(span(2), span(3))

    assert [one.sql(COUNT).fetchone(), other.sql(COUNT).fetchone()] == [(1,), (2,)]
    assert one.sql("SELECT span_id FROM spans").fetchall() == [("1",)]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("selec 1", 'Parser Error: syntax error at or near "selec"'),
        ("SELECT * FROM spanz", 'Table with name spanz does not exist! Did you mean "spans"?'),
        ("SELECT nam FROM spans", 'Referenced column "nam" not found in FROM clause! Candidate bindings: '),
        ("SELECT 'x'::INTEGER", "Conversion Error: Could not convert string 'x' to INT32"),
        ("SELECT '\ud800'", "surrogates not allowed"),
        ("SELECT now()", "cast it to TIMESTAMP"),
    ],
    ids=ascii,
)
def test_a_query_that_duckdb_refuses_is_one_message_with_the_query(recording, query: str, said: str):
    with pytest.raises(BadQuery) as raised:
        recording(span()).sql(query)

    first, *rest = str(raised.value).splitlines()
    assert said in first
    assert rest == [f"  {query}".replace("\ud800", "?")]
    assert raised.value.__cause__ is not None


@pytest.mark.parametrize("query", ["", "  ", "-- nothing", ";", None, 5])
def test_a_query_without_a_statement_is_refused(recording, query: object):
    with pytest.raises(BadQuery, match=r"holds no statement|is no query"):
        recording(span()).sql(query)


def test_values_that_do_not_fit_the_query_are_refused(recording):
    with pytest.raises(BadQuery):
        recording(span()).sql("SELECT 1", [2])


def test_a_refused_query_leaves_the_store_usable(recording):
    sql = recording(span()).sql
    with pytest.raises(BadQuery):
        sql("SELECT nothing")

    assert sql(COUNT).fetchone() == (1,)


def test_a_transaction_that_failed_can_be_rolled_back_after_new_spans(recording):
    live = recording(span(1))
    live.sql("BEGIN")
    with pytest.raises(BadQuery):
        live.sql("SELECT nothing")
    live.spans.append(span(2))

    live.sql("ROLLBACK")

    assert live.sql(COUNT).fetchone() == (2,)


def test_a_table_of_spans_that_was_dropped_returns_with_the_next_spans(recording):
    live = recording(span(1))
    live.sql("DROP TABLE spans")
    live.spans.append(span(2))

    assert live.sql(COUNT).fetchone() == (2,)


def test_a_closed_store_says_which_it_is(recording):
    live = recording(span())
    live.sql(COUNT)
    live.store.close()

    with pytest.raises(StoreClosed, match="store of test_x"):
        live.sql(COUNT)


def test_a_store_that_was_never_asked_closes_too(recording):
    live = recording(span())
    live.store.close()
    live.store.close()

    with pytest.raises(StoreClosed):
        live.sql(COUNT)
    assert live.reads == 0


def test_rows_outlive_their_store(recording):
    live = recording(span())
    rows = live.sql("SELECT span_id FROM spans")
    live.store.close()

    assert rows.fetchall() == [("1",)]


def test_an_error_of_whoever_gives_the_spans_passes_through(recording):
    live = recording()

    def refuse() -> tuple[object, SpanTree]:
        raise FlockTraceError("still open")

    store = TraceStore(refuse)
    with pytest.raises(FlockTraceError, match="still open"):
        store.sql(COUNT)
    assert live.sql(COUNT).fetchone() == (0,)


def test_saved_queries_run_by_name(recording):
    live = recording(span(1, resource={"service.name": "crew"}))

    assert live.store.saved("slowest").fetchall()[0][0] == "step"
    assert live.store.saved("red", by="service").fetchall()[0][:2] == ("crew", 1)


def test_a_saved_query_that_does_not_exist_names_those_that_do(recording):
    with pytest.raises(BadArgument, match="'slow'.*dependencies.*errors.*red.*slowest.*statistics"):
        recording(span()).store.saved("slow")


def test_fifty_thousand_spans_load(recording):
    number = 50_000
    live = recording(*(span(at, parent_id=str(at // 10) if at else None, attributes={"n": at}) for at in range(number)))

    assert live.sql("SELECT count(*), sum((attributes->>'n')::INTEGER) FROM spans").fetchone() == (
        number,
        number * (number - 1) // 2,
    )


def test_one_store_serves_several_threads(recording):
    live = recording(*map(span, range(200)))
    started = threading.Barrier(4)

    def ask(number: int) -> list[tuple[int, int]]:
        started.wait()
        return [live.sql("SELECT ?, count(*) FROM spans", [number + at]).fetchall()[0] for at in range(25)]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(0, 400, 100)))

    assert answers == [[(number + at, 200) for at in range(25)] for number in range(0, 400, 100)]


def test_stores_of_several_threads_open_and_close_side_by_side(recording):
    def use(number: int) -> tuple[int, ...]:
        live = recording(*map(span, range(number)))
        counted = live.sql(COUNT).fetchone()
        live.store.close()
        return counted

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(use, range(40))) == [(number,) for number in range(40)]


def test_closed_stores_leave_no_catalog_behind(recording):
    gc.collect()  # stores that earlier tests abandoned shall not go meanwhile
    witness = recording()
    before = witness.sql(CATALOGS).fetchone()

    for _ in range(50):
        live = recording(span())
        live.sql(COUNT)
        live.store.close()

    assert witness.sql(CATALOGS).fetchone() == before


def test_a_store_that_nobody_closed_goes_with_its_last_reference(recording):
    gc.collect()
    witness = recording()
    before = witness.sql(CATALOGS).fetchone()
    store = TraceStore(lambda: (1, SpanTree([])))
    store.sql("CREATE TABLE mine AS SELECT 1")
    assert witness.sql(CATALOGS).fetchone() == (before[0] + 1,)

    del store
    gc.collect()
    recording().sql(COUNT)  # what was abandoned goes when the next catalog comes

    assert witness.sql(CATALOGS).fetchone() == (before[0] + 1,)


def test_a_store_that_is_open_outlasts_a_shutdown(recording):
    live = recording(span())
    live.sql("CREATE TABLE mine AS SELECT 7 AS n")

    shutdown()

    assert live.sql("SELECT n FROM mine").fetchone() == (7,)


def test_stores_open_again_after_a_shutdown(recording):
    live = recording(span())
    live.sql(COUNT)
    live.store.close()
    shutdown()
    shutdown()

    assert recording(span()).sql(COUNT).fetchone() == (1,)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # other tests may have left threads
def test_a_forked_child_asks_and_closes_by_itself(recording):
    live = recording(span(1), span(2))
    live.sql("CREATE TABLE mine AS SELECT 1")

    child = os.fork()
    if child == 0:
        try:
            right = live.sql(COUNT).fetchone() == (2,)
            live.store.close()
            shutdown()
            os._exit(0 if right else 1)
        finally:
            os._exit(2)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert live.sql("SELECT * FROM mine").fetchall() == [(1,)]
