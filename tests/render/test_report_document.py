from __future__ import annotations

import copy
import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator, ValidationError
from sessions import MS, REVIEW, SESSIONS, attempt, ran

from pytest_flock_trace.analysis.budget import BudgetUse
from pytest_flock_trace.analysis.mutation.grade import Grade, Survivor
from pytest_flock_trace.analysis.trial_tally import TrialTally
from pytest_flock_trace.render.failure import Failure
from pytest_flock_trace.render.report_document import SCHEMA, report_document
from pytest_flock_trace.render.session_result import SessionEnvironment, SessionResult

VALIDATOR = Draft202012Validator(json.loads((files("pytest_flock_trace.render") / SCHEMA).read_text(encoding="utf-8")))
TALLY = TrialTally(9, 8, 0.8, passed=8, failed=0, kept=True, how="count")
GRADE = Grade(
    3, 2, 1, (Survivor("chat", "review", "chat ran twice", "exactly(1, 'chat')"),), reads=("sql()",), took_ns=9
)
FULL = SessionResult(
    [
        attempt("a", REVIEW, worker="gw0", duration_ns=7, budgets=(BudgetUse("b", "run", "duration", 5, 4),)),
        attempt("b", REVIEW, outcome="failed", failure=Failure("t.py", 0, "secret")),
        attempt(
            "b",
            ran("other"),
            attempt=2,
            trials=TALLY,
            ambient=ran("", agents=REVIEW.agents),
            note="spans were lost",
            grade=GRADE,
        ),
    ],
    SessionEnvironment("2026-01-01T00:00:00+00:00", 5, "CPython 3.11", "Linux", 2, {"pytest": "9"}),
    lost=["c"],
)


def document(session: SessionResult) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(report_document(session))
    return read


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(SESSIONS)
def test_every_document_is_as_the_schema_says(session: SessionResult) -> None:
    VALIDATOR.validate(document(session))


def test_the_schema_is_one() -> None:
    assert [*Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(VALIDATOR.schema)] == []


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every object with fixed names in a document."""
    found = []
    if isinstance(value, dict):
        found += [path] * (path[-1:] not in {("agents",), ("agents_ns",), ("outcomes",), ("packages",)})
        found += [place for key, one in value.items() for place in places(one, (*path, key))]
    if isinstance(value, list):
        found += [place for at, one in enumerate(value) for place in places(one, (*path, at))]
    return found


@pytest.mark.parametrize("place", places(document(FULL)), ids=lambda place: ".".join(map(str, place)) or "document")
def test_the_schema_knows_every_name_and_allows_no_other(place: tuple[Any, ...]) -> None:
    VALIDATOR.validate(document(FULL))
    for change in ("a name more", "a name less"):
        changed = copy.deepcopy(document(FULL))
        target = changed
        for key in place:
            target = target[key]
        if change == "a name more":
            target["surprise"] = 1
        else:
            target.pop(next(iter(target)))
        with pytest.raises(ValidationError):
            VALIDATOR.validate(changed)


def test_totals_count_a_shared_run_and_a_repeated_test_once() -> None:
    assert document(FULL)["totals"] == {
        "tests": 3,
        "attempts": 3,
        "outcomes": {"error": 1, "passed": 2},
        "spans": 14,
        "errors": 2,
    }


def test_a_run_tells_its_agents_its_path_and_its_graph() -> None:
    run = document(FULL)["tests"][0]["runs"][0]

    assert run["name"] == "review"
    assert run["agents"]["writer"] == {
        "count": 2,
        "errors": 0,
        "error_rate": 0.0,
        "rate_per_s": 2.0,
        "p50_ns": 150 * MS,
        "p95_ns": 195 * MS,
        "p99_ns": 199 * MS,
    }
    assert run["critical_path"] == {
        "agents_ns": {"critic": 610 * MS, "writer": 296 * MS},
        "other_ns": 4 * MS,
        "waiting_ns": 50 * MS,
        "queueing_ns": 40 * MS,
    }
    assert [(edge["source"], edge["target"], edge["count"]) for edge in run["dependencies"]["edges"]] == [
        ("writer", "critic", 2),
        ("critic", "writer", 1),
    ]


def test_a_test_tells_what_it_used_of_its_budgets() -> None:
    use = BudgetUse("usage_budget(cost=0.5)", "test 't'", "cost", 0.25, 0.5)

    (test,) = document(SessionResult([attempt("t", budgets=(use,))]))["tests"]

    assert test["budgets"] == [
        {
            "budget": "usage_budget(cost=0.5)",
            "subject": "test 't'",
            "unit": "cost",
            "measured": 0.25,
            "limit": 0.5,
            "kept": True,
            "of_session": False,
        }
    ]


def test_a_graded_test_tells_what_it_would_not_notice() -> None:
    survivor = {"span": "chat", "run": "review", "sentence": "chat ran twice", "remedy": "exactly(1, 'chat')"}

    assert document(FULL)["mutation"] == {"mutants": 3, "killed": 2, "took_ns": 9}
    assert document(FULL)["tests"][2]["mutation"] == {
        "mutants": 3,
        "killed": 2,
        "checks": 1,
        "took_ns": 9,
        "also_read_by": ["sql()"],
        "survivors": [survivor],
    }


def test_what_a_failure_says_is_left_out_since_it_may_quote_attributes() -> None:
    assert document(FULL)["tests"][1]["failed_at"] == {"file": "t.py", "line": None}
    assert "secret" not in report_document(FULL)
