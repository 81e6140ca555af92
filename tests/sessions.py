"""Sessions as the controller knows them: written down, and random ones with hostile names."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import strategies as st

from pytest_flock_trace.analysis.budget import BudgetUse, Unit
from pytest_flock_trace.analysis.trial_tally import TrialTally
from pytest_flock_trace.render.failure import Failure
from pytest_flock_trace.render.graph_tally import EdgeTally, GraphTally
from pytest_flock_trace.render.outcomes import OUTCOMES
from pytest_flock_trace.render.session_result import SessionResult
from pytest_flock_trace.render.tally import AgentSamples, RunSummary, TestSummary

MS = 1_000_000


def ran(name: str = "run", **more: Any) -> RunSummary:
    return RunSummary(trace_id=name, name=name, **{"spans": 1, **more})


def attempt(nodeid: str, *runs: RunSummary, **more: Any) -> TestSummary:
    return TestSummary(nodeid, runs=runs, **more)


REVIEW = ran(
    "review",
    spans=12,
    errors=2,
    duration_ns=1000 * MS,
    path_ns={"critic": 610 * MS, "writer": 296 * MS, "": 4 * MS},
    waiting_ns=50 * MS,
    queueing_ns=40 * MS,
    agents={"writer": AgentSamples([100 * MS, 200 * MS], 0), "critic": AgentSamples([610 * MS], 1)},
    graph=GraphTally("call", (EdgeTally("writer", "critic", count=2), EdgeTally("critic", "writer"))),
)


NAMES = st.text(st.one_of(st.sampled_from("|`<>&*_[]\\\n#~$:/@\u2028\ud800"), st.characters()), max_size=300)
EDGES = st.builds(EdgeTally, NAMES, NAMES, st.none() | NAMES, st.integers(1, 9))
RUNS = st.builds(
    RunSummary,
    trace_id=NAMES,
    name=NAMES,
    spans=st.integers(0, 10**6),
    duration_ns=st.integers(0, 10**13),
    path_ns=st.dictionaries(NAMES, st.integers(0, 10**13), max_size=6),
    agents=st.dictionaries(NAMES, st.builds(AgentSamples, st.lists(st.integers(0, 10**13), min_size=1)), max_size=9),
    graph=st.none()
    | st.builds(GraphTally, st.sampled_from(("call", "artifact", "service")), st.lists(EDGES).map(tuple)),
)
USES = st.builds(
    BudgetUse,
    NAMES,
    NAMES,
    st.sampled_from(get_args(Unit)),
    st.floats(0, 1e15),
    st.floats(0, 1e15),
    session=st.booleans(),
)
TALLIES = st.builds(
    TrialTally,
    st.integers(1, 99),
    st.integers(1, 99),
    st.none() | st.floats(0.01, 1),
    passed=st.integers(0, 50),
    failed=st.integers(1, 50),
    kept=st.booleans(),
    how=st.sampled_from(("count", "bound")),
)
TESTS = st.builds(
    TestSummary,
    nodeid=NAMES,
    attempt=st.integers(1, 3),
    outcome=st.sampled_from(OUTCOMES),
    runs=st.lists(RUNS, max_size=3).map(tuple),
    ambient=st.none() | RUNS,
    note=NAMES,
    budgets=st.lists(USES, max_size=4).map(tuple),
    trials=st.none() | TALLIES,
    failure=st.none() | st.builds(Failure, NAMES, st.integers(0, 10**6), NAMES),
)
SESSIONS = st.builds(
    SessionResult, st.lists(TESTS, max_size=8), lost=st.lists(NAMES, max_size=9), remarks=st.lists(NAMES, max_size=9)
)
