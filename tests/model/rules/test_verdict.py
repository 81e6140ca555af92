from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from strategies import rules, traces

import pytest_flock_trace
from pytest_flock_trace import (
    Rule,
    Span,
    Trace,
    absence,
    acyclic,
    at_least,
    at_most,
    each,
    end,
    exactly,
    existence,
    init,
    never,
    not_succession,
    only_edges,
    order,
    precedence,
    response,
    span,
    succession,
    when,
)
from pytest_flock_trace.model.evidence import SHOWN
from pytest_flock_trace.model.rules.templates import MEANINGS, UNORDERED

CAPTURED = traces(max_size=8).filter(lambda trace: trace.captured)
EMPTY = Trace.of([])
ONLY_A_ROOT = Trace.of([Span("writer", span_id="1")])


def agent(name: str, parent: str, start: int, *, span_id: str | None = None, **fields: object) -> Span:
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
    return Span(
        name,
        span_id=span_id or name,
        parent_id=parent,
        start_ns=start,
        end_ns=start + 5,
        attributes=attributes,
        **fields,
    )


def crew() -> Trace:
    """A planner who calls a writer; then, beside it, a critic."""
    root = Span("run", span_id="run", end_ns=99)
    return Trace.of([root, agent("planner", "run", 0), agent("writer", "planner", 1), agent("critic", "run", 10)])


# Each rule once so that it passes, once so that it fails, once so that it proves nothing.
OUTCOMES: dict[str, tuple[Rule, Rule, Rule | None]] = {
    "never": (never("editor"), never("critic"), None),
    "exactly": (exactly(1, "critic"), exactly(2, "critic"), exactly(0, "critic", among="editor")),
    "at_least": (at_least(1, "critic"), at_least(2, "critic"), at_least(0, "critic")),
    "at_most": (at_most(1, "critic"), at_most(0, "critic"), at_most(1, "editor")),
    "existence": (existence("critic"), existence("run"), existence("critic", n=0)),
    "absence": (absence("edit*"), absence("critic"), absence("editor", n=2)),
    "each": (each("writer", under="planner"), each("critic", under="planner"), each("editor", under="planner")),
    "when": (
        when("writer", then=at_least(1, "critic")),
        when("writer", then=at_least(1, "editor")),
        when("editor", then=at_least(1, "critic")),
    ),
    "order": (order("planner", "critic"), order("critic", "planner"), ~order("critic", "editor")),
    "init": (init("planner"), init("critic"), None),
    "end": (end("critic"), end("planner"), None),
    "response": (response("writer", "critic"), response("critic", "writer"), response("editor", "critic")),
    "precedence": (precedence("writer", "critic"), precedence("critic", "writer"), precedence("writer", "editor")),
    "not_succession": (
        not_succession("critic", "writer"),
        not_succession("writer", "critic"),
        not_succession("editor", "critic"),
    ),
    "acyclic": (acyclic(), acyclic("operation", 0) & never("critic"), acyclic("service")),
    "only_edges": (
        only_edges("planner -> writer"),
        only_edges("writer -> planner"),
        only_edges("planner -> writer", by="service"),
    ),
    "all of": (
        response("writer", "critic") & never("editor"),
        response("writer", "critic") & never("critic"),
        response("writer", "critic") & at_most(1, "editor"),
    ),
    "any of": (
        never("critic") | never("editor"),
        never("critic") | never("writer"),
        never("critic") | response("editor", "critic"),
    ),
    "not": (~never("critic"), ~never("editor"), ~order("critic", "editor")),
}
ALL = [pytest.param(*made, id=kind) for kind, made in OUTCOMES.items()]


@pytest.mark.parametrize(("passing", "failing", "vacuous"), ALL)
def test_a_rule_passes_fails_or_proves_nothing(passing, failing, vacuous):
    trace = crew()
    assert passing.verdict(trace).outcome == "passed"
    assert failing.verdict(trace).outcome == "failed"
    assert vacuous is None or vacuous.verdict(trace).outcome == "vacuous"


@pytest.mark.parametrize(("passing", "failing", "vacuous"), ALL)
def test_holding_is_the_textbooks_meaning_without_the_guard(passing, failing, vacuous):
    trace = crew()
    assert passing.holds(trace)
    assert not failing.holds(trace)
    assert vacuous is None or vacuous.holds(trace)


@pytest.mark.parametrize(("passing", "failing", "vacuous"), ALL)
@pytest.mark.parametrize("trace", [EMPTY, ONLY_A_ROOT], ids=["no span", "a lone root"])
def test_where_nothing_was_captured_no_rule_passes_or_fails(trace, passing, failing, vacuous):
    for rule in (passing, failing, *([] if vacuous is None else [vacuous])):
        verdict = rule.verdict(trace)
        assert verdict.outcome == "not captured"
        assert not verdict.passed
        assert verdict.culprits == ()
        assert verdict.lines() == [f"nothing was captured in trace 'trace', so {rule!r} cannot be checked"]


VACUOUS_OK: Sequence[Rule] = [
    never("editor", vacuous_ok=True),
    at_most(1, "editor", vacuous_ok=True),
    absence("editor", n=2, vacuous_ok=True),
    each("editor", under="planner", vacuous_ok=True),
    when("editor", then=never("critic"), vacuous_ok=True),
    *(getattr(pytest_flock_trace, name)("editor", "publisher", vacuous_ok=True) for name in MEANINGS),
    acyclic("service", vacuous_ok=True),
    only_edges("a -> b", by="service", vacuous_ok=True),
]


@pytest.mark.parametrize("rule", VACUOUS_OK, ids=repr)
def test_a_rule_may_be_allowed_to_prove_nothing(rule):
    assert rule.verdict(crew()).outcome == "passed"
    assert rule.verdict(EMPTY).outcome == "passed"
    assert (rule & rule).verdict(EMPTY).outcome == "passed"


def test_what_is_allowed_to_prove_nothing_may_fail_still():
    assert never("critic", vacuous_ok=True).verdict(crew()).outcome == "failed"
    assert each("critic", under="planner", vacuous_ok=True).verdict(crew()).outcome == "failed"


@given(rules(), CAPTURED)
def test_what_fails_has_culprits_in_the_trace_each_once(rule, trace):
    verdict = rule.verdict(trace)
    culprits = list(verdict.culprits)
    assert bool(culprits) == (verdict.outcome == "failed")
    assert len(set(culprits)) == len(culprits)
    assert all(culprit in trace.spans for culprit in culprits)


@given(rules(), CAPTURED)
def test_what_proves_nothing_names_a_pattern_of_the_rule_or_the_reason(rule, trace):
    verdict = rule.verdict(trace)
    if verdict.outcome == "vacuous":
        reasons = verdict.lines()[0].rpartition("would prove nothing: ")[2]
        idle = verdict.finding.idle
        assert any(repr(pattern) in reasons for pattern in rule.patterns) or (idle and idle in reasons)


@given(rules(), traces(max_size=8))
def test_every_verdict_can_be_put_into_words(rule, trace):
    verdict = rule.verdict(trace)
    for most in (0, 1, SHOWN, None):
        lines = verdict.lines(most)
        assert lines
        assert all(line and "\n" not in line for line in lines)
    assert str(verdict).startswith(f"{verdict.outcome}: ")


@given(rules(), traces(max_size=8))
def test_the_outcome_is_the_rules_truth_where_the_rule_was_put_to_the_test(rule, trace):
    verdict = rule.verdict(trace)
    if verdict.outcome in {"passed", "failed"}:
        assert verdict.passed == rule.holds(trace)
    if verdict.outcome == "vacuous":
        assert rule.holds(trace)
    if verdict.outcome == "not captured":
        assert not trace.captured
        assert not rule.vacuous_ok


@given(rules(), traces(max_size=8))
def test_a_verdict_does_not_depend_on_what_was_asked_before(rule, trace):
    first = rule.verdict(trace)
    again = rule.verdict(Trace.of(reversed(trace.spans)))
    assert (again.outcome, again.lines()) == (first.outcome, first.lines())


def test_many_culprits_are_all_there_though_few_are_shown():
    trace = Trace.of(Span("n", span_id=str(at), start_ns=at) for at in range(9))
    verdict = never("n").verdict(trace)
    assert len(verdict.culprits) == 9
    assert verdict.lines()[-1] == f"  … and {9 - SHOWN} more"
    assert len(verdict.lines(None)) == 10


def test_what_comes_closest_to_several_patterns_is_one_culprit():
    near = Span("chat", span_id="1", parent_id="run", status="ok")
    rule = at_least(1, span("chat", status="error")) & at_least(1, span("chat", agent="writer"))
    verdict = rule.verdict(Trace.of([Span("run", span_id="run"), near]))
    assert verdict.culprits == [near]


def test_a_retry_among_the_evidence_is_said_to_be_one():
    root = Span("run", span_id="run", end_ns=99)
    calls = [
        Span("search", span_id=str(at), parent_id="run", start_ns=at, end_ns=at, status=status)
        for at, status in enumerate(["error", "ok"])
    ]
    lines = exactly(1, "search").verdict(Trace.of([root, *calls])).lines()
    assert lines[2] == "  search  at +1 ns for 0 ns  ok  retry of number 1"


CLOCK = "by the clock only: no parent, link or artifact leads from writer to critic"


def pair(**critic: object) -> Trace:
    return Trace.of(
        [
            Span("run", span_id="run", end_ns=99),
            agent("writer", "run", 1, produced=["draft"]),
            agent("critic", critic.pop("parent", "run"), 10, **critic),
        ]
    )


@pytest.mark.parametrize(
    "rule",
    [
        order("writer", "critic"),
        *(
            getattr(pytest_flock_trace, name)("writer", "critic")
            for name in MEANINGS
            if name not in UNORDERED and not name.startswith("not_")
        ),
        ~not_succession("writer", "critic"),
        response("writer", "critic") & never("editor"),
        when("writer", then=order("writer", "critic")),
    ],
    ids=repr,
)
def test_an_order_that_only_the_clock_supports_is_said_to_be_one(rule):
    assert CLOCK in rule.verdict(pair()).lines()
    for causal in ({"links": ["writer"]}, {"consumed": ["draft"]}, {"parent": "writer"}):
        verdict = rule.verdict(pair(**causal))
        assert verdict.passed
        assert not any("by the clock" in line for line in verdict.lines())


def test_of_several_pairs_one_that_only_the_clock_supports_is_enough():
    joined = agent("critic", "run", 10, links=["writer"])
    other = [agent("writer", "run", 20, span_id="w2"), agent("critic", "run", 30, span_id="c2")]
    trace = Trace.of([Span("run", span_id="run", end_ns=99), agent("writer", "run", 1), joined, *other])
    assert CLOCK in response("writer", "critic").verdict(trace).lines()


def test_templates_without_order_have_no_need_of_the_clock():
    for name in UNORDERED:
        rule = getattr(pytest_flock_trace, name)("writer", "critic")
        assert not any("by the clock" in line for line in rule.verdict(pair()).lines())


def test_a_broken_order_has_nothing_that_the_clock_supports():
    lines = response("critic", "writer").verdict(pair()).lines()
    assert not any("by the clock" in line for line in lines)


def test_only_the_pairs_that_break_a_rule_are_looked_at_where_it_is_broken():
    trace = Trace.of([*pair(), agent("writer", "run", 40, span_id="w2")])
    lines = succession("writer", "critic").verdict(trace).lines()
    assert "still open" in lines[1]
    assert not any("by the clock" in line for line in lines)


def test_a_verdict_is_frozen_and_shows_its_outcome():
    verdict = never("critic").verdict(crew())
    assert repr(verdict).startswith("Verdict(outcome='failed', rule=never(span('critic'))")
    with pytest.raises(AttributeError):
        verdict.outcome = "passed"
