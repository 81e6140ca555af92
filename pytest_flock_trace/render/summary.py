"""The terminal summary's tables of tests and agents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_flock_trace.analysis.quantile import quantile
from pytest_flock_trace.model.duration import format_duration
from pytest_flock_trace.model.text import columns_of, count_of, cut_end, cut_start, one_line
from pytest_flock_trace.render.agents import agents_of, format_rate
from pytest_flock_trace.render.path_shares import path_shares, percent
from pytest_flock_trace.render.silence import silence
from pytest_flock_trace.render.table import GAP, table
from pytest_flock_trace.render.tally import AgentSamples, RunSummary, TestSummary

__all__ = ["AgentSamples", "RunSummary", "TestSummary", "agent_table", "test_table"]

_PATH = "critical path"
_MOST_SHARES = 4
_LEAST_ROOM = 32
"""Columns kept for the test and its path even where the terminal is too narrow for them."""


def test_table(tests: Sequence[TestSummary], *, width: int, limit: int | None) -> list[str]:
    """A line for each test with spans, the longest first, and lines on what is not shown.

    Shares are of the time of the test's runs; p50 and p95 are of its agents' invocations, else of its runs.
    """
    rows = sorted((test for test in tests if test.spans), key=lambda test: (-test.total_ns, test.nodeid, test.attempt))
    shown = rows if limit is None else rows[: max(0, limit)]
    lines = _rows(shown, width)
    if hidden := len(rows) - len(shown):
        lines.append(f"{hidden} hidden, use -vv")
    if silent := len(tests) - len(rows):
        lines.append(silence(silent))
    return [*lines, *_notes(tests)]


test_table.__test__ = False  # type: ignore[attr-defined]  # pytest takes a function of this name for a test


def agent_table(tests: Sequence[TestSummary], *, width: int) -> list[str]:
    """A line for each agent of the session, the one with most time on critical paths first; none without agents.

    The rate is over the time of those runs, and ambient parts, in which any agent worked.
    """
    rows = [
        (
            agent.name,
            agent.red.count,
            f"{agent.red.errors}/{agent.red.count}",
            format_rate(agent.red.rate),
            *map(format_duration, (agent.red.p50, agent.red.p95, agent.red.p99)),
            percent(agent.path_ns, agent.whole_ns),
        )
        for agent in agents_of(tests)
    ]
    headers = ("agent", "n", "errors", "rate", "p50", "p95", "p99", "path")
    return table(headers, rows, align="lrrrrrrr", width=width).splitlines() if rows else []


def _rows(tests: Sequence[TestSummary], width: int) -> list[str]:
    """The table of these tests, in which node ids give way on the left and the path's smallest shares drop out."""
    if not tests:
        return []
    headers = ("time", "spans", "errors", "n", "p50", "p95")
    numbers = [_numbers(test) for test in tests]
    taken = sum(max(map(columns_of, column)) + len(GAP) for column in zip(headers, *numbers))
    room = max(_LEAST_ROOM, width - taken - len(GAP))
    shared = _shared_start([one_line(test.nodeid) for test in tests])
    longest_name = max(columns_of(_name(test, len(shared))) for test in tests)
    shares = [_shares(test, max(room - longest_name, room // 2)) for test in tests]
    name_room = room - max(map(columns_of, (_PATH, *shares)))
    names = [_name(test, len(shared), name_room) for test in tests]
    place = cut_start(f"test in {shared.rstrip(':/')}" if shared else "test", max(4, name_room))
    rows = [(name, *row, share) for name, row, share in zip(names, numbers, shares)]
    return table((place, *headers, _PATH), rows, align="lrrrrrrl").splitlines()


def _shared_start(nodeids: Sequence[str]) -> str:
    """The folders, file and classes that all tests of several have in common, which the heading says once."""
    first, last = min(nodeids), max(nodeids)  # in between, all start with what these two share
    same = next((at for at, pair in enumerate(zip(first, last)) if pair[0] != pair[1]), min(len(first), len(last)))
    start = first[:same].partition("[")[0] if len(nodeids) > 1 else ""
    return start[: max(start.rfind("/") + 1, start.rfind("::") + 2 if "::" in start else 0)]


def _name(test: TestSummary, skipped: int, columns: int | None = None) -> str:
    """`✗` where the test failed, the node id, and numbers of attempts and examples; only the node id is ever cut."""
    mark = "✗ " if test.failed else ""
    attempt = f" (attempt {test.attempt})" if test.attempt > 1 else ""
    attempt += f" ({test.examples:,} examples)" if test.examples > 1 else ""
    nodeid = one_line(test.nodeid)[skipped:]
    return mark + (nodeid if columns is None else cut_start(nodeid, columns - columns_of(mark + attempt))) + attempt


def _numbers(test: TestSummary) -> tuple[str, ...]:
    """Time, spans, errors, sample size, p50 and p95."""
    samples = [ns for part in test.parts for agent in part.agents.values() for ns in agent.durations_ns]
    size = str(len(samples))
    if not samples:
        samples = [run.duration_ns for run in test.runs]
        size = count_of(len(samples), "run") if samples else ""
    errors = f"{test.errors}/{test.spans}"
    return format_duration(test.total_ns), str(test.spans), errors, size, *_quantiles(samples, 0.5, 0.95)


def _quantiles(samples: Sequence[int], *levels: float) -> list[str]:
    return [format_duration(round(quantile(samples, level))) if samples else "" for level in levels]


def _shares(test: TestSummary, columns: int) -> str:
    """`critic 61% · writer 30% · wait 5%`, with as many names as fit, four at most."""
    shares = path_shares(test)
    texts = [*(_first(shares, most) for most in range(_MOST_SHARES, 0, -1)), " · ".join([*shares[:1], "…"])]
    return next((text for text in texts if columns_of(text) <= columns), cut_end(texts[-1], columns))


def _first(shares: Sequence[str], most: int) -> str:
    more = [f"+{len(shares) - most} more"] if len(shares) > most else []
    return " · ".join([*shares[:most], *more])


def _notes(tests: Iterable[TestSummary]) -> list[str]:
    """What readers must know, said once however many tests it concerns."""
    concerned: dict[str, list[str]] = {}
    for test in tests:
        if test.note:
            concerned.setdefault(one_line(test.note), []).append(one_line(test.nodeid))
    return [f"{ids[0] if len(ids) == 1 else count_of(len(ids), 'test')}: {note}" for note, ids in concerned.items()]
