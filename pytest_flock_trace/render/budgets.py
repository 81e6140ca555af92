"""Budgets as text: why some were broken, and how much of each was used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isinf

from pytest_flock_trace.analysis.budget import BudgetUse, BudgetVerdict, amount
from pytest_flock_trace.analysis.critical_path import critical_path
from pytest_flock_trace.model.text import count_of, one_line
from pytest_flock_trace.render.table import table
from pytest_flock_trace.render.tally import TestSummary
from pytest_flock_trace.render.waterfall import waterfall

_TIGHTEST = 5
_LINES = 24


def breach(broken: Sequence[BudgetVerdict], *, width: int) -> str:
    """Why budgets were not kept, then the trace of the first as a waterfall with its critical path and culprits."""
    lines = [line for verdict in broken for line in verdict.lines]
    trace = next((verdict.trace for verdict in broken if verdict.trace is not None), None)
    if trace is None or len(trace.tree) == 0:
        return "\n".join(lines)
    culprits = [span for verdict in broken for span in verdict.culprits]
    bars = waterfall(trace, width=width, path=critical_path(trace), limit=_LINES, culprits=culprits)
    return "\n".join([*lines, "", bars])


def budget_table(tests: Iterable[TestSummary], *, width: int) -> list[str]:
    """The five budgets of the session of which the largest share was used; none where no budget was judged."""
    tests = list(tests)
    uses = [use for test in tests for use in test.budgets]
    left_out = sum(test.unbudgeted for test in tests)
    lines: list[str] = []
    if uses:
        broken = sum(not use.kept for use in uses)
        counted = [count_of(len(uses) - broken, "budget") + " kept", *([f"{broken} broken"] if broken else [])]
        tightest = tightest_first(tests)[:_TIGHTEST]
        shown = f"; the {len(tightest)} tightest" if len(uses) > _TIGHTEST else ""
        headers = ("used", "measured", "limit", "budget", "of", "test")
        rows = [_row(test, use) for test, use in tightest]
        lines = [
            f"budgets: {', '.join(counted)}{shown}",
            *table(headers, rows, align="rrrlll", width=width).split("\n"),
        ]
    if left_out:
        lines.append(f"the session's budget does not judge {count_of(left_out, 'test')} without a run")
    return lines


def tightest_first(tests: Iterable[TestSummary]) -> list[tuple[TestSummary, BudgetUse]]:
    """Every budget of every attempt with what was used of it, the largest share first."""
    uses = [(test, use) for test in tests for use in test.budgets]
    return sorted(uses, key=lambda one: (-one[1].share, one[0].nodeid, one[1].budget))


def _row(test: TestSummary, use: BudgetUse) -> tuple[str, ...]:
    nodeid = test.nodeid if test.attempt == 1 else f"{test.nodeid} (attempt {test.attempt})"
    measured, limit = amount(use.measured, use.unit), amount(use.limit, use.unit)
    return used(use), measured, limit, use.budget, subject(test, use), ("" if use.kept else "✗ ") + one_line(nodeid)


def subject(test: TestSummary, use: BudgetUse) -> str:
    """What used most of the budget, where that is not just the test."""
    return "" if use.subject == f"test {test.nodeid!r}" else use.subject


def used(use: BudgetUse) -> str:
    """The share of the limit: rounded, but never to 100% where the budget was broken."""
    percent = use.share * 100
    if isinf(percent):
        return "∞"
    percent = round(percent)
    return ">100%" if percent <= 100 and not use.kept else f"{percent}%"
