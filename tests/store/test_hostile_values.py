"""Values that JSON, SQL or UTF-8 have no words for load all the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_flock_trace.model.span import Event, Link, Span
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.store.memory import TraceStore

ANY_TEXT = st.text("a?é日🦆\x00\x7f\n\"'\\{\ud800\udfff", max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3) | st.tuples(inner, inner),
    max_leaves=6,
)
ATTRIBUTES = st.dictionaries(ANY_TEXT, VALUES, max_size=3)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (b"\x00\xff", "AP8="),
        (2**200, str(2**200)),
        (2**64 - 1, str(2**64 - 1)),
        (-(2**63), str(-(2**63))),
        (1.5, "1.5"),
        (True, "true"),
        (None, None),
        ('it\'s "quoted" \\ and\nbroken', 'it\'s "quoted" \\ and\nbroken'),
        ("\ud800", "?"),
        ("naïve 🦆", "naïve 🦆"),
        ({"a": [1, {"b": ("c",)}]}, '{"a":[1,{"b":["c"]}]}'),
        (["x", float("nan")], '["x","nan"]'),
    ],
    ids=repr,
)
def test_an_attribute_reads_back_as_text(recording, value: object, read: str | None):
    sql = recording(Span("a", span_id="1", attributes={"key": value})).sql

    assert sql("SELECT attributes->>'key' FROM spans").fetchall() == [(read,)]
    assert sql("SELECT json_valid(attributes::VARCHAR) FROM spans").fetchone() == (True,)


def test_a_dotted_attribute_is_one_key(recording):
    sql = recording(Span("a", span_id="1", attributes={"gen_ai.agent.name": "writer"})).sql

    assert sql("SELECT attributes->>'gen_ai.agent.name' FROM spans").fetchone() == ("writer",)


def test_documents_are_of_type_json(recording):
    sql = recording(Span("a", span_id="1", attributes={"n": 1}, links=["2"], events=[Event("e")])).sql

    types = "SELECT DISTINCT typeof(attributes), typeof(events), typeof(links), typeof(resource) FROM spans"
    assert sql(types).fetchall() == [("JSON",) * 4]
    assert sql("SELECT links->0->>'span_id', events->0->>'name' FROM spans").fetchall() == [("2", "e")]


@pytest.mark.parametrize(
    "text", ["O'Brien", 'say "hi"', "a;DROP TABLE spans", "--", "\\", "\x00", "\ud800x", "日本"], ids=ascii
)
def test_names_are_stored_as_they_are(recording, text: str):
    span = Span(text, span_id=text, trace_id=text, status_description=text, resource={"service.name": text})
    sql = recording(span).sql

    stored = text.replace("\ud800", "?")
    row = sql("SELECT name, span_id, trace_id, status_description, service, label FROM spans").fetchone()
    assert row == (stored,) * 6


@pytest.mark.parametrize(("start", "end"), [(0, 2**64), (-(2**70), 5), (2**63, 2**63 + 10)])
def test_times_beyond_what_a_column_holds_are_cut_to_it(recording, start: int, end: int):
    sql = recording(Span("a", span_id="1", start_ns=start, end_ns=end)).sql

    assert sql("SELECT start_time, end_time FROM spans").fetchone() == (
        max(min(start, 2**63 - 1), -(2**63)),
        max(min(end, 2**63 - 1), -(2**63)),
    )


@settings(max_examples=50, deadline=None)  # the first opens DuckDB
@given(ANY_TEXT, ATTRIBUTES, ATTRIBUTES, ATTRIBUTES)
def test_whatever_a_span_carries_loads_as_valid_json(
    name: str, attributes: dict[str, Any], inner: dict[str, Any], resource: dict[str, Any]
):
    span = Span(
        name,
        span_id=name,
        attributes=attributes,
        resource=resource,
        events=[Event(name, 0, inner)],
        links=[Link(name, name, inner)],
    )
    store = TraceStore(lambda: (1, SpanTree([span])))
    try:
        row = store.sql("SELECT attributes, events, links, resource FROM spans WHERE json_valid(attributes::VARCHAR)")
        for text in row.fetchall()[0]:
            json.loads(text, parse_constant=pytest.fail)
        paths = store.sql(
            "SELECT attributes->>'a', events->0->>'name', links->0->>'span_id', resource->>'a' FROM spans"
        )
        assert len(paths) == 1
    finally:
        store.close()
