"""The properties of a recorded test, which `--junit-xml` writes into its file."""

from __future__ import annotations

from typing import Final

import pytest

from pytest_flock_trace.model.text import one_line
from pytest_flock_trace.render.budgets import tightest_first, used
from pytest_flock_trace.render.path_shares import path_shares
from pytest_flock_trace.render.tally import TestSummary
from pytest_flock_trace.render.trials import told

PREFIX = "flock_trace."
_MOST_AGENTS = 50
_MOST_BUDGETS = 10


def set_properties(item: pytest.Item, report: pytest.TestReport, test: TestSummary) -> None:
    """Give the item the properties of its latest attempt, and its last report too, which was made before they were.

    Only the properties of a test's last report reach the XML file.
    """
    found = properties_of(test) if test.parts or test.budgets or test.trials is not None else _NOTHING
    for properties in (item.user_properties, report.user_properties):
        others = [(name, value) for name, value in properties if not name.startswith(PREFIX)]
        properties[:] = [*others, *found]


def properties_of(test: TestSummary) -> list[tuple[str, object]]:
    """Names and plain values, the same names for every test but for what it has none of."""
    values: dict[str, object] = {
        "runs": len(test.runs),
        "spans": test.spans,
        "errors": test.errors,
        "duration_ms": round(test.total_ns / 1e6, 3),
        "critical_path": " · ".join(path_shares(test)),
        "agents": _agents(test),
        "budgets": _budgets(test),
        "trials": "" if test.trials is None else told(test.trials),
    }
    return [(PREFIX + name, value) for name, value in values.items() if value != ""]


def _budgets(test: TestSummary) -> str:
    """`latency_budget('2s') 73%`: each budget and how much of it was used, the tightest first."""
    uses = [f"{one_line(use.budget)} {used(use)}" for _, use in tightest_first([test])]
    more = [f"+{len(uses) - _MOST_BUDGETS} more"] if len(uses) > _MOST_BUDGETS else []
    return ", ".join([*uses[:_MOST_BUDGETS], *more])


def _agents(test: TestSummary) -> str:
    """`critic ×2, writer`: each agent and how often it was invoked."""
    invoked: dict[str, int] = {}
    for part in test.parts:
        for agent, samples in part.agents.items():
            invoked[agent] = invoked.get(agent, 0) + len(samples.durations_ns)
    names = [one_line(agent) + (f" ×{times}" if times > 1 else "") for agent, times in sorted(invoked.items())]
    more = [f"+{len(names) - _MOST_AGENTS} more"] if len(names) > _MOST_AGENTS else []
    return ", ".join([*names[:_MOST_AGENTS], *more])


_NOTHING: Final = properties_of(TestSummary(""))
"""Of a test that recorded nothing."""
