from __future__ import annotations

from datetime import timedelta

import pytest

import pytest_flock_trace
from pytest_flock_trace import (
    Duration,
    Rule,
    Span,
    Trace,
    absence,
    alternate_precedence,
    alternate_response,
    chain_precedence,
    chain_response,
    coexistence,
    end,
    existence,
    init,
    not_chain_succession,
    not_coexistence,
    not_succession,
    precedence,
    responded_existence,
    response,
    span,
    succession,
)
from pytest_flock_trace.errors import BadArgument, BadDuration, BadPattern
from pytest_flock_trace.model.rules.templates import MEANINGS, UNORDERED

TIMED = [name for name in MEANINGS if name not in UNORDERED]


def trace_of(*events: tuple[str, int, int]) -> Trace:
    """Events by name, start and end below a root."""
    below = [
        Span(name, span_id=str(at), parent_id="root", start_ns=start, end_ns=stop)
        for at, (name, start, stop) in enumerate(events)
    ]
    return Trace.of([Span("root", span_id="root", end_ns=1_000), *below])


def remarks(rule: Rule, trace: Trace) -> list[str]:
    return [line.partition(" — ")[2] for line in rule.verdict(trace).lines(None) if line.startswith("  ")]


ABA = trace_of(("a", 1, 5), ("b", 10, 12), ("a", 20, 25))


def test_roots_are_no_events():
    assert not existence("root").holds(ABA)
    assert absence("root").holds(ABA)
    assert init("a").holds(ABA)
    assert response("root", "z").holds(ABA)


def test_spans_below_each_other_are_events_of_one_sequence():
    nested = Trace.of(
        [
            Span("root", span_id="root", end_ns=9),
            Span("a", span_id="a", parent_id="root", start_ns=1, end_ns=9),
            Span("inner", span_id="i", parent_id="a", start_ns=2, end_ns=3),
            Span("b", span_id="b", parent_id="root", start_ns=9, end_ns=9),
        ]
    )
    assert response("a", "b").holds(nested)
    assert not chain_response("a", "b").holds(nested)
    assert chain_response("a", "b", among=span("a") | "b").holds(nested)
    assert not init("b").holds(nested)
    assert init("b", among="b").holds(nested)
    assert end("inner", among="in*").holds(nested)


def test_events_are_in_order_of_start_then_id():
    trace = Trace.of(
        [
            Span("root", span_id="0", end_ns=9),
            Span("second", span_id="2", parent_id="0", start_ns=3, end_ns=4),
            Span("first", span_id="1", parent_id="0", start_ns=3, end_ns=9),
        ]
    )
    assert init("first").holds(trace)
    assert end("second").holds(trace)
    assert chain_response("first", "second").holds(trace)


def test_what_comes_before_or_after_an_event_is_another_event():
    assert not response("a", "a").holds(trace_of(("a", 1, 2)))
    assert not responded_existence("a", "a").holds(trace_of(("a", 1, 2)))
    assert not_coexistence("a", "a").holds(trace_of(("a", 1, 2)))
    assert not not_coexistence("a", "a").holds(ABA)


@pytest.mark.parametrize(
    ("rule", "gap"),
    [
        (response, 5),
        (precedence, 5),
        (succession, 5),
        (alternate_response, 5),
        (alternate_precedence, 5),
        (chain_response, 5),
        (chain_precedence, 5),
    ],
)
def test_within_is_from_the_end_of_the_first_to_the_start_of_the_second(rule, gap):
    trace = trace_of(("a", 1, 5), ("b", 5 + gap, 99))
    assert rule("a", "b", within=gap).holds(trace)
    assert not rule("a", "b", within=gap - 1).holds(trace)


@pytest.mark.parametrize("rule", [not_succession, not_chain_succession])
def test_what_must_not_follow_within_a_time_may_follow_later(rule):
    trace = trace_of(("a", 1, 5), ("b", 10, 99))
    assert rule("a", "b", within=4).holds(trace)
    assert not rule("a", "b", within=5).holds(trace)


@pytest.mark.parametrize("template", TIMED)
def test_zero_is_a_limit(template):
    at_once, later = trace_of(("a", 1, 5), ("b", 5, 6)), trace_of(("a", 1, 5), ("b", 6, 7))
    rule = getattr(pytest_flock_trace, template)("a", "b", within=0)
    forbids = template.startswith("not_")
    assert rule.holds(at_once) != forbids
    assert rule.holds(later) == forbids


@pytest.mark.parametrize("template", TIMED)
def test_events_that_overlap_are_within_any_time(template):
    trace = trace_of(("a", 1, 9), ("b", 5, 6))
    assert getattr(pytest_flock_trace, template)("a", "b", within=0).holds(trace) != template.startswith("not_")


def test_the_cause_that_ended_last_counts():
    trace = trace_of(("a", 1, 10), ("a", 2, 3), ("b", 12, 13))
    assert precedence("a", "b", within=2).holds(trace)
    assert alternate_precedence("a", "b", within=2).holds(trace)


@pytest.mark.parametrize("within", ["5ns", 5, "0.005 us", Duration("5ns")])
def test_within_takes_any_duration(within):
    assert response("a", "b", within=within) == response("a", "b", within="5ns")


@pytest.mark.parametrize(("within", "error"), [("soon", BadDuration), (True, BadDuration), (-1, BadArgument)])
def test_within_that_is_no_time_is_refused(within, error):
    with pytest.raises(error):
        response("a", "b", within=within)


@pytest.mark.parametrize("template", sorted(UNORDERED))
def test_templates_without_order_take_no_time(template):
    with pytest.raises(TypeError, match="within"):
        getattr(pytest_flock_trace, template)("a", "b", within=3)


@pytest.mark.parametrize("template", [*MEANINGS, "init", "end"])
def test_what_is_no_pattern_is_refused(template):
    patterns = [3] if template in {"init", "end"} else ["a", 3]
    with pytest.raises(BadPattern, match="3 is no pattern"):
        getattr(pytest_flock_trace, template)(*patterns)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (response("a", "b"), ["still open at the end of the trace"]),
        (
            response("a", "b", within="3ns"),
            ["answered only 5 ns after its end (b at +10 ns)", "still open at the end of the trace"],
        ),
        (precedence("b", "a"), ["nothing of the kind comes before it"]),
        (
            precedence("b", "a", within="7ns"),
            ["nothing of the kind comes before it", "comes 8 ns after the end of what precedes it (b at +10 ns)"],
        ),
        (alternate_precedence("b", "a"), ["nothing of the kind comes before it"]),
        (alternate_response("a", "z"), ["still open at the end of the trace"] * 2),
        (chain_response("a", "a"), ["something else comes next", "still open at the end of the trace"]),
        (chain_precedence("a", "a"), ["nothing comes before it", "something else comes right before it"]),
        (responded_existence("b", "z"), ["nothing of the kind happens at all"]),
        (not_succession("a", "b"), ["what must not follow does (b at +10 ns)"]),
        (not_chain_succession("b", "a"), ["what must not come next does (a at +20 ns)"]),
        (
            not_coexistence("b", "a"),
            ["both happen (b at +10 ns)", "both happen (a at +1 ns)", "both happen (b at +10 ns)"],
        ),
        (init("b"), ["name is 'a', expected 'b'"]),
    ],
    ids=repr,
)
def test_each_event_that_breaks_a_rule_is_told_with_the_reason(rule, told):
    assert remarks(rule, ABA) == told


def test_an_event_that_happens_again_too_soon_is_told():
    assert remarks(alternate_response("a", "b"), trace_of(("a", 1, 2), ("a", 3, 4), ("b", 5, 6))) == [
        "it happens again before it is answered (b at +5 ns)"
    ]
    assert remarks(alternate_precedence("a", "b"), trace_of(("a", 1, 2), ("b", 3, 4), ("b", 5, 6))) == [
        "it has happened since (b at +3 ns)"
    ]


def test_an_event_that_breaks_both_halves_of_a_rule_is_one_culprit_with_both_reasons():
    verdict = succession("a", "a").verdict(trace_of(("a", 1, 2)))
    assert len(verdict.culprits) == 1
    assert remarks(succession("a", "a"), trace_of(("a", 1, 2))) == [
        "still open at the end of the trace; nothing of the kind comes before it"
    ]


@pytest.mark.parametrize("template", MEANINGS)
def test_a_template_of_which_nothing_occurs_is_vacuous_and_says_what_does(template):
    verdict = getattr(pytest_flock_trace, template)("aa", "bb").verdict(ABA)
    assert verdict.outcome == "vacuous"
    head, *more = verdict.lines()
    assert head.endswith("would prove nothing: no span matches span('aa') and no span matches span('bb')")
    assert "no span has name='aa'; did you mean 'a'?" in more


@pytest.mark.parametrize("template", MEANINGS)
def test_a_misspelt_among_is_vacuous_too(template):
    verdict = getattr(pytest_flock_trace, template)("a", "b", among="c*").verdict(ABA)
    assert verdict.outcome == "vacuous"
    assert (
        "no event matches span('a') and no event matches span('b') and no span matches span('c*')" in verdict.lines()[0]
    )
    assert "spans do match, but they are no events: they are roots, or `among` leaves them out" in verdict.lines()


def test_a_rule_about_a_root_says_that_roots_are_no_events():
    verdict = response("root", "a").verdict(ABA)
    assert verdict.outcome == "vacuous"
    assert verdict.lines() == [
        "response(span('root'), span('a')) in trace 'trace' would prove nothing: no event matches span('root')",
        "spans do match, but they are no events: they are roots, or `among` leaves them out",
    ]


def test_there_is_no_first_event_where_there_is_none():
    for rule in (init("a", among="c"), end("a", among="c")):
        verdict = rule.verdict(ABA)
        assert verdict.outcome == "failed"
        assert "there is no event" in verdict.lines()[0]
        assert "no span has name='c'; seen: 'a', 'root', 'b'" in verdict.lines()


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (response("a", "b"), "response(span('a'), span('b'))"),
        (
            chain_response("a", span(agent="b"), among="c*", within="1m 30s"),
            "chain_response(span('a'), span(agent='b'), among=span('c*'), within='1 min 30 s')",
        ),
        (response("a", "b", within="1234567ns"), "response(span('a'), span('b'), within='1234567ns')"),
        (init("a", among="b"), "init(span('a'), among=span('b'))"),
        (end("a"), "end(span('a'))"),
        (coexistence("a", "b", vacuous_ok=True), "coexistence(span('a'), span('b'))"),
    ],
)
def test_a_rule_reads_as_it_is_written(rule, text):
    assert repr(rule) == text


def test_rules_are_values():
    assert response("a", "b", within="1s") == response(span("a"), "b", within=timedelta(seconds=1))
    assert response("a", "b") != response("b", "a")
    assert response("a", "b") != precedence("a", "b")
    assert response("a", "b") != response("a", "b", vacuous_ok=True)
    assert len({response("a", "b"), response("a", "b"), init("a"), end("a")}) == 3
