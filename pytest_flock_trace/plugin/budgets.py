"""Budgets that a test is held against once it has passed: those of its markers and of the session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from typing import Any

import pytest

from pytest_flock_trace.analysis.budget import Budget, Conduct
from pytest_flock_trace.analysis.error_budget import error_budget
from pytest_flock_trace.analysis.latency_budget import LatencyBudget, latency_budget
from pytest_flock_trace.analysis.usage_budget import usage_budget
from pytest_flock_trace.errors import BadSetting, FlockTraceError
from pytest_flock_trace.model.check_log import CheckLog
from pytest_flock_trace.model.matcher import text_test
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.plugin.settings import Settings
from pytest_flock_trace.recording.attempt import TestRecord
from pytest_flock_trace.recording.traced_run import TracedRun
from pytest_flock_trace.render.budgets import breach

_MARKERS: Mapping[str, Callable[..., Budget]] = {
    "latency_budget": latency_budget,
    "usage_budget": usage_budget,
    "error_budget": error_budget,
}
_WIDTH = 100
_MOST = 2_000
"""Spans of examples that are kept to be judged together."""


def marked_budgets(item: pytest.Item) -> list[Budget]:
    """The budgets of the item's markers, the closest first; raise `BadSetting` for arguments that can't be meant."""
    return [_made(marker) for marker in item.iter_markers() if marker.name in _MARKERS]


def budget_complaint(item: pytest.Item) -> str | None:
    """What is wrong with the item's markers, before it runs; None if nothing is."""
    try:
        marked_budgets(item)
    except BadSetting as exc:
        return str(exc)
    return None


def judge_budgets(item: pytest.Item, record: TestRecord, settings: Settings) -> None:
    """Hold the test against its budgets; fail it with all that it broke.

    Called after the test and again after its fixtures, and does its work once: after the call, unless a fixture of
    the test still holds a run open. A run that a fixture of a wider scope holds open is not this test's doing.
    """
    __tracebackhide__ = True
    outermost = [run for run in record.runs if run.outermost]
    if not record.closed:
        record.held_elsewhere = [run for run in outermost if run.is_open and run.shared]
        if any(run.is_open and not run.shared for run in outermost):
            return
    if record.budgeted:
        return
    record.budgeted = True
    with record.examples.together(record):
        _measure(item, record, settings, final=True)
        complaint = _complaint(record)
    if complaint:
        culprit = next((one.trace for one in record.verdicts.found if not one.use.kept), None)
        if isinstance(culprit, TracedRun):
            record.examples.show(record, culprit)
        record.culprits.extend(span for one in record.verdicts.found if not one.use.kept for span in one.culprits)
        pytest.fail(complaint, pytrace=False)


def keep_example(item: pytest.Item, record: TestRecord, settings: Settings) -> None:
    """Keep what the example that has come to its end did for the budgets on its test, which never fails an example.

    Time is not the same when Hypothesis tries it again. Of many examples, those until now are judged to make room.
    """
    budgeted = bool(marked_budgets(item)) or session_budget(item.nodeid, settings) is not None
    if budgeted and record.examples.keep(record) >= _MOST:
        with record.examples.together(record):
            _measure(item, record, settings, final=False)


def _measure(item: pytest.Item, record: TestRecord, settings: Settings, *, final: bool) -> None:
    runs = [run for run in record.runs if run.outermost and not run.is_open and run not in record.held_elsewhere]
    budgets = _budgets_on(item, record, settings, has_run=bool(runs) or record.examples.had_runs)
    conduct = Conduct(runs, record.trace, record.call_ns)
    for number, budget in enumerate(budgets):
        of_runs = isinstance(budget, LatencyBudget) and budget.span is None
        if runs or not of_runs or (final and number not in record.verdicts):
            record.verdicts.add(number, budget, conduct, lasting=final)
            if final and record.check_log is not None:
                _taken_down(record.check_log, budget, conduct)


def _budgets_on(item: pytest.Item, record: TestRecord, settings: Settings, *, has_run: bool) -> list[Budget]:
    """Those of the markers and, where none of them limits runs, the session's."""
    marked = marked_budgets(item)
    own = any(isinstance(budget, LatencyBudget) and budget.span is None for budget in marked)
    session = None if own else session_budget(item.nodeid, settings)
    record.unbudgeted = session is not None and not has_run
    budgets = [*marked, session] if session is not None and has_run else marked
    return [budget.scaled(settings.budget_scale) if isinstance(budget, LatencyBudget) else budget for budget in budgets]


def session_budget(nodeid: str, settings: Settings) -> LatencyBudget | None:
    """What the session allows each run of the test; None where it says nothing of it."""
    found = next((budget for budget in settings.budgets if text_test("test id", budget.nodeids)(nodeid)), None)
    return None if found is None else LatencyBudget(found.source, found.limit, session=True)


def _complaint(record: TestRecord) -> str:
    """Why the budgets were not kept, of whatever the record holds; empty where they were."""
    found = record.verdicts.found
    record.budgets.extend(verdict.use for verdict in found)
    broken = [verdict for verdict in found if not verdict.use.kept]
    return "\n".join([*record.verdicts.unjudged, *([breach(broken, width=_WIDTH)] if broken else [])])


def _taken_down(log: CheckLog, budget: Budget, conduct: Conduct) -> None:
    """Have it known what the test was held against: its runs, beside all that it did."""
    number = len(conduct.runs)

    def kept(traces: Sequence[Trace]) -> bool:
        again = Conduct(traces[:number], traces[-1], conduct.call_ns)
        return all(verdict.use.kept for verdict in budget.judge(again))

    log.add(budget.title, [*(conduct.runs or [conduct.whole]), conduct.whole], kept, beside=1)


def _made(marker: pytest.Mark) -> Budget:
    make: Any = _MARKERS[marker.name]
    try:
        signature(make).bind(*marker.args, **marker.kwargs)
        return make(*marker.args, **marker.kwargs)  # type: ignore[no-any-return]  # the table's type is lost to bind
    except (FlockTraceError, TypeError) as exc:
        raise BadSetting(f"marker {marker.name}: {exc}") from exc
