from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from strategies import traces

from pytest_flock_trace.model.artifact import Artifact
from pytest_flock_trace.model.payload import to_json
from pytest_flock_trace.model.span import RUN_ATTRIBUTE, TEST_ATTRIBUTE, Event, Link, Origin, Scope, Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.store.rows import columns
from pytest_flock_trace.store.schema import COLUMNS

DOCUMENTS = {"events", "links", "resource", "attributes", "consumed", "produced"}
TEXT = st.text("a?é日🦆\x00\x7f\n\"'\\{\ud800\udfff", max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


def rows_of(*spans: Span) -> dict[str, dict[str, Any]]:
    """What the table says of each span, by span id."""
    found = columns(SpanTree(spans))
    return {row[1]: dict(zip(found, row)) for row in zip(*found.values())}


def run(span_id: str, name: str, test: str | None = None, **traits: Any) -> Span:
    """The root of a run."""
    attributes = {RUN_ATTRIBUTE: name, **({TEST_ATTRIBUTE: test} if test else {})}
    return Span(name, span_id=span_id, attributes=attributes, **traits)


def test_there_is_a_list_for_every_column_that_the_database_does_not_fill():
    assert list(columns(SpanTree([]))) == [column.name for column in COLUMNS if column.filled]
    assert {len(values) for values in columns(SpanTree([Span("a", span_id="1")])).values()} == {1}


def test_fields_of_the_span_are_columns():
    span = Span(
        "Agent.execute",
        span_id="1",
        trace_id="f",
        parent_id="gone",
        start_ns=1_500_000,
        end_ns=4_000_000,
        status="error",
        status_description="boom",
        kind="client",
        attributes={"agent.name": "writer", "tool.name": "search", "flock.wait": True},
        scope=Scope("flock.auto", "1"),
        late=True,
        unfinished=True,
        detached=True,
        dropped=3,
        origin=Origin(phase="setup", thread="MainThread"),
    )

    row = rows_of(span)["1"]

    assert {name: row[name] for name in row if name not in DOCUMENTS} == {
        "trace_id": "f",
        "span_id": "1",
        "parent_id": "gone",
        "name": "Agent.execute",
        "service": "Agent",
        "operation": "execute",
        "kind": "CLIENT",
        "start_time": 1_500_000,
        "end_time": 4_000_000,
        "duration_ms": 2.5,
        "status_code": "ERROR",
        "status_description": "boom",
        "duration": 2_500_000,
        "self_time": 2_500_000,
        "label": "Agent.execute[search]",
        "agent": "writer",
        "actor": "writer",
        "tool": "search",
        "scope": "flock.auto",
        "scope_version": "1",
        "parent_service": None,
        "run": None,
        "test": None,
        "phase": "setup",
        "thread": "MainThread",
        "is_run": False,
        "waits": True,
        "late": True,
        "unfinished": True,
        "detached": True,
        "dropped": 3,
        "below": 0,
        "errors_below": 0,
        "place": 0,
        "parent_place": None,
        "agent_above": None,
        "service_above": None,
        "operation_above": None,
    }


def test_events_and_links_are_lists_of_objects():
    span = Span(
        "a",
        span_id="1",
        trace_id="f",
        events=[Event("retry", 7, {"attempt": 2})],
        links=[Link("2"), Link("3", "other", {"why": "input"})],
    )

    row = rows_of(span)["1"]

    assert row["events"] == '[{"name":"retry","timestamp":7,"attributes":{"attempt":2}}]'
    assert row["links"] == to_json(
        [
            {"trace_id": "f", "span_id": "2", "attributes": {}},
            {"trace_id": "other", "span_id": "3", "attributes": {"why": "input"}},
        ]
    )


def test_artifacts_are_lists_of_objects_with_their_type_where_it_is_known():
    row = rows_of(Span("a", span_id="1", consumed=["t1", Artifact("d1", "Draft")]))["1"]

    assert row["consumed"] == '[{"id":"t1","type":null},{"id":"d1","type":"Draft"}]'
    assert row["produced"] == "[]"


def test_rows_name_the_rows_above_them_that_count_at_each_level():
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "writer"}
    rows = rows_of(
        Span("work", span_id="0", start_ns=0, attributes=agent, resource={"service.name": "crew"}),
        run("1", "inner", parent_id="0", start_ns=1),
        Span("chat", span_id="2", parent_id="1", start_ns=2),
        Span("post", span_id="3", parent_id="2", start_ns=3),
        Span("orphan", span_id="4", parent_id="lost", start_ns=4),
    )

    above = ("place", "parent_place", "agent_above", "service_above", "operation_above")
    assert [tuple(rows[span][name] for name in above) for span in "01234"] == [
        (0, None, None, None, None),
        (1, 0, 0, 0, 0),
        (2, 1, 0, 0, 0),
        (3, 2, 0, 0, 2),
        (4, None, None, None, None),
    ]


def test_a_span_that_ends_before_it_starts_lasts_no_time():
    row = rows_of(Span("a", span_id="1", start_ns=9, end_ns=2))["1"]

    assert (row["duration"], row["duration_ms"], row["self_time"]) == (0, 0.0, 0)


def test_the_parent_s_service_stands_beside_the_child():
    rows = rows_of(Span("Flock.publish", span_id="1"), Span("Agent.execute", span_id="2", parent_id="1"))

    assert [rows[span]["parent_service"] for span in "12"] == [None, "Flock"]


def test_spans_carry_the_name_of_the_nearest_run_around_them():
    rows = rows_of(
        Span("ambient", span_id="0", trace_id="u"),
        run("1", "outer", "test_a"),
        Span("step", span_id="2", parent_id="1"),
        run("3", "inner", parent_id="2"),
        Span("step", span_id="4", parent_id="3"),
    )

    assert [rows[span]["run"] for span in "01234"] == [None, "outer", "outer", "inner", "inner"]
    assert [rows[span]["is_run"] for span in "01234"] == [False, True, False, True, False]


def test_spans_carry_the_test_that_opened_their_run():
    rows = rows_of(run("1", "outer", "test_a"), run("2", "inner", parent_id="1"), run("3", "lone", trace_id="u"))

    assert [rows[span]["test"] for span in "123"] == ["test_a", "test_a", None]


def test_a_span_whose_parent_is_lost_belongs_to_the_only_run_of_its_trace():
    rows = rows_of(
        run("1", "review", "test_a", start_ns=5),
        Span("remote", span_id="2", parent_id="lost", start_ns=1, status="error"),
        Span("child", span_id="3", parent_id="2", start_ns=2),
    )

    assert [rows[span]["run"] for span in "123"] == ["review"] * 3
    assert [rows[span]["test"] for span in "123"] == ["test_a"] * 3
    assert (rows["1"]["below"], rows["1"]["errors_below"]) == (2, 1)


def test_a_trace_id_that_two_runs_share_adopts_no_orphan():
    rows = rows_of(run("1", "first"), run("2", "second"), Span("remote", span_id="3", parent_id="lost"))

    assert rows["3"]["run"] is None


def test_a_root_without_a_parent_is_ambient_even_under_a_run_s_trace_id():
    rows = rows_of(run("1", "review"), Span("setup", span_id="2"))

    assert rows["2"]["run"] is None


@given(traces())
def test_what_stands_below_a_span_is_counted_at_any_depth(trace: Trace):
    found = columns(trace.tree)

    below = [trace.descendants(span) for span in trace]
    assert found["below"] == [len(spans) for spans in below]
    assert found["errors_below"] == [sum(span.failed for span in spans) for spans in below]


@given(traces())
def test_self_time_and_label_are_the_trace_s(trace: Trace):
    found = columns(trace.tree)

    assert found["self_time"] == [int(trace.self_time(span)) for span in trace]
    assert found["label"] == [span.label for span in trace]


@given(st.dictionaries(TEXT, VALUES, max_size=4))
@example({"\ud800": 1, "?": 2})
@example({"a": 2**64, "b": True, "c": 2**64 - 1})
def test_attributes_are_the_document_that_the_model_makes_of_them(attributes: dict[str, Any]):
    found = columns(SpanTree([Span("a", span_id="1", attributes=attributes)]))

    assert found["attributes"] == [to_json(attributes)]


def test_text_that_no_database_takes_loses_only_what_is_wrong():
    span = Span("caf\ud800é", span_id="\udfff1", status_description="naïve", attributes={"tool.name": "\ud800"})

    (row,) = rows_of(span).values()

    assert (row["name"], row["span_id"], row["status_description"], row["tool"]) == ("caf?é", "?1", "naïve", "?")


def test_a_chain_of_any_depth_is_walked():
    deep = 5_000
    spans = [Span("a", span_id=str(at), parent_id=str(at - 1) if at else None, start_ns=at) for at in range(deep)]

    found = columns(SpanTree(spans))

    assert found["below"][0] == deep - 1
