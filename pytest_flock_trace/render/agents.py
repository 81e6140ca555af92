"""The agents of a session: rate, errors and durations of each, pooled over its tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pytest_flock_trace.analysis.red import Red, summarize
from pytest_flock_trace.render.tally import AgentSamples, RunSummary, TestSummary


@dataclass(frozen=True)
class AgentTotals:
    """The numbers of one agent."""

    name: str
    red: Red
    path_ns: int
    """Its work on the critical paths of these runs."""
    whole_ns: int
    """The time of these runs."""


def agents_of(tests: Iterable[TestSummary]) -> list[AgentTotals]:
    """Every agent of the tests, the one with most time on critical paths first; a run that several share counts once.

    The rate is over the time of those runs, and ambient parts, in which any agent worked.
    """
    parts = [part for part in parts_of(tests) if part.agents]
    window = sum(part.duration_ns for part in parts)
    whole = sum(max(part.path_total_ns, part.duration_ns) for part in parts)
    totals = [
        AgentTotals(
            agent,
            summarize(samples.durations_ns, samples.errors, window),
            sum(part.path_ns.get(agent, 0) for part in parts),
            whole,
        )
        for agent, samples in _pooled(parts).items()
    ]
    return sorted(totals, key=lambda agent: (-agent.path_ns, agent.name))


def parts_of(tests: Iterable[TestSummary]) -> list[RunSummary]:
    """Every run and ambient part of the tests; a run that several share counts once."""
    tests = list(tests)
    runs = {run.trace_id: run for test in tests for run in test.runs}
    return [*runs.values(), *(test.ambient for test in tests if test.ambient is not None)]


def format_rate(per_second: float | None) -> str:
    """`12/s`, or `3/min` where that reads better; empty for no rate."""
    if per_second is None:
        return ""
    if per_second < 0.1:
        return f"{per_second * 60:.2g}/min"
    return f"{per_second:.0f}/s" if per_second >= 100 else f"{per_second:.3g}/s"


def _pooled(parts: Iterable[RunSummary]) -> dict[str, AgentSamples]:
    durations: dict[str, list[int]] = {}
    errors: dict[str, int] = {}
    for part in parts:
        for agent, samples in part.agents.items():
            durations.setdefault(agent, []).extend(samples.durations_ns)
            errors[agent] = errors.get(agent, 0) + samples.errors
    return {agent: AgentSamples(durations[agent], errors[agent]) for agent in durations}
