from __future__ import annotations

import copy
import pickle

import pytest

from pytest_flock_trace import NotExactlyOne, NothingCaptured, Span, SpanTree, Trace, span
from pytest_flock_trace.errors import BadArgument, BadPattern


def a_trace() -> Trace:
    return Trace.of(
        [
            Span("leaf", span_id="3", parent_id="2", start_ns=20, end_ns=30, status="error"),
            Span("root", span_id="1", start_ns=10, end_ns=100),
            Span("branch", span_id="2", parent_id="1", start_ns=20, end_ns=60),
            Span("branch", span_id="4", parent_id="1", start_ns=50, end_ns=130),
            Span("lost", span_id="5", parent_id="gone", start_ns=60, end_ns=61),
        ],
        name="example",
    )


def test_spans_come_in_start_order() -> None:
    assert [found.span_id for found in a_trace()] == ["1", "2", "3", "4", "5"]


def test_relatives_are_found() -> None:
    trace = a_trace()
    root, branch, leaf, *_ = trace
    assert trace.parent(leaf) == branch
    assert trace.parent(root) is None
    assert [child.span_id for child in trace.children(root)] == ["2", "4"]
    assert [above.span_id for above in trace.ancestors(leaf)] == ["2", "1"]
    assert [below.span_id for below in trace.descendants(root)] == ["2", "3", "4"]


def test_a_span_that_names_an_absent_parent_is_root_and_orphan() -> None:
    trace = a_trace()
    assert [root.span_id for root in trace.roots] == ["1", "5"]
    assert [orphan.span_id for orphan in trace.orphans] == ["5"]


def test_duration_reaches_from_the_first_start_to_the_last_end() -> None:
    assert a_trace().duration == 120
    assert a_trace().started == 10
    assert Trace.of([]).duration == 0
    assert Trace.of([]).started is None


def test_self_time_is_what_no_child_covers() -> None:
    trace = a_trace()
    assert trace.self_time(trace.spans[0]) == 10
    assert trace.self_time(trace.one("leaf")) == 10


def test_membership_asks_for_patterns_names_and_spans() -> None:
    trace = a_trace()
    assert "leaf" in trace
    assert span(status="error") in trace
    assert "twig" not in trace
    assert trace.one("leaf") in trace
    with pytest.raises(BadPattern, match="7 can't be looked for"):
        assert 7 in trace


@pytest.mark.parametrize("spans", [[], [Span("root", span_id="1")]], ids=["no span", "a lone root"])
def test_nothing_can_be_claimed_of_a_trace_without_a_span_below_its_root(spans: list[Span]) -> None:
    trace = Trace.of(spans)
    for claim in (lambda: "x" in trace, lambda: "x" not in trace, lambda: trace.one("x"), lambda: trace.subtree("x")):
        with pytest.raises(NothingCaptured, match="nothing was captured in trace 'trace'"):
            claim()
    assert trace.count("x") == 0
    assert list(trace.find("x")) == []


def test_one_says_what_it_found_instead() -> None:
    with pytest.raises(NotExactlyOne, match="2 spans match span\\('branch'\\)") as several:
        a_trace().one("branch")
    assert [culprit.span_id for culprit in several.value.culprits] == ["2", "4"]
    with pytest.raises(NotExactlyOne, match="did you mean 'leaf'"):
        a_trace().one("laef")


def test_a_subtree_starts_at_the_top_most_match() -> None:
    trace = Trace.of([*a_trace(), Span("leaf", span_id="6", parent_id="3", start_ns=21, end_ns=22)])
    part = trace.subtree("leaf")
    assert [found.span_id for found in part] == ["3", "6"]
    assert part.name == "leaf"
    with pytest.raises(NotExactlyOne, match="2 spans top-most match"):
        trace.subtree("branch")


def test_a_span_of_another_trace_is_refused() -> None:
    stranger = Span("x", span_id="99")
    with pytest.raises(BadArgument, match="is not in trace 'example'"):
        a_trace().children(stranger)


def test_several_traces_are_told_apart() -> None:
    trace = Trace.of([Span("a", span_id="1", trace_id="x"), Span("b", span_id="1", trace_id="y", start_ns=1)])
    assert trace.trace_id is None
    assert [(one.name, one.trace_id) for one in trace.traces] == [("a", "x"), ("b", "y")]


def test_a_parent_of_another_trace_is_not_a_parent() -> None:
    trace = Trace.of([Span("a", span_id="1", trace_id="x"), Span("b", span_id="2", parent_id="1", trace_id="y")])
    assert len(trace.roots) == 2


def test_repeated_ids_resolve_to_the_latest_parent_that_had_started() -> None:
    tree = SpanTree(
        [
            Span("first", span_id="1", start_ns=0, end_ns=10),
            Span("child of first", span_id="2", parent_id="1", start_ns=5, end_ns=6),
            Span("second", span_id="1", start_ns=20, end_ns=30),
            Span("child of second", span_id="2", parent_id="1", start_ns=25, end_ns=26),
        ]
    )
    assert tree.parents == [-1, 0, -1, 2]


def test_a_cycle_of_parents_is_cut_at_its_earliest_span() -> None:
    trace = Trace.of(
        [
            Span("a", span_id="1", parent_id="3", start_ns=1),
            Span("b", span_id="2", parent_id="1", start_ns=2),
            Span("c", span_id="3", parent_id="2", start_ns=3),
            Span("self", span_id="4", parent_id="4", start_ns=4),
        ]
    )
    assert [root.span_id for root in trace.roots] == ["1", "4"]
    assert [below.span_id for below in trace.descendants(trace.roots[0])] == ["2", "3"]


def test_ten_thousand_levels_are_walked() -> None:
    depth = 10_000
    spans = [
        Span("n", span_id=str(i), parent_id=str(i - 1) if i else None, start_ns=i, end_ns=depth) for i in range(depth)
    ]
    trace = Trace.of(spans)
    assert len(trace.descendants(trace.roots[0])) == depth - 1
    assert trace.tree.depths[-1] == depth - 1
    assert trace.count(span("n", under="n")) == depth - 1


def test_spans_cannot_be_changed_but_copied_with_a_change() -> None:
    one = Span("a", span_id="1", attributes={"k": 1}, status="OK")
    assert one.status == "ok"
    with pytest.raises(AttributeError, match="immutable"):
        one.name = "b"
    other = one.replace(name="b")
    assert (other.name, other.attributes, one.name) == ("b", {"k": 1}, "a")
    with pytest.raises(BadArgument, match="'done' is no span status; valid: unset, ok, error"):
        one.replace(status="done")


def test_spans_and_numbers_can_be_copied_and_sent() -> None:
    trace = a_trace()
    assert pickle.loads(pickle.dumps(trace.spans)) == copy.deepcopy(trace.spans) == trace.spans
    count = pickle.loads(pickle.dumps(trace.count("branch")))
    assert (type(count), count) == (int, 2)
    assert copy.deepcopy(trace.duration) == trace.duration


def test_equal_spans_are_equal_and_foreign_values_decide_for_themselves() -> None:
    assert Span("a", span_id="1") == Span("a", span_id="1")
    assert Span("a", span_id="1") != Span("a", span_id="1", end_ns=5)
    assert Span("a", span_id="1").__eq__(3) is NotImplemented


def test_a_part_of_a_trace_that_was_captured_is_evidence_even_if_it_is_one_span() -> None:
    trace = Trace.of([Span("root", span_id="1"), Span("leaf", span_id="2", parent_id="1", start_ns=1)])
    assert span(status="error") not in trace.subtree("leaf")
    assert "leaf" in trace.subtree("leaf")


def test_globs_of_spans_that_wait_may_come_in_a_list() -> None:
    assert Span("Board.poll", span_id="1", waits=["*.poll"]).waits
    assert not Span("Board.post", span_id="1", waits=["*.poll"]).waits
