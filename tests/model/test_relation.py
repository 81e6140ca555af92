"""Each relation is held against its definition, written as naively as can be: ask every pair of spans."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import NAMES, span_lists, traces

from pytest_flock_trace import Span, Trace, each, span
from pytest_flock_trace.model.relation import RELATIONS

Stands = Callable[[Span, Span, dict[str, Span]], bool]


def test_every_relation_is_defined_here():
    assert DEFINITIONS.keys() == RELATIONS.keys()


def parent(one: Span, spans: dict[str, Span]) -> Span | None:
    return spans.get(one.parent_id or "")


def ancestors(one: Span, spans: dict[str, Span]) -> list[Span]:
    above = parent(one, spans)
    return [] if above is None else [above, *ancestors(above, spans)]


def is_after(one: Span, other: Span) -> bool:
    return one.start_ns >= max(other.start_ns, other.end_ns)


def leads_to(cause: Span, effect: Span) -> bool:
    """One causal step."""
    handed_on = set(cause.produced) & set(effect.consumed) and cause.start_ns <= effect.start_ns
    return effect.parent_id == cause.span_id or cause.span_id in {link.span_id for link in effect.links} or handed_on


def is_caused_by(one: Span, other: Span, spans: dict[str, Span]) -> bool:
    reached = {other.span_id}
    while (
        more := {effect.span_id for effect in spans.values() for cause in reached if leads_to(spans[cause], effect)}
        - reached
    ):
        reached |= more
    return one.span_id in reached


DEFINITIONS: dict[str, Stands] = {
    "under": lambda one, other, spans: other in ancestors(one, spans),
    "over": lambda one, other, spans: one in ancestors(other, spans),
    "child_of": lambda one, other, spans: parent(one, spans) == other,
    "parent_of": lambda one, other, spans: parent(other, spans) == one,
    "beside": lambda one, other, spans: None is not parent(one, spans) == parent(other, spans),
    "after": lambda one, other, spans: is_after(one, other),
    "before": lambda one, other, spans: is_after(other, one),
    "overlapping": lambda one, other, spans: not is_after(one, other) and not is_after(other, one),
    "caused_by": is_caused_by,
    "causes": lambda one, other, spans: is_caused_by(other, one, spans),
}
"""Whether one span stands so to another, which is not the same span."""


def expected(relation: str, trace: Trace, candidates: str | None, other: str | None) -> list[Span]:
    spans = {one.span_id: one for one in trace}
    named = [one for one in trace if other in {None, one.name}]
    return [
        one
        for one in trace
        if candidates in {None, one.name}
        and any(DEFINITIONS[relation](one, standing, spans) for standing in named if standing is not one)
    ]


@settings(max_examples=300)
@given(span_lists(max_size=10).flatmap(st.permutations), *[st.sampled_from((None, *NAMES))] * 2)
def test_a_relation_finds_what_stands_so_to_some_other_match(spans, candidates, other):
    trace = Trace.of(spans)
    for relation in RELATIONS:
        pattern = span(**{relation: span(other) if other else span()})
        pattern = span(candidates) & pattern if candidates else pattern
        assert list(trace.find(pattern)) == expected(relation, trace, candidates, other), relation


@given(traces(max_size=10), st.sampled_from(NAMES))
def test_what_finds_a_span_says_that_it_misses_nothing(trace, other):
    for relation in RELATIONS:
        pattern = span(**{relation: other})
        missing_nothing = [at for at in range(len(trace)) if not pattern.misses(trace.tree, at)]
        assert missing_nothing == list(pattern.positions(trace.tree)), relation


def ids(trace: Trace, **conditions: object) -> list[str]:
    return [found.span_id for found in trace.find(span(**conditions))]


def test_of_spans_without_length_each_is_before_and_after_the_others_of_its_moment():
    trace = Trace.of([Span("a", span_id="a", start_ns=5, end_ns=5), Span("b", span_id="b", start_ns=5, end_ns=5)])
    assert ids(trace, after="a") == ids(trace, before="a") == ["b"]
    assert ids(trace, after="*") == ids(trace, before="*") == ["a", "b"]
    assert ids(trace, overlapping="*") == []


def test_a_span_without_length_shares_a_moment_only_with_what_is_under_way():
    moments = [Span("moment", span_id=str(at), start_ns=at, end_ns=at) for at in (4, 5, 8)]
    trace = Trace.of([*moments, Span("long", span_id="long", start_ns=4, end_ns=8)])
    assert ids(trace, overlapping="long") == ["5"]


def test_a_span_that_claims_to_end_before_it_starts_ends_as_it_starts():
    trace = Trace.of([Span("odd", span_id="odd", start_ns=9, end_ns=2), Span("b", span_id="b", start_ns=5, end_ns=6)])
    assert ids(trace, before="odd") == ["b"]
    assert ids(trace, after="odd") == []


def test_roots_are_beside_nobody():
    trace = Trace.of([Span("a", span_id="a"), Span("b", span_id="b"), Span("c", span_id="c", parent_id="gone")])
    assert ids(trace, beside="*") == []


def test_a_relation_to_what_never_occurs_finds_nothing():
    trace = Trace.of([Span("a", span_id="a"), Span("b", span_id="b", parent_id="a")])
    for relation in RELATIONS:
        assert ids(trace, **{relation: "c"}) == []
        assert span(**{relation: "c"}).misses(trace.tree, 1) == [f"{relation}=span('c') matches no span"]


LEVELS = 10_000
SIBLINGS = 20_000


@pytest.fixture(scope="module")
def deep() -> Trace:
    """Each span is the parent of the next, which ends before it does."""
    return Trace.of(
        Span(
            f"n{at % 2}",
            span_id=str(at),
            parent_id=str(at - 1) if at else None,
            start_ns=at,
            end_ns=3 * LEVELS - at,
            consumed=["artifact"],
            produced=["artifact"],
        )
        for at in range(LEVELS)
    )


@pytest.fixture(scope="module")
def wide() -> Trace:
    """One after the other, each linked to the one before."""
    root = Span("root", span_id="root", end_ns=SIBLINGS)
    below = (
        Span(
            f"n{at % 2}",
            span_id=str(at),
            parent_id="root",
            start_ns=at,
            end_ns=at + 1,
            links=[str(at - 1)],
            consumed=["artifact"],
            produced=["artifact"],
        )
        for at in range(SIBLINGS)
    )
    return Trace.of([root, *below])


AT_SCALE = {  # relation to any "n0": in the chain of all spans and of every other; among the siblings likewise
    "under": (9_999, 5_000, 0, 0),
    "over": (9_998, 4_999, 1, 0),
    "child_of": (5_000, 5_000, 0, 0),
    "parent_of": (4_999, 4_999, 1, 0),
    "beside": (0, 0, 20_000, 10_000),
    "after": (0, 0, 19_999, 10_000),
    "before": (0, 0, 19_998, 9_999),
    "overlapping": (10_000, 5_000, 1, 0),
    "caused_by": (9_999, 5_000, 19_999, 10_000),
    "causes": (9_998, 4_999, 19_999, 9_999),
}


@pytest.mark.parametrize("relation", RELATIONS)
def test_ten_thousand_levels_and_twenty_thousand_siblings_are_related(deep, wide, relation):
    related = span(**{relation: "n0"})
    found = tuple(int(trace.count(pattern)) for trace in (deep, wide) for pattern in (related, span("n1") & related))
    assert found == AT_SCALE[relation]


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_rule_that_twenty_thousand_spans_break_is_explained(wide, relation):
    verdict = each("n*", status="error", **{relation: "n*"}).verdict(wide)
    assert len(verdict.culprits) == SIBLINGS
    assert len(verdict.lines(None)) > SIBLINGS
