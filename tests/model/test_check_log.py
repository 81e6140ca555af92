from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_flock_trace.analysis.critical_path import critical_path
from pytest_flock_trace.analysis.dependencies import DependencyGraph, dependencies
from pytest_flock_trace.analysis.latency_budget import latency_budget
from pytest_flock_trace.analysis.red import red
from pytest_flock_trace.analysis.trajectory import trajectory
from pytest_flock_trace.analysis.usage import usage
from pytest_flock_trace.errors import NotExactlyOne, Vacuous
from pytest_flock_trace.model.check_log import CheckLog
from pytest_flock_trace.model.pattern import span
from pytest_flock_trace.model.rules.counting import never
from pytest_flock_trace.model.rules.graph import acyclic
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.snapshots import SpanTreeExtension

MS = 1_000_000


def agent(name: str, at: int, status: str = "ok", **more) -> Span:
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
    given = {"parent_id": "root", "start_ns": at * MS, "end_ns": (at + 5) * MS, "status": status, **more}
    return Span(f"invoke_agent {name}", span_id=f"{name}{at}", attributes=attributes, **given)


def chat(at: int, tokens: int) -> Span:
    attributes = {"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": tokens}
    return Span(
        "chat", span_id=f"chat{at}", parent_id="writer1", start_ns=at * MS, end_ns=(at + 1) * MS, attributes=attributes
    )


ROOT = Span("root", span_id="root", end_ns=100 * MS)
GOOD = [ROOT, agent("writer", 1, produced=("d",)), agent("critic", 10, consumed=("d",)), chat(2, 10)]
WORSE = [
    ROOT,
    agent("writer", 1, status="error", consumed=("r",), produced=("d",), end_ns=60 * MS),
    agent("critic", 10, consumed=("d",), produced=("r",)),
    agent("critic", 30),
    agent("writer", 70, consumed=("r",)),
    chat(2, 99),
]


def logged(spans: list[Span]) -> tuple[Trace, CheckLog]:
    trace = Trace.of(spans)
    trace.check_log = CheckLog()
    return trace, trace.check_log


CHECKS: dict[str, Callable[[Trace], object]] = {
    "in": lambda run: span(agent="critic", after=span(agent="writer")) in run,
    "not in": lambda run: span(status="error") not in run,
    "a name in": lambda run: "invoke_agent critic" in run and span(status="error") not in run,
    "a rule": lambda run: never(span(status="error")) in run,
    "rules": lambda run: run.check(never(span(status="error")), acyclic()),
    "a count": lambda run: run.count(span(agent="critic")) == 1,
    "a count limited": lambda run: run.count(span(agent="critic")) < 2,
    "a count as truth": lambda run: not run.count(span(status="error")),
    "two counts": lambda run: run.count(span(agent="critic")) == run.count("chat"),
    "one": lambda run: run.one(span(agent="critic")),
    "found as truth": lambda run: not run.find(span(status="error")),
    "found none": lambda run: run.find(span(status="error")) == [],
    "a duration": lambda run: critical_path(run).time(agent="writer") <= "10ms",
    "an error count": lambda run: red(run)["writer"].errors == 0,
    "an error rate": lambda run: red(run)["writer"].error_rate <= 0.0,
    "a percentile": lambda run: red(run)["writer"].p95 < "10ms",
    "tokens": lambda run: usage(run).total_tokens <= 50,
    "cycles": lambda run: dependencies(run).cycles == [],
    "cycles as truth": lambda run: not dependencies(run).cycles,
    "a graph": lambda run: dependencies(run) == DependencyGraph.from_edges([("writer", "critic")]),
    "an edge's number": lambda run: (
        dependencies(run).edge("writer", "critic").count == 1 and red(run)["critic"].count == 1
    ),
    "a trajectory": lambda run: trajectory(run, by="agent") == ["writer", "critic"],
    "a trajectory's match": lambda run: trajectory(run, by="agent").matches(["writer", "critic"]) == True,  # noqa: E712
    "a trajectory's score": lambda run: trajectory(run, by="agent").score(["writer", "critic"]) == 1,
    "a snapshot": lambda run: SpanTreeExtension().serialize(run),
    "a part": lambda run: span(status="error") not in run.traces[0],
    "a subtree": lambda run: run.subtree(span(agent="writer")).one(span(agent="writer", status="ok")),
}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_check_is_kept_and_comes_out_otherwise_on_a_trace_that_is_otherwise(check):
    run, log = logged(GOOD)
    check(run)
    good, worse = Trace.of(GOOD), Trace.of(WORSE)
    assert log.checks
    assert [one.verdict([good] * len(one.traces)) for one in log.checks] == [
        one.verdict(one.traces) for one in log.checks
    ]
    assert any(one.verdict([good] * len(one.traces)) != one.verdict([worse] * len(one.traces)) for one in log.checks)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_nothing_is_kept_where_nobody_asks_again(check):
    run = Trace.of(GOOD)
    check(run)
    assert run.check_log is None


def test_a_check_is_of_the_spans_that_were_there_then():
    run, log = logged(GOOD)
    assert span(agent="critic") in run
    [check] = log.checks
    assert check.traces[0].tree is run.tree
    assert check.traces[0].check_log is None
    assert check.text == "span(agent='critic') in trace 'trace'"


def test_what_raises_is_a_verdict_of_its_own():
    run, log = logged(GOOD)
    with pytest.raises(NotExactlyOne):
        run.one(span(agent="editor"))
    assert critical_path(run).time(agent="critic") >= 0
    one, time = log.checks
    assert one.verdict([run]) is NotExactlyOne
    assert time.verdict([Trace.of([ROOT, agent("writer", 1)])]) is Vacuous


def test_a_users_function_that_fails_on_another_trace_is_a_verdict_too():
    run, log = logged(GOOD)
    assert span(where=lambda one: one.end_ns // (60 * MS - one.end_ns) > 5 or True) in run
    assert log.checks[0].verdict([Trace.of(WORSE)]) is not True


def test_the_packages_own_comparisons_are_no_checks():
    run, log = logged(GOOD)
    latency_budget("1s", span="chat")
    repr(red(run)["writer"])
    critical_path(run).by_actor()
    dependencies(run).mermaid()
    run.outline = run.status
    assert [check.text for check in log.checks] == ["agent 'writer' in trace 'trace'"]


def test_an_agent_that_is_looked_up_must_be_there():
    run, log = logged(GOOD)
    assert red(run)["critic"].errors == 0
    looked_up = log.checks[0]
    assert looked_up.verdict([run]) is True
    assert looked_up.verdict([Trace.of([ROOT, agent("writer", 1)])]) is False


def test_answers_of_two_traces_are_asked_of_both():
    first, log = logged(GOOD)
    second = Trace.of(WORSE)
    assert first.count(span(agent="critic")) != second.count(span(agent="critic"))
    [check] = log.checks
    assert len(check.traces) == 2
    assert check.verdict([first, first]) is False


def test_looking_at_spans_is_told():
    run, log = logged(GOOD)
    for _ in run:
        pass
    len(run)
    run.spans[0]
    run.find("chat")[0]
    run.one("chat")
    assert set(log.reads) == {"iteration", "len()", "spans", "find()", "one()"}


def test_the_last_of_many_checks_are_kept():
    run, log = logged(GOOD)
    for number in range(600):
        assert span(f"nobody {number}") not in run
    assert len(log.checks) == 500
    assert "599" in log.checks[-1].text


def test_another_test_begins_with_none():
    run, log = logged(GOOD)
    assert "chat" in run
    list(run)
    log.restart()
    assert (log.checks, log.reads) == ([], {})
