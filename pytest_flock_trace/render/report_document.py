"""A session as a JSON document, as `report.schema.json` beside this module describes it.

Names, numbers and outcomes only: no attribute's value is in it, nor the text of a failure, which may quote one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pytest_flock_trace.analysis.budget import BudgetUse
from pytest_flock_trace.analysis.confidence_sequence import LEVEL
from pytest_flock_trace.analysis.mutation.grade import Grade
from pytest_flock_trace.analysis.red import Red, summarize
from pytest_flock_trace.analysis.trial_tally import TrialTally
from pytest_flock_trace.render.failure import Failure
from pytest_flock_trace.render.graph_tally import GraphTally
from pytest_flock_trace.render.session_result import SessionResult
from pytest_flock_trace.render.tally import NO_AGENT, RunSummary, TestSummary

FORMAT = "pytest-flock-trace/report"
VERSION = 1
"""Rises when a name goes or changes its meaning; new names may come without."""
SCHEMA = "report.schema.json"


def report_document(session: SessionResult) -> str:
    """The document's text; durations are integers of nanoseconds."""
    return json.dumps(_document(session), indent=1) + "\n"


def _document(session: SessionResult) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "environment": asdict(session.environment),
        "totals": {
            "tests": sum(session.outcomes.values()),
            "attempts": len(session.tests),
            "outcomes": dict(session.outcomes),
            "spans": sum(part.spans for part in session.parts),
            "errors": sum(part.errors for part in session.parts),
        },
        "agents": {agent.name: _red(agent.red) | {"critical_path_ns": agent.path_ns} for agent in session.agents},
        "tests": [_test(test) for test in session.tests],
        "mutation": _mutation([test.grade for test in session.last_attempts if test.grade is not None]),
        "lost": list(session.lost),
    }


def _test(test: TestSummary) -> dict[str, Any]:
    return {
        "id": test.nodeid,
        "outcome": test.outcome,
        "attempt": test.attempt,
        "worker": test.worker or None,
        "examples": test.examples or None,
        "duration_ns": test.duration_ns,
        "spans": test.spans,
        "errors": test.errors,
        "failed_at": _place(test.failure),
        "note": test.note or None,
        "mutation": None if test.grade is None else _grade(test.grade),
        "budgets": [_budget(use) for use in test.budgets],
        "trials": None if test.trials is None else _trials(test.trials),
        "runs": [{"name": run.name, **_part(run)} for run in test.runs],
        "outside_runs": None if test.ambient is None else _part(test.ambient),
    }


def _budget(use: BudgetUse) -> dict[str, Any]:
    return {
        "budget": use.budget,
        "subject": use.subject,
        "unit": "ns" if use.unit == "duration" else use.unit,
        "measured": use.measured,
        "limit": use.limit,
        "kept": use.kept,
        "of_session": use.session,
    }


def _trials(tally: TrialTally) -> Mapping[str, object]:
    low, high = tally.interval
    return {
        "trials": tally.trials,
        "at_least": tally.least,
        "rate": tally.rate,
        "run": tally.run,
        "passed": tally.passed,
        "confidence_sequence": {"level": LEVEL, "low": low, "high": high},
        "settled_by": tally.how,
        "kept": tally.kept,
    }


def _mutation(grades: Sequence[Grade]) -> Mapping[str, Any] | None:
    """What the grades of all tests come to; None where nobody asked for any."""
    if not grades:
        return None
    mutants, killed = sum(grade.mutants for grade in grades), sum(grade.killed for grade in grades)
    return {"mutants": mutants, "killed": killed, "took_ns": sum(grade.took_ns for grade in grades)}


def _grade(grade: Grade) -> dict[str, Any]:
    return {
        "mutants": grade.mutants,
        "killed": grade.killed,
        "checks": grade.checks,
        "took_ns": grade.took_ns,
        "also_read_by": list(grade.reads),
        "survivors": [asdict(survivor) for survivor in grade.survivors],
    }


def _place(failure: Failure | None) -> Mapping[str, object] | None:
    return None if failure is None else {"file": failure.file, "line": failure.line or None}


def _part(part: RunSummary) -> dict[str, Any]:
    agents = {
        agent: _red(summarize(samples.durations_ns, samples.errors, part.duration_ns))
        for agent, samples in part.agents.items()
    }
    return {
        "trace_id": part.trace_id,
        "spans": part.spans,
        "errors": part.errors,
        "duration_ns": part.duration_ns,
        "agents": agents,
        "critical_path": {
            "agents_ns": {agent: ns for agent, ns in part.path_ns.items() if agent != NO_AGENT},
            "other_ns": part.path_ns.get(NO_AGENT, 0),
            "waiting_ns": part.waiting_ns,
            "queueing_ns": part.queueing_ns,
        },
        "dependencies": _graph(part.graph),
    }


def _red(red: Red) -> dict[str, Any]:
    return {
        "count": red.count,
        "errors": red.errors,
        "error_rate": red.error_rate,
        "rate_per_s": red.rate,
        "p50_ns": int(red.p50),
        "p95_ns": int(red.p95),
        "p99_ns": int(red.p99),
    }


def _graph(graph: GraphTally | None) -> Mapping[str, Any] | None:
    return None if graph is None else asdict(graph)
