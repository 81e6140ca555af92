"""A session as Markdown, whole or in so many bytes."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_flock_trace.analysis.budget import amount
from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.duration import format_duration
from pytest_flock_trace.model.text import count_of, cut_end, one_line
from pytest_flock_trace.render.agents import format_rate
from pytest_flock_trace.render.budgets import subject, tightest_first, used
from pytest_flock_trace.render.markdown import escaped, fitting, name, size_of, table
from pytest_flock_trace.render.path_shares import path_shares, percent
from pytest_flock_trace.render.session_graph import session_graphs
from pytest_flock_trace.render.session_result import SessionResult
from pytest_flock_trace.render.tally import TestSummary

SMALLEST = 4_096
"""Bytes that hold the headings and what is said of everything left out."""
_MOST_SHARES = 4
_LONGEST_REMARK = 300
_TESTS = ("test", "time", "spans", "errors", "critical path")
_BUDGETS = ("used", "measured", "limit", "budget", "of", "test")
_AGENTS = ("agent", "n", "errors", "rate", "p50", "p95", "p99", "path")


def session_markdown(session: SessionResult, limit: int | None = None) -> str:
    """Tests, budgets, agents and who led to whom; within `limit` bytes, saying what it leaves out.

    Of the tests, those that failed come first and then the slowest. Agents and graphs may take a quarter of the bytes
    each, budgets an eighth. Raises `BadArgument` for a limit below `SMALLEST`.
    """
    if limit is not None and limit < SMALLEST:
        raise BadArgument(f"limit={limit} has no room for a summary; give {SMALLEST} bytes or more")
    share = None if limit is None else limit // 4
    head = f"## Flock trace\n\n{_totals(session)}\n\n{_remarks(session, None if limit is None else limit // 8)}"
    rest = _budgets(session, None if limit is None else limit // 8) + _agents(session, share) + _graphs(session, share)
    room = None if limit is None else limit - size_of(head) - size_of(rest)
    return head + _tests(session, room) + rest


def _totals(session: SessionResult) -> str:
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in session.outcomes.items()) or "no tests"
    spans = sum(part.spans for part in session.parts)
    errors = sum(part.errors for part in session.parts)
    return f"{outcomes} · {count_of(spans, 'span')}, {errors} of them failed"


def _remarks(session: SessionResult, room: int | None) -> str:
    lost = [f"lost: a worker died while it ran {nodeid}" for nodeid in session.lost]
    noted = [f"{test.nodeid}: {test.note}" for test in session.tests if test.note]
    remarks = [*lost, *noted, *session.remarks]
    shown = fitting((f"- {escaped(cut_end(one_line(text), _LONGEST_REMARK))}\n" for text in remarks), room)
    more = [f"- {len(remarks) - len(shown)} more in the log\n"] if len(remarks) > len(shown) else []
    return "".join([*shown, *more, "\n"]) if remarks else ""


def _tests(session: SessionResult, room: int | None) -> str:
    """The tests that recorded spans or failed, as many as there is room for."""
    telling = [test for test in session.worst_first if test.spans or test.failed]
    silent = len(session.tests) - len(telling)
    heading, most = "### Tests\n\n", 300  # for what is said below the table
    text, shown = table(_TESTS, "lrrrl", map(_test, telling), None if room is None else room - len(heading) - most)
    left = telling[shown:]
    lines = [f"{count_of(len(left), 'test')} left out, {_kinds(left)}."] if left else []
    lines += [f"{count_of(silent, 'test')} recorded no spans."] if silent else []
    sections = [text, *(f"{line}\n" for line in lines)]
    return heading + "".join(f"{section}\n" for section in sections if section) if text or lines else ""


def _kinds(tests: Sequence[TestSummary]) -> str:
    failed = sum(test.failed for test in tests)
    if failed:
        return f"{failed} of them failed"
    return f"each of {format_duration(tests[0].total_ns)} or less"


def _test(test: TestSummary) -> Sequence[object]:
    mark = "✗ " if test.failed else ""
    attempt = f" (attempt {test.attempt})" if test.attempt > 1 else ""
    shares = path_shares(test)
    more = f" · +{len(shares) - _MOST_SHARES} more" if len(shares) > _MOST_SHARES else ""
    path = " · ".join(map(escaped, shares[:_MOST_SHARES])) + more
    return mark + name(test.nodeid) + attempt, format_duration(test.total_ns), test.spans, test.errors, path


def _budgets(session: SessionResult, room: int | None) -> str:
    """What was used of each budget, the tightest first, as many as there is room for."""
    uses = tightest_first(session.tests)
    rows = (
        (
            escaped(("" if use.kept else "✗ ") + used(use)),
            escaped(amount(use.measured, use.unit)),
            escaped(amount(use.limit, use.unit)),
            name(use.budget),
            escaped(subject(test, use)),
            name(test.nodeid),
        )
        for test, use in uses
    )
    heading, most = "### Budgets\n\n", 100
    text, shown = table(_BUDGETS, "rrrlll", rows, None if room is None else room - len(heading) - most)
    left = len(uses) - shown
    return f"{heading}{text}\n" + (f"{count_of(left, 'budget')} left out.\n\n" if left else "") if uses else ""


def _agents(session: SessionResult, room: int | None) -> str:
    rows = (
        (
            name(agent.name),
            agent.red.count,
            agent.red.errors,
            format_rate(agent.red.rate),
            *map(format_duration, (agent.red.p50, agent.red.p95, agent.red.p99)),
            escaped(percent(agent.path_ns, agent.whole_ns)),
        )
        for agent in session.agents
    )
    heading, most = "### Agents\n\n", 100
    text, shown = table(_AGENTS, "lrrrrrrr", rows, None if room is None else room - len(heading) - most)
    left = len(session.agents) - shown
    return f"{heading}{text}\n" + (f"{count_of(left, 'agent')} left out.\n\n" if left else "") if session.agents else ""


def _graphs(session: SessionResult, room: int | None) -> str:
    """Who led to whom, a diagram a layer; one that has no room is named instead."""
    text = ""
    for graph in session_graphs(session.parts):
        more = f"{count_of(graph.hidden, 'edge')} not drawn, the least taken.\n\n" if graph.hidden else ""
        section = f"### Who led to whom ({graph.layer}s)\n\n```mermaid\n{graph.mermaid}```\n\n{more}"
        if room is not None and size_of(text + section) > room - 200:
            section = f"### Who led to whom ({graph.layer}s)\n\nThe graph is too large for this summary.\n\n"
        text += section
    return text
