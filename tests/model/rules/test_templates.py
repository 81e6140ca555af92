"""Each template is held against a definition written as naively as can be: quantifiers over pairs of events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import pytest_flock_trace
from pytest_flock_trace import Pattern, Rule, Span, Trace, span
from pytest_flock_trace.model.rules.templates import MEANINGS, UNORDERED


@dataclass(frozen=True)
class Event:
    """What happens: a label, how long after the start of the event before, and for how long."""

    label: str
    after: int = 1
    duration: int = 1


@dataclass(frozen=True)
class Case:
    """A sequence in which some events are firsts, some seconds, possibly both; `within` limits the time between."""

    starts: Sequence[int]
    ends: Sequence[int]
    first: Sequence[int]
    second: Sequence[int]
    within: int | None

    @classmethod
    def of(cls, events: Sequence[Event], first: set[str], second: set[str], within: int | None = None) -> Case:
        starts = list(accumulate(event.after for event in events))
        return cls(
            starts,
            [start + event.duration for start, event in zip(starts, events)],
            [at for at, event in enumerate(events) if event.label in first],
            [at for at, event in enumerate(events) if event.label in second],
            within,
        )

    def soon(self, one: int, other: int) -> bool:
        return self.within is None or self.starts[other] - self.ends[one] <= self.within

    def turned(self) -> Case:
        return replace(self, first=self.second, second=self.first)


def none_between(numbers: Sequence[int], low: int, high: int) -> bool:
    return not any(low <= at < high for at in numbers)


def responded_existence(case: Case) -> bool:
    return all(any(other != at for other in case.second) for at in case.first)


def response(case: Case) -> bool:
    return all(any(other > at and case.soon(at, other) for other in case.second) for at in case.first)


def precedence(case: Case) -> bool:
    return all(any(other < at and case.soon(other, at) for other in case.first) for at in case.second)


def alternate_response(case: Case) -> bool:
    return all(
        any(other > at and none_between(case.first, at + 1, other) and case.soon(at, other) for other in case.second)
        for at in case.first
    )


def alternate_precedence(case: Case) -> bool:
    return all(
        any(other < at and none_between(case.second, other, at) and case.soon(other, at) for other in case.first)
        for at in case.second
    )


def chain_response(case: Case) -> bool:
    return all(at + 1 in case.second and case.soon(at, at + 1) for at in case.first)


def chain_precedence(case: Case) -> bool:
    return all(at - 1 in case.first and case.soon(at - 1, at) for at in case.second)


def not_coexistence(case: Case) -> bool:
    return not any(one != other for one in case.first for other in case.second)


def not_succession(case: Case) -> bool:
    return not any(other > at and case.soon(at, other) for at in case.first for other in case.second)


def not_chain_succession(case: Case) -> bool:
    return not any(at + 1 in case.second and case.soon(at, at + 1) for at in case.first)


DEFINITIONS: dict[str, Callable[[Case], bool]] = {
    "responded_existence": responded_existence,
    "coexistence": lambda case: responded_existence(case) and responded_existence(case.turned()),
    "response": response,
    "precedence": precedence,
    "succession": lambda case: response(case) and precedence(case),
    "alternate_response": alternate_response,
    "alternate_precedence": alternate_precedence,
    "alternate_succession": lambda case: alternate_response(case) and alternate_precedence(case),
    "chain_response": chain_response,
    "chain_precedence": chain_precedence,
    "chain_succession": lambda case: chain_response(case) and chain_precedence(case),
    "not_coexistence": not_coexistence,
    "not_succession": not_succession,
    "not_chain_succession": not_chain_succession,
}
TEMPLATES = pytest.mark.parametrize("template", MEANINGS)

EVENTS = st.lists(st.builds(Event, st.sampled_from("abc"), st.integers(0, 3), st.integers(0, 6)), max_size=7)
ONE = st.sampled_from([{"a"}, {"b"}])
SEVERAL = st.sampled_from([{"a"}, {"b"}, {"a", "b"}, {"b", "c"}, {"d"}])
WITHIN = st.none() | st.integers(0, 5)


def any_of(labels: set[str]) -> Pattern:
    first, *others = sorted(labels)
    pattern = span(first)
    for label in others:
        pattern |= label
    return pattern


def rule_of(template: str, first: set[str], second: set[str], within: int | None = None, **given: object) -> Rule:
    make = getattr(pytest_flock_trace, template)
    if template not in UNORDERED:
        given["within"] = within
    return make(any_of(first), any_of(second), **given)


def trace_of(events: Sequence[Event]) -> Trace:
    """The events below one root, which bears the name of one of them."""
    spans = [Span("a", span_id="root", end_ns=99)]
    start = 0
    for at, event in enumerate(events):
        start += event.after
        spans.append(
            Span(event.label, span_id=f"{at:02}", parent_id="root", start_ns=start, end_ns=start + event.duration)
        )
    return Trace.of(spans)


def test_every_template_is_defined_here():
    assert DEFINITIONS.keys() == MEANINGS.keys()


@TEMPLATES
@settings(max_examples=300)
@given(EVENTS, ONE, ONE)
def test_a_template_means_what_its_definition_says(template, events, first, second):
    rule = rule_of(template, first, second)
    assert rule.holds(trace_of(events)) == DEFINITIONS[template](Case.of(events, first, second))


@TEMPLATES
@settings(max_examples=300)
@given(EVENTS, SEVERAL, SEVERAL, WITHIN)
@example([Event("a", 0, 10), Event("a", 1, 1), Event("b", 11)], {"a"}, {"b"}, 5)
@example([Event("a"), Event("b"), Event("b")], {"a", "b"}, {"b", "c"}, None)
def test_a_template_means_it_of_overlapping_patterns_within_a_time_too(template, events, first, second, within):
    limit = None if template in UNORDERED else within
    rule = rule_of(template, first, second, within)
    assert rule.holds(trace_of(events)) == DEFINITIONS[template](Case.of(events, first, second, limit))


@TEMPLATES
@given(EVENTS, st.sampled_from([{"a", "b"}, {"b", "c"}, {"c"}]))
def test_events_outside_among_do_not_exist(template, events, among):
    inside = []
    waited = 0
    for event in events:
        waited += event.after
        if event.label in among:
            inside.append(Event(event.label, waited, event.duration))
            waited = 0
    rule = rule_of(template, {"a"}, {"b"}, 3, among=any_of(among))
    assert rule.holds(trace_of(events)) == rule_of(template, {"a"}, {"b"}, 3).holds(trace_of(inside))


@TEMPLATES
@given(EVENTS, SEVERAL, SEVERAL, WITHIN)
def test_just_the_events_that_break_a_template_are_its_culprits(template, events, first, second, within):
    trace = trace_of(events)
    verdict = rule_of(template, first, second, within).verdict(trace)
    if verdict.outcome == "failed":
        labels = first | second
        assert {culprit.name for culprit in verdict.culprits} <= labels
        assert len(set(verdict.culprits)) == len(verdict.culprits)
        assert list(verdict.culprits) == sorted(verdict.culprits, key=trace.spans.index)


@pytest.mark.parametrize(
    ("template", "others"),
    [
        ("succession", ["response", "precedence"]),
        ("alternate_succession", ["alternate_response", "alternate_precedence", "succession"]),
        ("chain_succession", ["chain_response", "chain_precedence", "alternate_succession"]),
        ("alternate_response", ["response"]),
        ("alternate_precedence", ["precedence"]),
        ("coexistence", ["responded_existence"]),
        ("not_coexistence", ["not_succession"]),
        ("not_succession", ["not_chain_succession"]),
    ],
)
@given(EVENTS)
def test_a_stricter_template_implies_the_looser_ones(template, others, events):
    trace = trace_of(events)
    if rule_of(template, {"a"}, {"b"}).holds(trace):
        assert all(rule_of(other, {"a"}, {"b"}).holds(trace) for other in others)
