from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from strategies import traces

from pytest_flock_trace.analysis.covering_ancestor import Ancestry
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree


def ancestry(tree: SpanTree) -> Ancestry:
    return Ancestry(tree, [span.start_ns for span in tree.spans], [span.end_ns for span in tree.spans])


@given(traces(max_size=25), st.integers(90, 180))
def test_the_shortest_covering_ancestor_is_found_and_the_nearest_of_equals(trace, moment):
    tree = trace.tree
    for position in range(len(tree)):
        covering = [at for at in tree.ancestors(position) if tree.spans[at].start_ns < moment <= tree.spans[at].end_ns]
        expected = min(covering, key=lambda at: tree.spans[at].duration, default=-1)
        assert ancestry(tree).shortest_covering(position, moment) == expected


def test_an_ancestor_that_starts_at_the_moment_does_not_cover_it():
    tree = Trace.of(
        [Span("a", span_id="a", start_ns=5, end_ns=9), Span("b", span_id="b", parent_id="a", end_ns=5)]
    ).tree
    child = next(at for at, span in enumerate(tree.spans) if span.span_id == "b")
    assert ancestry(tree).shortest_covering(child, moment=5) == -1


def test_the_root_above_ten_thousand_ancestors_that_end_too_early_is_found():
    spans = [Span("root", span_id="0", end_ns=1_000_000)]
    spans += [
        Span("x", span_id=str(at), parent_id=str(at - 1), start_ns=at, end_ns=20_000 + at) for at in range(1, 10_000)
    ]
    tree = Trace.of(spans).tree
    found = ancestry(tree)
    assert {found.shortest_covering(at, tree.spans[at].end_ns) for at in range(1, 10_000)} == {0}
