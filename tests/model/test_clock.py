from __future__ import annotations

import pytest

from pytest_flock_trace import Span, Trace, span
from pytest_flock_trace.model.clock import by_clock_only, clock_note

NOTE = "by the clock only: no parent, link or artifact leads from {} to {}"


def beside(*names: str, **last: object) -> Trace:
    """One after the other below a root; `last` adds to the last of them."""
    spans = [Span("root", span_id="root", start_ns=-1, end_ns=99)]
    for at, name in enumerate(names):
        more = last if at == len(names) - 1 else {}
        spans.append(Span(name, span_id=str(at), parent_id="root", start_ns=at, end_ns=at + 1, produced=[name], **more))
    return Trace.of(spans)


def note(trace: Trace, **conditions: object) -> list[str]:
    pattern = span(**conditions)
    return clock_note(pattern, trace.tree, pattern.positions(trace.tree))


def test_spans_one_after_the_other_are_joined_by_the_clock_only():
    assert note(beside("writer", "critic"), after="writer") == [NOTE.format("writer", "critic")]
    assert note(beside("writer", "critic"), before="critic") == [NOTE.format("writer", "critic")]


@pytest.mark.parametrize("last", [{"links": ["0"]}, {"consumed": ["writer"]}])
def test_a_causal_path_joins_them_better(last):
    assert note(beside("writer", "critic", **last), after="writer") == []
    assert note(beside("writer", "critic", **last), before="critic") == []


def test_a_path_from_one_of_several_matches_will_do():
    critic = span("critic", after="writer")
    for cause in ("0", "1"):
        trace = beside("writer", "writer", "critic", links=[cause])
        assert clock_note(critic, trace.tree, critic.positions(trace.tree)) == []


def test_a_path_the_wrong_way_joins_nothing():
    trace = Trace.of(
        [
            Span("root", span_id="root", end_ns=99),
            Span("writer", span_id="1", parent_id="root", start_ns=1, end_ns=2, links=["2"]),
            Span("critic", span_id="2", parent_id="root", start_ns=3, end_ns=4),
        ]
    )
    assert note(trace, after="writer") == [NOTE.format("writer", "critic")]


@pytest.mark.parametrize("relation", ["under", "beside", "overlapping", "caused_by"])
def test_relations_that_are_not_of_time_have_no_need_of_the_clock(relation):
    assert note(beside("writer", "critic"), **{relation: "*"}) == []


def test_the_first_pair_that_nothing_joins_is_named():
    tree = beside("a", "b", "c", links=["1"]).tree
    assert by_clock_only(tree, [(2, 3), (1, 3), (1, 2)]) == [NOTE.format("a", "c")]
    assert by_clock_only(tree, [(2, 3)]) == by_clock_only(tree, []) == []


def test_ten_thousand_spans_after_ten_thousand_others_are_looked_at():
    count = 10_000
    spans = [Span("root", span_id="root", end_ns=9 * count)]
    spans += [
        Span("deep", span_id=f"d{at}", parent_id=f"d{at - 1}" if at else "root", start_ns=at, end_ns=2 * count - at)
        for at in range(count)
    ]
    spans += [
        Span("flat", span_id=f"f{at}", parent_id="root", start_ns=3 * count + at, end_ns=3 * count + at + 1)
        for at in range(count)
    ]
    assert note(Trace.of(spans), after="deep") == [NOTE.format("deep", "flat")]
    assert note(Trace.of(spans), before="flat")[0].startswith("by the clock only")
