from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import NAMES, patterns, traces

from pytest_flock_trace import Pattern, Span, Trace, span
from pytest_flock_trace.errors import BadPattern
from pytest_flock_trace.model.relation import RELATIONS
from pytest_flock_trace.model.span import KINDS, STATUSES


def found(pattern: Pattern, trace: Trace) -> list[int]:
    return list(pattern.positions(trace.tree))


@given(patterns(), patterns(), traces(max_size=8))
def test_both_are_the_common_matches(one, other, trace):
    assert found(one & other, trace) == sorted(set(found(one, trace)) & set(found(other, trace)))


@given(patterns(), patterns(), traces(max_size=8))
def test_either_is_all_matches_each_once(one, other, trace):
    assert found(one | other, trace) == sorted(set(found(one, trace)) | set(found(other, trace)))


@given(patterns(), traces(max_size=8))
def test_the_negation_is_all_other_spans(pattern, trace):
    assert sorted([*found(pattern, trace), *found(~pattern, trace)]) == list(range(len(trace)))


@given(patterns(), patterns(), traces(max_size=8))
def test_de_morgans_laws_hold(one, other, trace):
    assert found(~(one & other), trace) == found(~one | ~other, trace)
    assert found(~(one | other), trace) == found(~one & ~other, trace)


@given(patterns())
def test_what_is_negated_twice_is_what_it_was(pattern):
    assert ~~pattern == pattern
    assert repr(~~pattern) == repr(pattern)


@given(patterns(depth=3), traces(max_size=8))
def test_just_what_matches_misses_nothing(pattern, trace):
    assert [at for at in range(len(trace)) if not pattern.misses(trace.tree, at)] == found(pattern, trace)


@given(patterns(depth=3), patterns(), traces(max_size=8))
def test_a_narrowed_choice_keeps_the_same_spans(pattern, narrowing, trace):
    among = found(narrowing, trace)
    assert list(pattern.keep(trace.tree, among)) == [at for at in among if at in set(found(pattern, trace))]


def test_strings_stand_for_patterns_on_either_side():
    writer = span(agent="writer")
    assert "llm.*" & writer == span("llm.*") & writer
    assert writer & "llm.*" == writer & span("llm.*")
    assert "llm.*" | writer == span("llm.*") | writer
    assert writer | "llm.*" == writer | span("llm.*")


@pytest.mark.parametrize("other", [3, None, [span("a")]])
def test_a_pattern_combines_with_nothing_else(other):
    for combine in (lambda: span("a") & other, lambda: span("a") | other):
        with pytest.raises(TypeError):
            combine()


def test_and_or_not_are_refused_with_what_to_write():
    for wrong in (lambda: span("a") and span("b"), lambda: span("a") or span("b"), lambda: not span("a")):
        with pytest.raises(BadPattern, match=r"span\('a'\) is neither true nor false .* combine patterns with & \| ~"):
            wrong()


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (span("a") | "b" | "c", "span('a') | span('b') | span('c')"),
        ("a" | (span("b") | "c"), "span('a') | span('b') | span('c')"),
        (span("a") & ~span("b"), "span('a') & ~span('b')"),
        (~(span("a") | "b"), "~(span('a') | span('b'))"),
        (~span("a") | "b", "~span('a') | span('b')"),
        (span("a") & (span("b") | "c"), "span('a') & (span('b') | span('c'))"),
        (span("a") & ~span("b") | "c", "(span('a') & ~span('b')) | span('c')"),
        (~(span("a") & ~span("b")), "~(span('a') & ~span('b'))"),
        (span(under=span("a") | "b"), "span(under=span('a') | span('b'))"),
        (span(agent="x") & ~span("a", under="b"), "span(agent='x') & ~span('a', under=span('b'))"),
        (span(slower_than="1.2345s", attributes={"n": 1}), "span(slower_than='1234500000ns', attributes={'n': 1})"),
        (span(re.compile("^a")), "span(/^a/)"),
        (span(), "span()"),
        (~span(), "~span()"),
    ],
)
def test_a_combination_reads_as_it_is_written(pattern, text):
    assert repr(pattern) == text


SPANS = st.builds(
    lambda name, conditions: span(*name, **conditions),
    st.lists(st.sampled_from(NAMES), max_size=1),
    st.fixed_dictionaries(
        {},
        optional={
            "agent": st.sampled_from(("writer", "*")),
            "status": st.sampled_from(STATUSES),
            "kind": st.sampled_from(KINDS),
            "faster_than": st.integers(0, 10**12),
            "attributes": st.dictionaries(st.just("n"), st.none() | st.booleans() | st.integers() | st.text()),
        },
    ),
)
WRITTEN = st.recursive(
    SPANS,
    lambda inner: st.one_of(
        st.builds(lambda keyword, other: span(**{keyword: other}), st.sampled_from(list(RELATIONS)), inner),
        st.builds(lambda one, other: one | other, inner, inner),
        st.builds(lambda one, other, third: one & (other | third), SPANS, inner, inner),
        st.builds(lambda one, other: one & ~other, SPANS, SPANS),
        inner.map(lambda pattern: ~pattern),
    ),
    max_leaves=5,
)


@given(WRITTEN)
def test_what_a_pattern_prints_makes_it_again(pattern):
    assert eval(repr(pattern), {"span": span}) == pattern  # noqa: S307  # its own text


def test_a_miss_of_alternatives_tells_what_the_closest_lacks():
    trace = Trace.of([Span("a", span_id="1", status="ok")])
    near, far = span("a", status="error"), span("b", status="error")
    assert (far | near).misses(trace.tree, 0) == ["status is 'ok', expected 'error'"]
    assert (~span("a")).misses(trace.tree, 0) == ["matches span('a')"]
