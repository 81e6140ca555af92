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


def line(*times: tuple[int, int]) -> SpanTree:
    """Spans one below the other, each with its start and end."""
    return Trace.of(
        Span("x", span_id=str(at), parent_id=str(at - 1) if at else None, start_ns=start, end_ns=end)
        for at, (start, end) in enumerate(times)
    ).tree


def covering(tree: SpanTree, moment: int) -> str | None:
    """The id of the ancestor that covers the moment for the last of the line."""
    last = max(range(len(tree)), key=lambda at: int(tree.spans[at].span_id))
    found = ancestry(tree).shortest_covering(last, moment)
    return None if found < 0 else tree.spans[found].span_id


intervals = st.builds(lambda start, duration: (start, start + duration), st.integers(0, 8), st.integers(0, 8))


@given(st.lists(intervals, min_size=1, max_size=40), st.integers(0, 17))
def test_the_shortest_covering_ancestor_is_found_and_the_nearest_of_equals(times, moment):
    lengths = [(end - start, -at, str(at)) for at, (start, end) in enumerate(times[:-1]) if start < moment <= end]
    assert covering(line(*times), moment) == min(lengths, default=(0, 0, None))[-1]


@given(traces(max_size=25), st.integers(95, 140))
def test_no_other_branch_of_a_tree_is_taken_for_an_ancestor(trace, moment):
    tree = trace.tree
    for position in range(len(tree)):
        covers = [at for at in tree.ancestors(position) if tree.spans[at].start_ns < moment <= tree.spans[at].end_ns]
        expected = min(covers, key=lambda at: tree.spans[at].duration, default=-1)
        assert ancestry(tree).shortest_covering(position, moment) == expected


def test_of_several_covering_ancestors_the_shortest_is_taken_wherever_it_stands():
    assert covering(line((0, 50), (20, 45), (0, 40), (0, 10), (5, 30)), moment=30) == "1"


def test_of_equally_short_ancestors_the_nearest_is_taken():
    assert covering(line((0, 50), (0, 40), (0, 40), (5, 30)), moment=30) == "2"


def test_an_ancestor_that_ends_at_the_moment_covers_it():
    assert covering(line((0, 50), (0, 30), (0, 10), (5, 30)), moment=30) == "1"


def test_an_ancestor_that_ends_earlier_does_not_cover_the_moment():
    assert covering(line((0, 29), (0, 10), (5, 30)), moment=30) is None


def test_an_ancestor_that_starts_at_the_moment_does_not_cover_it():
    assert covering(line((5, 9), (0, 5)), moment=5) is None


def test_the_root_above_ten_thousand_ancestors_that_end_too_early_is_found():
    spans = [Span("root", span_id="0", end_ns=1_000_000)]
    spans += [
        Span("x", span_id=str(at), parent_id=str(at - 1), start_ns=at, end_ns=20_000 + at) for at in range(1, 10_000)
    ]
    tree = Trace.of(spans).tree
    found = ancestry(tree)
    assert {found.shortest_covering(at, tree.spans[at].end_ns) for at in range(1, 10_000)} == {0}
