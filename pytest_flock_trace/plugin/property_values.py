"""What `--junit-xml` writes into its file about a recorded test."""

from __future__ import annotations

from pytest_flock_trace.model.text import one_line
from pytest_flock_trace.plugin.properties import PREFIX
from pytest_flock_trace.render.budgets import tightest_first, used
from pytest_flock_trace.render.path_shares import path_shares
from pytest_flock_trace.render.tally import TestSummary
from pytest_flock_trace.render.trials import told

_MOST_AGENTS = 50
_MOST_BUDGETS = 10


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
