"""What a page is told equals what the analyses in Python find, on random traces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import LEVELS, span_lists

from pytest_flock_trace.analysis.critical_path import critical_path
from pytest_flock_trace.analysis.dependencies import dependencies
from pytest_flock_trace.analysis.red import red as red_of
from pytest_flock_trace.analysis.statistics import statistics as statistics_of
from pytest_flock_trace.model.artifact import Artifact
from pytest_flock_trace.model.flows import NOWHERE, flows
from pytest_flock_trace.model.noise import noise
from pytest_flock_trace.model.passages import LAYERS
from pytest_flock_trace.model.redaction import Redaction
from pytest_flock_trace.model.span import KINDS, RUN_ATTRIBUTE, TEST_ATTRIBUTE
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.store.memory import TraceStore
from pytest_flock_trace.viewer.answers.dependency_graph import dependency_graph
from pytest_flock_trace.viewer.answers.overview import named_rows
from pytest_flock_trace.viewer.answers.red import BY, red
from pytest_flock_trace.viewer.answers.statistics import attribute_keys, statistics
from pytest_flock_trace.viewer.answers.told import Told
from pytest_flock_trace.viewer.answers.trace_columns import HIDDEN, NO_AGENT, ORPHAN, trace_columns

LONGEST = 2**50


@st.composite
def workflows(draw: st.DrawFn) -> Trace:
    """Traces of few services with runs and tests, typed artifacts, hooks of Flock's and spans that end too early."""
    types = st.sampled_from((None, "Draft", "Review"))
    return Trace.of(
        one.replace(
            name=draw(st.sampled_from((one.name, one.name, "Agent.on_start"))),
            end_ns=one.end_ns + draw(st.sampled_from((0, 0, -20, LONGEST - 1))),
            consumed=[Artifact(each, draw(types)) for each in one.consumed],
            produced=[Artifact(each, draw(types)) for each in one.produced],
            service=draw(st.sampled_from((None, "crew", "crew", "shop"))),
            kind=draw(st.sampled_from(KINDS)),
            attributes={
                **one.attributes,
                **draw(st.sampled_from(({}, {}, {}, {RUN_ATTRIBUTE: "run", TEST_ATTRIBUTE: "test_x"}))),
                **draw(st.sampled_from(({}, {"module": "flock.core"}, {"a~b/c.d": "x"}, {"a~b/c.d": "password=1234"}))),
            },
        )
        for one in draw(span_lists(max_size=14))
    )


@contextmanager
def stored(trace: Trace) -> Iterator[Any]:
    """A store in memory, which answers as the view of a file does."""
    store = TraceStore(lambda: (1, trace.tree))
    try:
        yield store
    finally:
        store.close()


def near(value: Any) -> Any:
    """DuckDB's builds differ in the last bit of an interpolation, which decides how half a nanosecond is rounded."""
    return pytest.approx(int(value), abs=1, rel=0)


@settings(max_examples=60, deadline=None)  # the first opens DuckDB
@given(workflows(), st.sampled_from(BY))
def test_red_rows_are_those_of_the_analysis_and_their_series_add_up_to_them(trace: Trace, by: Any) -> None:
    with stored(trace) as view:
        answer = red(view, by, Told())
    expected = red_of(trace, by)

    assert [row["subject"] for row in answer["rows"]] == list(expected)
    for row in answer["rows"]:
        found = expected[row["subject"]]
        assert (row["count"], row["errors"]) == (found.count, found.errors)
        assert row["rate"] == pytest.approx(found.rate)
        assert [row[name] for name in ("p50", "p95", "p99")] == [near(found.p50), near(found.p95), near(found.p99)]
        series = answer["series"]["subjects"][row["subject"]]
        if answer["series"]["start_ms"] is not None:
            assert (sum(series["count"]), sum(series["errors"])) == (found.count, found.errors)
        assert {len(values) for values in series.values()} == {len(answer["series"]["all"]["count"])}


@settings(max_examples=60, deadline=None)  # the first opens DuckDB
@given(workflows(), st.sampled_from(("operation", "service", "name", "agent", "attributes.a~b/c.d")))
def test_statistics_are_those_of_the_analysis_by_attributes_too(trace: Trace, by: str) -> None:
    with stored(trace) as view:
        rows = statistics(view, by, Redaction())["rows"]
    expected = statistics_of(trace, by)
    names = {"password=1234": "password=[redacted]"}

    assert [(row["subject"], row["count"], row["errors"]) for row in rows] == [
        (names.get(str(subject), subject), found.count, found.errors) for subject, found in expected.items()
    ]
    assert [row["self_total"] for row in rows] == [int(found.self_total) for found in expected.values()]


@settings(max_examples=30, deadline=None)  # the first opens DuckDB
@given(workflows())
def test_a_test_s_statistics_count_the_spans_in_its_runs(trace: Trace) -> None:
    tree = trace.tree
    within = [
        at
        for at in range(len(tree))
        if tree.spans[at].run is None and any(tree.spans[above].run is not None for above in tree.ancestors(at))
    ]
    with stored(trace) as view:
        rows = statistics(view, "test", Redaction())["rows"]

    assert [(row["subject"], row["count"]) for row in rows] == ([("test_x", len(within))] if within else [])


@settings(max_examples=100, deadline=None)  # the first opens DuckDB
@given(workflows(), st.sampled_from(LEVELS), st.sampled_from(LAYERS))
def test_the_graph_is_that_of_the_analysis(trace: Trace, by: Any, layer: Any) -> None:
    if not trace.captured:
        return
    with stored(trace) as view:
        answer = dependency_graph(view, layer, by)
    graph = dependencies(trace, by, layer)

    assert [node["name"] for node in answer["nodes"]] == list(graph.nodes)
    assert [
        (edge["source"], edge["target"], edge["artifact"], edge["count"], edge["errors"]) for edge in answer["edges"]
    ] == [(edge.source, edge.target, edge.artifact, edge.count, edge.errors) for edge in graph.edges]
    assert [[edge["queue"], edge["p50"], edge["p95"]] for edge in answer["edges"]] == [
        [near(edge.queue), near(edge.p50), near(edge.p95)] for edge in graph.edges
    ]
    assert [
        [((part["source"], part["target"]), part["count"], part["errors"]) for part in edge["operations"]]
        for edge in answer["edges"]
    ] == [[(pair, part.count, part.errors) for pair, part in edge.operations.items()] for edge in graph.edges]
    assert [edge["cyclic"] for edge in answer["edges"]] == [edge in graph.cyclic for edge in graph.edges]
    assert [cycle["nodes"] for cycle in answer["cycles"]] == [list(cycle.nodes) for cycle in graph.cycles]
    assert {(one["artifact"], one["position"]) for one in answer["dangling"]} == {
        (str(one.artifact), trace.tree.spans.index(one.producer)) for one in graph.dangling
    }


@settings(max_examples=100, deadline=None)
@given(workflows())
def test_a_trace_s_columns_are_its_tree_and_its_path(trace: Trace) -> None:
    answer, tree = trace_columns(trace), trace.tree
    texts = [*answer["strings"], None]
    start = trace.started or 0

    assert answer["parent"] == list(tree.parents)
    assert [texts[at] for at in answer["label"]] == [span.label for span in tree.spans]
    assert [texts[at] for at in answer["actor"]] == [span.actor for span in tree.spans]
    assert [start + at for at in answer["start"]] == tree.starts
    assert answer["self"] == [tree.self_time(at) for at in range(len(tree))]
    assert {at for at, flags in enumerate(answer["flags"]) if flags & HIDDEN} == set(noise(tree))
    assert [at for at, flags in enumerate(answer["flags"]) if flags & ORPHAN] == tree.orphans
    assert answer["causes"] == [
        [one.producer, one.consumer, one.type] for one in flows(tree) if one.producer != NOWHERE
    ]
    path = critical_path(trace)
    critical = answer["critical"]
    sections = list(zip(critical["span"], critical["length"], critical["kind"]))
    assert [(tree.spans[at].key, length, kind) for at, length, kind in sections] == [
        (one.span.key, one.duration, one.kind) for one in path.sections
    ]
    assert not sections or start + critical["end"] == path.sections[0].end_ns
    times = dict(answer["critical"]["times"])
    assert times == {actor or NO_AGENT: int(time) for actor, time in path.by_actor().items()}
    assert sum(times.values()) + answer["critical"]["waiting"] + answer["critical"]["queueing"] == path.duration


@settings(max_examples=30, deadline=None)  # the first opens DuckDB
@given(workflows())
def test_keys_of_attributes_and_hidden_spans_are_counted_as_they_occur(trace: Trace) -> None:
    counts: dict[str, int] = {}
    for span in trace:
        for key in span.attributes:
            counts[key] = counts.get(key, 0) + 1
    with stored(trace) as view:
        assert {row["key"]: row["spans"] for row in attribute_keys(view)["keys"]} == counts
        hidden = sum(row["hooks"] for row in named_rows(view, "noisy_operations"))
    assert hidden == sum(trace.tree.spans[at].run is None for at in noise(trace.tree))
