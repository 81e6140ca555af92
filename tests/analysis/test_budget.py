from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.budget import BudgetUse, Conduct, amount, largest_share, shrinkage
from pytest_flock_trace.analysis.error_budget import error_budget
from pytest_flock_trace.analysis.latency_budget import latency_budget
from pytest_flock_trace.analysis.usage_budget import usage_budget
from pytest_flock_trace.errors import BadArgument, NothingCaptured, Vacuous
from pytest_flock_trace.model.pattern import span
from pytest_flock_trace.model.span import RUN_ATTRIBUTE, Span
from pytest_flock_trace.model.trace import Trace

MS = 1_000_000
CHAT = {"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 100}


def timed(name: str, start: int, end: int, parent: str | None = "root", **attributes: Any) -> Span:
    return Span(
        name,
        span_id=f"{name} {start}",
        parent_id=parent,
        start_ns=start * MS,
        end_ns=end * MS,
        attributes=attributes,
    )


def agent(name: str, start: int, end: int, **more: Any) -> Span:
    said = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
    return timed(name, start, end, **said).replace(**more)


def run(name: str, length: int, *spans: Span) -> Trace:
    root = Span(name, span_id="root", end_ns=length * MS, attributes={RUN_ATTRIBUTE: name})
    return Trace.of([root, *spans], name=name)


def conduct(*runs: Trace) -> Conduct:
    everything = [one.replace(trace_id=f"{at}") for at, trace in enumerate(runs) for one in trace]
    return Conduct(runs, Trace.of(everything, name="whole"), 0)


REVIEW = run("review", 40, agent("writer", 0, 30), agent("critic", 30, 40))


@pytest.mark.parametrize(("measured", "limit", "kept"), [(5, 5, True), (6, 5, False), (0, 0, True), (1, 0, False)])
def test_a_limit_may_be_reached_and_zero_is_one(measured, limit, kept):
    assert BudgetUse("b", "s", "tokens", measured, limit).kept is kept


@pytest.mark.parametrize(("measured", "limit", "share"), [(5, 10, 0.5), (0, 10, 0), (0, 0, 1), (1, 0, inf)])
def test_the_share_of_a_limit_of_nothing_is_all_or_infinite(measured, limit, share):
    assert BudgetUse("b", "s", "tokens", measured, limit).share == share


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (250 * MS, "duration", "250 ms"),
        (5000, "tokens", "5,000 tokens"),
        (1, "tokens", "1 token"),
        (1, "calls", "1 call"),
        (0.0312, "cost", "0.0312"),
        (0.05, "error rate", "5%"),
        (1 / 3, "error rate", "33.3%"),
    ],
)
def test_amounts_read_as_people_write_them(value, unit, text):
    assert amount(value, unit) == text


def test_the_fewest_that_together_hold_the_excess_would_have_to_shrink():
    parts = [("a", 10), ("b", 40), ("c", 30)]

    assert [name for name, _ in largest_share(parts, float, 40)] == ["b"]
    assert [name for name, _ in largest_share(parts, float, 41)] == ["b", "c"]
    assert [name for name, _ in largest_share(parts, float, 500)] == ["b", "c", "a"]
    assert largest_share([("a", 0)], float, 5) == []


@given(st.dictionaries(st.text(), st.integers(0, 100)), st.integers(1, 500))
def test_none_of_those_named_could_be_left_out(parts, excess):
    sizes = [size for _, size in largest_share(list(parts.items()), float, excess)]

    assert sum(sizes[:-1]) < excess
    assert sum(sizes) >= excess or sum(sizes) == sum(parts.values())


def test_many_culprits_are_cut_to_four():
    line = shrinkage([(letter, 10 * MS) for letter in "abcdef"], 100 * MS, 60 * MS, "duration")

    assert line == (
        "a (10 ms), b (10 ms), c (10 ms), d (10 ms) and 2 more account for 60 ms of 100 ms (60%) "
        "and would have to shrink by at least 60 ms"
    )


def test_a_latency_budget_measures_the_longest_run():
    shorter, longer = run("a", 10, timed("x", 0, 10)), run("b", 20, timed("x", 0, 20))
    (verdict,) = latency_budget("15ms").judge(conduct(shorter, longer))

    assert (verdict.use.subject, verdict.use.measured, verdict.use.limit) == ("trace 'b'", 20 * MS, 15 * MS)
    assert verdict.trace is longer
    assert verdict.use.share == pytest.approx(4 / 3)


def test_a_kept_budget_has_no_lines_and_no_culprits():
    (verdict,) = latency_budget("40ms").judge(conduct(REVIEW))

    assert verdict.use.kept
    assert (verdict.lines, verdict.culprits, verdict.trace) == ((), (), None)


def test_the_culprits_of_a_slow_run_are_the_spans_of_whom_the_path_is_longest():
    (verdict,) = latency_budget("25ms").judge(conduct(REVIEW))

    assert [culprit.name for culprit in verdict.culprits] == ["writer"]
    assert verdict.lines[0] == ("latency_budget('25ms'): trace 'review' took 40 ms, 15 ms over the limit of 25 ms")
    assert verdict.lines[1] == "writer accounts for 30 ms of 40 ms (75%) and would have to shrink by at least 15 ms"


def test_waiting_and_time_outside_agents_are_told_apart():
    trace = run("review", 100, agent("writer", 0, 10), timed("Flock.run_until_idle", 10, 60))
    (verdict,) = latency_budget("1ms").judge(conduct(trace))

    assert verdict.lines[1].startswith(
        "waiting (50 ms), what is outside every agent (40 ms) and writer (10 ms) account"
    )


def test_a_percentile_without_a_pattern_is_that_of_the_runs():
    runs = [run(f"{length}", length, timed("x", 0, length)) for length in (10, 20, 30)]
    (verdict,) = latency_budget("19ms", percentile=50).judge(conduct(*runs))

    assert (verdict.use.measured, verdict.use.subject) == (20 * MS, "p50 of 3 runs")
    assert latency_budget("20ms", percentile=50).judge(conduct(*runs))[0].use.kept


def test_without_a_run_the_call_phase_is_measured():
    nothing = Conduct((), Trace.of([]), 7 * MS)

    assert latency_budget("7ms").judge(nothing)[0].use.kept
    (verdict,) = latency_budget("6ms").judge(nothing)
    assert verdict.lines == ["latency_budget('6ms'): the test's call phase took 7 ms, 1 ms over the limit of 6 ms"]


def test_matches_are_those_of_all_runs_together():
    trace = conduct(run("a", 9, timed("x", 0, 5)), run("b", 9, timed("x", 0, 7)))
    (each,) = latency_budget("4ms", span="x").judge(trace)
    (half,) = latency_budget("4ms", span="x", percentile=50).judge(trace)

    assert (each.use.measured, half.use.measured) == (7 * MS, 6 * MS)
    assert len(each.culprits) == 2


def test_time_on_the_path_is_that_of_the_run_where_it_is_longest():
    first = run("a", 40, agent("writer", 0, 30), agent("critic", 0, 40))
    (verdict,) = latency_budget("1ms", span=span(agent="writer"), critical_path=True).judge(conduct(first, REVIEW))

    assert verdict.use.measured == 30 * MS
    assert verdict.trace is REVIEW
    assert [culprit.name for culprit in verdict.culprits] == ["writer"]


def test_matches_off_the_path_keep_a_budget_of_nothing():
    first = run("a", 40, agent("writer", 0, 30), agent("critic", 0, 40))
    (verdict,) = latency_budget("0ns", span=span(agent="writer"), critical_path=True).judge(conduct(first))

    assert verdict.use.kept


def test_the_scale_multiplies_the_limit_and_is_told():
    budget = latency_budget("15ms").scaled(2)

    assert budget.judge(conduct(REVIEW))[0].lines[0].endswith("10 ms over the limit of 30 ms (15 ms × 2)")
    assert latency_budget("16ms").scaled(2.5).judge(conduct(REVIEW))[0].use.kept


@pytest.mark.parametrize(
    "make",
    [
        lambda: latency_budget("1h", span="x"),
        lambda: latency_budget("1h", span="x", critical_path=True),
        lambda: usage_budget(tokens=10**9),
        lambda: error_budget(1),
    ],
)
def test_no_budget_is_kept_by_a_subject_that_never_occurred(make: Callable[[], Any]):
    with pytest.raises(Vacuous):
        make().judge(conduct(run("a", 9, timed("other", 0, 9))))
    with pytest.raises(NothingCaptured):
        make().judge(Conduct((), Trace.of([]), 0))


def test_a_usage_budget_has_a_verdict_for_each_of_its_limits():
    trace = conduct(run("a", 9, timed("chat", 0, 5, **CHAT), timed("chat", 5, 9, **CHAT)))
    verdicts = usage_budget(tokens=200, calls=1).judge(trace)

    assert [(verdict.use.unit, verdict.use.measured, verdict.use.kept) for verdict in verdicts] == [
        ("tokens", 200, True),
        ("calls", 2, False),
    ]


def test_a_cost_that_reaches_its_limit_exactly_keeps_it():
    calls = [timed("chat", at, at + 1, **CHAT, **{"gen_ai.usage.cost": cost}) for at, cost in enumerate((0.1, 0.2))]
    (verdict,) = usage_budget(cost=0.3).judge(conduct(run("a", 9, *calls)))

    assert verdict.use.kept


def test_an_error_budget_measures_the_subject_that_fails_most_often():
    trace = run("a", 9, agent("x", 0, 1, status="error"), agent("x", 1, 2), agent("y", 2, 3))
    (verdict,) = error_budget(0.5).judge(conduct(trace))

    assert verdict.use.kept
    assert (verdict.use.subject, verdict.use.measured) == ("agent 'x'", 0.5)


def test_arguments_that_cannot_be_meant_are_refused():
    for wrong in (lambda: latency_budget(-1), usage_budget, lambda: error_budget(2)):
        with pytest.raises(BadArgument):
            wrong()


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_run_keeps_its_budget_exactly_if_it_is_no_longer(length, limit):
    trace = run("a", length, timed("x", 0, length))
    (verdict,) = latency_budget(limit * MS).judge(conduct(trace))

    assert verdict.use.kept is (length <= limit)
    assert bool(verdict.lines) is (length > limit)
