"""The queries in SQL and the analyses in Python are one definition, held equal on random traces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from fractions import Fraction
from math import ceil, floor, ulp
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import LEVELS, span_lists

from pytest_flock_trace.analysis.dependencies import dependencies
from pytest_flock_trace.analysis.red import SUBJECTS, red
from pytest_flock_trace.analysis.statistics import statistics
from pytest_flock_trace.analysis.subject import FIELDS
from pytest_flock_trace.model.artifact import Artifact
from pytest_flock_trace.model.passages import LAYERS
from pytest_flock_trace.model.span import KINDS, RUN_ATTRIBUTE, Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.store.memory import TraceStore
from pytest_flock_trace.store.query import query

LONGEST = 2**50
PERCENTILES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}


def _traces() -> st.SearchStrategy[Trace]:
    """Traces in which some spans root a run and durations are short, for ties, or of any length."""
    lengths = st.lists(st.integers(0, LONGEST - 1) | st.integers(0, 9), min_size=12, max_size=12)
    roots = st.sets(st.integers(0, 11), max_size=2)
    return st.builds(_trace, span_lists(), lengths, roots)


def _trace(spans: list[Span], lengths: list[int], roots: set[int]) -> Trace:
    return Trace.of(_varied(span, lengths[at], is_run=at in roots) for at, span in enumerate(spans))


def _varied(span: Span, length: int, *, is_run: bool) -> Span:
    return Span(
        span.name,
        span_id=span.span_id,
        parent_id=span.parent_id,
        start_ns=span.start_ns,
        end_ns=span.start_ns + length,
        status=span.status,
        attributes={**span.attributes, **({RUN_ATTRIBUTE: "run"} if is_run else {})},
        resource={"service.name": "crew"} if length % 2 else None,
    )


def _answered(trace: Trace, name: str, by: str) -> dict[str, dict[str, Any]]:
    store = TraceStore(lambda: (1, trace.tree))
    try:
        rows = store.saved(name, by=by)
        return {row[0]: dict(zip(rows.columns[1:], row[1:])) for row in rows}
    finally:
        store.close()


def _computed(table: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {subject: {field.name: getattr(row, field.name) for field in fields(row)} for subject, row in table.items()}


def _assert_same(answered: dict[str, dict[str, Any]], computed: dict[str, dict[str, Any]]) -> None:
    """Whole numbers and the order of subjects exactly, ratios to nine digits, percentiles to the nanosecond.

    DuckDB's builds differ in the last bit of an interpolation, with or without a fused multiplication; before half a
    nanosecond that bit decides which way to round.
    """
    assert list(answered) == list(computed)
    for subject, expected in computed.items():
        assert answered[subject] == {name: _accepted(name, value) for name, value in expected.items()}


def _accepted(name: str, value: Any) -> Any:
    if name in PERCENTILES:
        return pytest.approx(int(value), abs=1, rel=0)
    return pytest.approx(value, rel=1e-9) if isinstance(value, float) else value


@settings(max_examples=60, deadline=None)  # the first opens DuckDB
@given(_traces(), st.sampled_from(SUBJECTS))
def test_red_is_the_same_in_sql_and_in_python(trace: Trace, by: Any):
    _assert_same(_answered(trace, "red", by), _computed(red(trace, by=by)))


@settings(max_examples=60, deadline=None)  # the first opens DuckDB
@given(_traces(), st.sampled_from([*FIELDS]))
def test_statistics_are_the_same_in_sql_and_in_python(trace: Trace, by: str):
    _assert_same(_answered(trace, "statistics", by), _computed(statistics(trace, by=by)))


@st.composite
def _workflows(draw: st.DrawFn) -> Trace:
    """Traces of a few services, in which artifacts have types, some spans root runs and some end before they start."""
    types = st.sampled_from((None, "Draft", "Review"))
    services = st.sampled_from((None, "crew", "crew", "crew", "shop", ""))
    sides = st.sampled_from([kind for kind in KINDS if kind != "internal"])
    spans = draw(span_lists(max_size=16))
    return Trace.of(
        one.replace(
            end_ns=one.end_ns + draw(st.sampled_from((0, 0, -20, LONGEST - 1))),
            consumed=[Artifact(each, draw(types)) for each in one.consumed],
            produced=[Artifact(each, draw(types)) for each in one.produced],
            service=draw(services),
            operation=draw(st.sampled_from((None, None, None, ""))),
            kind=draw(sides),
            attributes={**one.attributes, **({RUN_ATTRIBUTE: "run"} if draw(st.integers(0, 9)) == 0 else {})},
        )
        for one in spans
    )


@settings(max_examples=150, deadline=None)  # the first opens DuckDB
@given(_workflows(), st.sampled_from(LEVELS))
def test_dependencies_are_the_same_in_sql_and_in_python(trace: Trace, by: Any):
    answered = _edges_answered(trace, by)
    # of a lone span there is no graph, as there may be more to it; the query answers what there is
    computed = [row for layer in LAYERS for row in _edges(trace, by, layer)] if trace.captured else answered

    assert answered == computed


def _edges_answered(trace: Trace, by: str = "agent") -> list[tuple[Any, ...]]:
    store = TraceStore(lambda: (1, trace.tree))
    try:
        return list(store.saved("dependencies", by=by))
    finally:
        store.close()


def _edges(trace: Trace, by: Any, layer: Any) -> list[tuple[Any, ...]]:
    return [
        (
            layer,
            *names,
            edge.count,
            edge.errors,
            *(_accepted("p50", value) for value in (edge.queue, edge.p50, edge.p95)),
        )
        for edge in dependencies(trace, by, layer).edges
        for names in [(edge.source, edge.target, edge.artifact)]
    ]


def test_of_two_links_to_one_invocation_the_first_tells_how_long_it_took():
    agents = [{"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name} for name in ("writer", "critic")]
    trace = Trace.of(
        [
            Span("writes", span_id="w", end_ns=9, attributes=agents[0]),
            Span("plan", span_id="p", parent_id="w", start_ns=1, end_ns=3),
            Span("draft", span_id="d", parent_id="w", start_ns=4, end_ns=7),
            Span("reads", span_id="c", start_ns=20, end_ns=25, attributes=agents[1], links=["d", "p"]),
        ]
    )

    assert (
        _edges_answered(trace)
        == _edges(trace, "agent", "artifact")
        == [("artifact", "writer", "critic", None, 1, 0, 13, 5, 5)]
    )


def test_a_span_id_that_repeats_counts_each_bearer_s_calls_once():
    """A seeded generator gives the same ids again; a link means the last bearer."""
    agents = [{"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name} for name in ("writer", "critic")]
    trace = Trace.of(
        [
            Span("one", span_id="1", start_ns=0, end_ns=5, attributes=agents[0]),
            Span("two", span_id="1", start_ns=10, end_ns=15, attributes=agents[1]),
            Span("of one", span_id="2", parent_id="1", start_ns=1, end_ns=2, attributes=agents[1]),
            Span("of two", span_id="3", parent_id="1", start_ns=11, end_ns=12, attributes=agents[0], links=["1"]),
        ]
    )
    answered = _edges_answered(trace)

    assert answered == [row for layer in LAYERS for row in _edges(trace, "agent", layer)]
    assert [row[:5] for row in answered if row[0] == "call"] == [
        ("call", "critic", "writer", None, 1),
        ("call", "writer", "critic", None, 1),
    ]


def test_both_group_by_the_same_unasked():
    spans = [Span("Agent.execute", span_id="1", end_ns=5, attributes={"agent.name": "writer"})]
    trace = Trace.of(spans)

    _assert_same(_answered(trace, "red", query("red").by[0]), _computed(red(trace)))
    _assert_same(_answered(trace, "statistics", query("statistics").by[0]), _computed(statistics(trace)))


@settings(deadline=None)
@given(st.lists(st.integers(0, LONGEST - 1) | st.integers(0, 40), min_size=1, max_size=60))
def test_percentiles_of_both_lie_within_half_a_nanosecond_of_the_exact_ones(durations: list[int]):
    trace = Trace.of(Span("s", span_id=str(at), end_ns=length) for at, length in enumerate(durations))
    answered, computed = _answered(trace, "red", "operation")["s"], _computed(red(trace, by="operation"))["s"]

    for name, level in PERCENTILES.items():
        exact = _interpolated(sorted(durations), level)
        slack = Fraction(1, 2) + 4 * Fraction(ulp(exact))
        assert abs(answered[name] - exact) <= slack
        assert abs(int(computed[name]) - exact) <= slack


def _interpolated(ordered: list[int], level: float) -> Fraction:
    """Definition 7 of Hyndman and Fan without rounding, but for the rank."""
    rank = Fraction((len(ordered) - 1) * level)
    low, high = ordered[floor(rank)], ordered[ceil(rank)]
    return low + (high - low) * (rank - floor(rank))
