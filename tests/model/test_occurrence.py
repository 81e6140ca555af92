"""Whether a pattern occurs is answered by looking at a few spans first, which must say what looking at all says."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import NAMES, patterns

from pytest_flock_trace import Pattern, Span, Trace, span
from pytest_flock_trace.errors import BadPattern

SPANS = 80
"""So many that a few of them are few."""


def forest(seed: int) -> Trace:
    """Spans below random others, some of which are agents; matches of a name come late in some trees."""
    random = Random(seed)
    rare = random.randrange(SPANS)
    return Trace.of(
        Span(
            random.choice(NAMES if at >= rare else NAMES[:1]),
            span_id=str(at),
            parent_id=str(random.randrange(at)) if at and random.random() < 0.95 else None,
            start_ns=at,
            end_ns=at + random.randrange(9),
            status=random.choice(("unset", "ok", "error")) if at >= rare else "unset",
            attributes={"agent.name": random.choice(NAMES)} if random.random() < 0.2 else {},
        )
        for at in range(SPANS)
    )


def related() -> st.SearchStrategy[Pattern]:
    """Neighbours of neighbours, negated and either."""
    leaves = st.one_of(
        st.sampled_from(NAMES).map(span),
        st.sampled_from(("unset", "ok", "error")).map(lambda status: span(status=status)),
        st.sampled_from(NAMES).map(lambda agent: span(actor=agent)),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda other: span(parent_of=other), inner),
            st.builds(lambda other: span(child_of=other), inner),
            st.builds(lambda one, other: one & ~other, inner, inner),
            st.builds(lambda one, other: one | other, inner, inner),
        ),
        max_leaves=5,
    )


@settings(max_examples=300)
@given(st.integers(0, 1_000).map(forest), st.one_of(related(), patterns()))
def test_a_pattern_occurs_where_it_has_positions(trace, pattern):
    assert pattern.occurs(trace.tree) == bool(pattern.positions(trace.tree))


@settings(max_examples=300)
@given(st.integers(0, 1_000).map(forest), st.one_of(related(), patterns()), st.sets(st.integers(0, SPANS - 1)))
def test_few_spans_asked_say_what_they_say_among_all(trace, pattern, few):
    everywhere = set(pattern.positions(trace.tree))
    for among in (sorted(few), sorted(few)[:3], range(3), range(70, SPANS)):
        assert list(pattern.keep(trace.tree, among)) == [at for at in among if at in everywhere]


@given(st.integers(0, 1_000))
def test_agents_are_found_whether_or_not_somebody_has_looked_at_the_spans(seed):
    fresh, seen = forest(seed), forest(seed)
    spans = list(seen)
    for name in NAMES:
        expected = [one.span_id for one in spans if one.actor == name]
        assert (span(actor=name) in fresh) is bool(expected)
        assert [one.span_id for one in fresh.find(span(actor=name))] == expected
    assert list(fresh) == spans


@pytest.mark.parametrize("relation", ["parent_of", "child_of"])
def test_code_of_the_users_within_a_relation_is_asked_of_every_span(relation):
    """Whether it fails does not depend on where the first match stands."""
    last = f"{SPANS - 1}"

    def fails_late(one: Span) -> bool:
        if one.span_id == last:
            raise ValueError(last)
        return True

    trace = forest(0)
    for pattern in (
        span(**{relation: span(where=fails_late)}),
        span("*") & ~span(**{relation: span(where=fails_late)}),
    ):
        with pytest.raises(BadPattern, match="raised ValueError"):
            assert pattern in trace
