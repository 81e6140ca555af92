from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.budget import BudgetUse, BudgetVerdict
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.budgets import breach, budget_table
from pytest_flock_trace.render.summary import TestSummary

MS = 1_000_000


def used(measured: float, limit: float = 100, **more: Any) -> BudgetUse:
    return BudgetUse(**{"budget": "b", "subject": "s", "unit": "tokens", "measured": measured, "limit": limit} | more)


def test_the_tightest_come_first_and_the_rest_is_counted() -> None:
    tests = [TestSummary(f"t{at}", budgets=(used(at * 10), used(at))) for at in range(1, 8)]

    heading, headers, *rows = budget_table(tests, width=120)

    assert heading == "budgets: 14 budgets kept; the 5 tightest"
    assert headers.split() == ["used", "measured", "limit", "budget", "of", "test"]
    assert [row.split()[-1] for row in rows] == ["t7", "t6", "t5", "t4", "t3"]


def test_a_broken_budget_is_marked_and_never_rounded_to_all_of_it() -> None:
    rows = budget_table([TestSummary("t", budgets=(used(1001, 1000), used(1, 0), used(999.9, 1000)))], width=120)[2:]

    assert [row.split()[0] for row in rows] == ["∞", ">100%", "100%"]
    assert ["✗" in row for row in rows] == [True, True, False]


def test_a_share_too_large_for_a_number_is_endless() -> None:
    assert budget_table([TestSummary("t", budgets=(used(1e300, 1e-300),))], width=120)[2].split()[0] == "∞"


def test_a_second_attempt_is_told_apart() -> None:
    assert budget_table([TestSummary("t", 2, budgets=(used(5),))], width=120)[2].endswith("t (attempt 2)")


def test_tests_that_the_sessions_budget_does_not_judge_are_counted_aloud() -> None:
    tests = [TestSummary("a", unbudgeted=True), TestSummary("b", unbudgeted=True), TestSummary("c")]

    assert budget_table(tests, width=80) == ["the session's budget does not judge 2 tests without a run"]


def test_without_budgets_there_are_no_lines() -> None:
    assert budget_table([TestSummary("a")], width=80) == []


def test_a_breach_is_explained_above_the_trace_with_its_culprits_marked() -> None:
    slow = Span("slow", span_id="1", end_ns=9 * MS)
    trace = Trace.of([slow, Span("quick", span_id="2", start_ns=9 * MS, end_ns=10 * MS)])

    lines = breach([BudgetVerdict(used(5, 1), ["too much", "by slow"], trace, [slow])], width=80).splitlines()

    assert lines[:3] == ["too much", "by slow", ""]
    assert lines[3].startswith("█ path")
    assert [line[:7] for line in lines[4:]] == ["✗ slow ", "  quick"]


def test_a_breach_without_spans_is_explained_without_bars() -> None:
    assert breach([BudgetVerdict(used(5, 1), ["too much"], Trace.of([]))], width=80) == "too much"


@given(st.lists(st.tuples(st.text(), st.integers(0, 10**9), st.integers(0, 10**9)), max_size=9))
def test_every_row_is_one_line_whatever_the_names(uses: list[tuple[str, int, int]]) -> None:
    budgets = tuple(used(measured, limit, budget=name, subject=name) for name, measured, limit in uses)

    lines = budget_table([TestSummary("t", budgets=budgets)], width=100)

    assert len(lines) == (min(len(uses), 5) + 2 if uses else 0)
    assert all(len(line.splitlines()) == 1 for line in lines)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.booleans())
def test_a_summary_with_budgets_survives_the_way_to_another_process(measured: int, limit: int, session: bool) -> None:
    summary = TestSummary("t", budgets=(used(measured, limit, session=session),), unbudgeted=session)

    assert TestSummary.from_values(json.loads(summary.to_json())) == summary
