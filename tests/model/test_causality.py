from __future__ import annotations

import pytest
from hypothesis import given
from strategies import traces

from pytest_flock_trace import Link, Span, Trace


def causality(*spans: Span):
    return Trace.of(spans).tree.causality


def test_a_parent_causes_its_child_and_all_below():
    found = causality(
        Span("a", span_id="a"), Span("b", span_id="b", parent_id="a"), Span("c", span_id="c", parent_id="b")
    )
    assert found.effects([0]) == {1, 2}
    assert found.causes([2]) == {0, 1}
    assert found.joins(0, 2)
    assert not found.joins(2, 0)


def test_a_span_causes_those_that_link_to_it():
    found = causality(Span("a", span_id="a"), Span("b", span_id="b", start_ns=1, links=["a", "nowhere"]))
    assert found.effects([0]) == {1}
    assert found.sources(1) == [0]


def test_a_link_may_lead_to_another_trace():
    cause = Span("a", span_id="1", trace_id="x")
    effect = Span("b", span_id="1", trace_id="y", start_ns=1, links=[Link("1", trace_id="x")])
    namesake = Span("c", span_id="2", trace_id="y", start_ns=2, links=["1"])
    assert causality(cause, effect, namesake).effects([0]) == {1, 2}
    assert causality(cause, namesake).effects([0]) == set()


def test_a_producer_causes_consumers_that_started_no_earlier():
    found = causality(
        Span("too early", span_id="0", start_ns=4, consumed=["a"]),
        Span("producer", span_id="1", start_ns=5, produced=["a"]),
        Span("at once", span_id="2", start_ns=5, consumed=["a"]),
        Span("later", span_id="3", start_ns=6, consumed=["a", "a"]),
        Span("of another", span_id="4", start_ns=6, consumed=["b"]),
        Span("second producer", span_id="5", start_ns=7, produced=["a", "a"]),
        Span("last", span_id="6", start_ns=8, consumed=["a"]),
    )
    assert found.effects([1]) == {2, 3, 6}
    assert found.causes([6]) == {1, 5}
    assert found.sources(0) == [1, 5]


def test_the_producer_is_the_last_other_span_that_had_started():
    too_early, _, late, revises, reads, by_itself = range(6)
    found = causality(
        Span("too early", span_id="0", consumed=["a"]),
        Span("early", span_id="1", start_ns=1, produced=["a"]),
        Span("late", span_id="2", start_ns=5, produced=["a", "a"]),
        Span("revises", span_id="3", start_ns=5, consumed=["a"], produced=["a"]),
        Span("reads", span_id="4", start_ns=5, consumed=["a"]),
        Span("by itself", span_id="5", start_ns=9, consumed=["b"], produced=["b"]),
    )
    assert [found.producer("a", at) for at in (too_early, revises, reads)] == [-1, late, revises]
    assert found.producer("b", by_itself) == -1
    assert found.producer("c", reads) == -1


def test_several_producers_and_consumers_of_one_artifact_reach_each_other_through_it():
    spans = [Span("n", span_id=str(at), start_ns=at, consumed=["a"], produced=["a"]) for at in range(6)]
    found = causality(*spans)
    assert found.effects([2]) == {3, 4, 5}
    assert found.causes([2]) == {0, 1}
    assert found.effects([4, 1]) == {2, 3, 4, 5}


def test_what_takes_in_its_own_artifact_does_not_cause_itself():
    found = causality(Span("a", span_id="a", consumed=["x"], produced=["x"]))
    assert found.effects([0]) == found.causes([0]) == set()
    assert found.sources(0) == []


def test_what_links_to_itself_does_not_cause_itself():
    found = causality(Span("a", span_id="a", links=["a"]))
    assert found.effects([0]) == found.causes([0]) == set()
    assert found.sources(0) == []


def test_of_two_that_link_to_each_other_each_causes_the_other_but_not_itself():
    found = causality(Span("a", span_id="a", links=["b"]), Span("b", span_id="b", start_ns=1, links=["a"]))
    assert found.effects([0]) == found.causes([0]) == {1}
    assert found.effects([0, 1]) == found.causes([0, 1]) == {0, 1}


def test_a_parent_that_links_to_its_child_is_not_its_own_cause():
    found = causality(Span("a", span_id="a", links=["b"]), Span("b", span_id="b", parent_id="a", start_ns=1))
    assert found.effects([0]) == {1}
    assert found.effects([1]) == {0}
    assert found.effects([0, 1]) == {0, 1}


@given(traces())
def test_effects_and_causes_are_the_same_paths_read_from_either_end(trace):
    found = trace.tree.causality
    pairs = [(cause, effect) for cause in range(len(trace)) for effect in found.effects([cause])]
    assert sorted(pairs) == sorted((cause, effect) for effect in range(len(trace)) for cause in found.causes([effect]))
    assert all(found.joins(cause, effect) for cause, effect in pairs)


@given(traces())
def test_what_several_cause_is_what_one_of_them_causes(trace):
    found = trace.tree.causality
    several = range(0, len(trace), 2)
    assert found.effects(several) == set().union(*(found.effects([cause]) for cause in several))
    assert found.causes(several) == set().union(*(found.causes([effect]) for effect in several))


@pytest.mark.parametrize("first", [0, 5_000])
def test_paths_of_ten_thousand_steps_are_walked(first):
    count = 10_000
    linked = [Span("n", span_id=str(at), start_ns=at, links=[str(at - 1)]) for at in range(count)]
    handing_on = [
        Span("n", span_id=str(at), start_ns=at, consumed=[str(at)], produced=[str(at + 1)]) for at in range(count)
    ]
    assert len(causality(*linked).effects([first])) == count - 1 - first
    assert len(causality(*handing_on).effects([first])) == count - 1 - first


def test_one_artifact_in_twenty_thousand_hands_is_no_burden():
    spans = [Span("n", span_id=str(at), start_ns=at, consumed=["a"], produced=["a"]) for at in range(20_000)]
    found = causality(*spans)
    assert len(found.effects(range(20_000))) == 19_999
    assert len(found.causes(range(20_000))) == 19_999


def test_ten_thousand_that_link_in_a_ring_all_cause_each_other():
    spans = [Span("n", span_id=str(at), start_ns=at, links=[str((at + 1) % 10_000)]) for at in range(10_000)]
    found = causality(*spans)
    assert len(found.effects(range(10_000))) == 10_000
    assert found.effects([7]) == set(range(10_000)) - {7}
