"""What is left of a tree without its hidden spans."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from strategies import span_lists

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.render.shown import Shown, counted, hidden


@given(span_lists(), st.sets(st.integers(0, 11)), st.sets(st.integers(0, 11)))
def test_every_span_stands_under_the_nearest_one_above_it_that_is_shown(
    spans: list[Span], unseen: set[int], collapsed: set[int]
):
    tree = SpanTree(spans)
    shown = Shown.of(tree, unseen, collapsed)

    visible = {at for at in range(len(tree)) if at not in unseen and collapsed.isdisjoint(tree.ancestors(at))}
    expected: dict[int, list[int]] = {-1: [], **{at: [] for at in visible}}
    for at in sorted(visible):
        expected[next((above for above in tree.ancestors(at) if above not in unseen), -1)].append(at)
    assert {host: [*below] for host, below in shown.below.items()} == expected
    assert set(shown.top_down) == visible


@given(span_lists(), st.sets(st.integers(0, 11)))
def test_a_hidden_span_is_hosted_by_what_is_shown_above_it(spans: list[Span], unseen: set[int]):
    tree = SpanTree(spans)
    hosts = Shown.of(tree, unseen).hosts

    for at in range(len(tree)):
        assert hosts[at] == next((above for above in [at, *tree.ancestors(at)] if above not in unseen), -1)


def test_what_is_hidden_is_counted_by_its_kind_but_culprits_are_not_hidden():
    hook = {"module": "flock.core", "agent.name": "None"}
    tree = SpanTree(
        [
            Span("A.on_start", span_id="1", attributes=hook),
            Span("A.on_end", span_id="2", start_ns=1, attributes=hook),
            Span("db.query", span_id="3", start_ns=2),
            Span("db.query", span_id="4", start_ns=3),
            Span("chat", span_id="5", start_ns=4),
        ]
    )

    assert counted(hidden(tree, "db.*")) == ["(hidden: 2 component hooks, 2 other spans)"]
    assert counted(hidden(tree, ["db.*", "A.*"], but={0, 3})) == ["(hidden: 1 component hook, 1 other span)"]
    assert counted(hidden(tree, (), but={0, 1})) == []
