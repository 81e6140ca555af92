"""A dependency graph as a list of its edges."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import LEVELS, traces

from pytest_flock_trace import Artifact, DependencyGraph, Span, Trace, dependencies, edge_list
from pytest_flock_trace.model.passages import LAYERS
from pytest_flock_trace.model.text import columns_of

MS = 1_000_000


def turn(name: str, at: int, took: Artifact, gave: Artifact, **fields: Any) -> Span:
    said = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
    ids = {"span_id": f"{name}{at}", "parent_id": "root"}
    times = {"start_ns": at * MS, "end_ns": (at + 8) * MS}
    return Span(f"invoke_agent {name}", attributes=said, consumed=[took], produced=[gave], **ids, **times, **fields)


@pytest.fixture
def loop() -> Trace:
    ticket = Artifact("t1", "Ticket")
    drafts = [Artifact(f"d{at}", "Draft") for at in range(2)]
    reviews = [Artifact(f"r{at}", "Review") for at in range(2)]
    return Trace.of(
        [
            Span("workflow", span_id="root", end_ns=100 * MS),
            turn("writer", 0, ticket, drafts[0]),
            turn("critic", 10, drafts[0], reviews[0]),
            turn("writer", 20, reviews[0], drafts[1], status="error"),
            turn("critic", 30, drafts[1], reviews[1]),
        ],
        name="loop",
    )


CYCLE = """\
cycle critic → writer → critic
  invoke_agent critic -> invoke_agent writer by Review r0
  invoke_agent writer -> invoke_agent critic by Draft d1
dangling Review r1 of invoke_agent critic"""


def test_each_edge_is_a_row_with_its_numbers_and_cycles_have_their_round(loop: Trace) -> None:
    assert edge_list(dependencies(loop)) == (
        """\
artifact layer of trace 'loop': 3 edges, 1 cycle, 1 dangling artifact
   from           to      artifact  n  errors  queue   p50   p95
   (external)  →  writer  Ticket    1     0/1         8 ms  8 ms
↻  critic      →  writer  Review    1     1/1   2 ms  8 ms  8 ms
↻  writer      →  critic  Draft     2     0/2   2 ms  8 ms  8 ms
"""
        + CYCLE
    )


def test_operations_stand_below_the_edge_that_they_make_up(loop: Trace) -> None:
    rows = edge_list(dependencies(loop), operations=True).splitlines()[6:8]
    assert rows == [
        "↻  writer                 →  critic                 Draft     2     0/2   2 ms  8 ms  8 ms",
        "     invoke_agent writer  →    invoke_agent critic            2     0/2   2 ms  8 ms  8 ms",
    ]


def test_a_limit_keeps_cycles_then_failures_then_what_happened_most(loop: Trace) -> None:
    lines = edge_list(dependencies(loop), limit=1).splitlines()
    assert lines[2:4] == ["↻  critic  →  writer  Review    1     1/1   2 ms  8 ms  8 ms", "… 2 more edges"]
    straight = DependencyGraph.from_edges([("a", "b"), ("b", "c"), ("b", "c"), ("c", "d")])
    assert edge_list(straight, limit=1).splitlines()[2:] == ["b     →  c   2", "… 2 more edges"]


def test_calls_wait_for_nobody() -> None:
    spans = [Span("plan", span_id="1", end_ns=9), Span("act", span_id="2", parent_id="1", start_ns=1, end_ns=3)]
    assert edge_list(dependencies(Trace.of(spans, name="t"), "operation")).splitlines() == [
        "call layer of trace 't', by operation: 1 edge",
        "from     to   n  errors   p50   p95",
        "plan  →  act  1     0/1  2 ns  2 ns",
    ]


def test_what_is_written_down_has_no_times() -> None:
    graph = DependencyGraph.from_edges([("a", "b"), ("b", "a", "Draft")])
    assert edge_list(graph).splitlines() == [
        "artifact layer as written down: 2 edges, 1 cycle",
        "   from     to  artifact  n",
        "↻  a     →  b             1",
        "↻  b     →  a   Draft     1",
        "cycle a → b → a",
    ]


def test_a_graph_without_edges_is_a_line() -> None:
    assert edge_list(DependencyGraph.from_edges([])) == "artifact layer as written down: 0 edges"


def test_cycles_beyond_those_that_anybody_reads_are_counted() -> None:
    complete = DependencyGraph.from_edges([(one, other) for one in "abcdefgh" for other in "abcdefgh" if one != other])
    lines = edge_list(complete).splitlines()
    assert lines[0].endswith("56 edges, 100 cycles (the first 100)")
    assert [line.split()[0] for line in lines[58:]] == ["cycle"] * 10 + ["…"]
    assert lines[-1] == "… 90 more cycles"


def test_odd_names_stay_on_their_lines_and_in_their_columns() -> None:
    names = ["", "two\nlines", "\x1b[31mred", "日本語", "x" * 300, "\ud800", "e\u0301"]
    text = edge_list(DependencyGraph.from_edges([(name, "writer", name) for name in names]))
    assert len(text.splitlines()) == len(names) + 2
    assert {columns_of(line.split("→")[0]) for line in text.splitlines()[2:]} == {61 + 1}
    assert "(no name)" in text
    assert r"\x1b[31mred" in text
    text.encode("utf-8")


NAMES = st.text(max_size=30)


@given(st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=6), st.integers(60, 120))
def test_any_graph_fits_its_width_where_names_can_give_way(edges: Any, width: int) -> None:
    text = edge_list(DependencyGraph.from_edges(edges), width=width)
    assert max(map(columns_of, text.split("\n"))) <= width
    assert len(text.splitlines()) == len(text.split("\n"))


@given(traces(), st.sampled_from(LEVELS), st.sampled_from(LAYERS), st.integers(0, 5) | st.none())
def test_every_edge_of_any_trace_is_shown_or_counted(trace: Trace, by: Any, layer: Any, limit: int | None) -> None:
    if not trace.captured:
        return
    graph = dependencies(trace, by, layer)
    lines = edge_list(graph, limit=limit).splitlines()
    rows = [line for line in lines if re.search(r" → .* \d+/\d+ ", line)]
    more = sum(int(found[1]) for line in lines if (found := re.fullmatch(r"… (\d+) more edges?", line)))
    assert len(rows) + more == len(graph.edges)
    assert more == 0 or len(rows) == limit
    assert sum(row.startswith("↻") for row in rows) == min(len(graph.cyclic), len(rows))
