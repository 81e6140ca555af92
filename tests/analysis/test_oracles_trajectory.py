"""Matches and scores of trajectories that LangChain's agentevals and pydantic-evals computed.

Of the first only those cells are held that its own pairing decides rightly: with `exact` and `ignore` every pairing
is as good as another, and `strict` pairs by place. With `subset` and `superset` of arguments it pairs greedily.
"""

from __future__ import annotations

import pytest
from oracles import oracle

from pytest_flock_trace.analysis.trajectory import Trajectory

AGENTEVALS = oracle("rules/langchain_agentevals_trajectory.json")["rows"]
PYDANTIC_EVALS = oracle("rules/pydantic_evals_trajectory.json")["rows"]

MODES = ("strict", "unordered", "subset", "superset")


@pytest.mark.parametrize(
    ("mode", "arguments"),
    [
        *((mode, arguments) for mode in MODES for arguments in ("exact", "ignore")),
        ("strict", "subset"),
        ("strict", "superset"),
    ],
)
def test_a_match_is_agentevals(mode, arguments):
    for row in AGENTEVALS:
        found = Trajectory(row["actual"]).matches(row["expected"], mode, arguments=arguments)
        assert found == row["scores"][f"{mode}/{arguments}"], row


@pytest.mark.parametrize("order", ["exact", "in_order", "any_order"])
def test_a_score_is_pydantic_evals(order):
    for row in PYDANTIC_EVALS:
        assert Trajectory(row["actual"]).score(row["expected"], order=order) == pytest.approx(row[order]), row


@pytest.mark.parametrize(
    ("column", "mode"), [("tool_correctness", "unordered"), ("tool_correctness_allow_extra", "superset")]
)
def test_correctness_of_tools_is_a_mode(column, mode):
    for row in PYDANTIC_EVALS:
        assert Trajectory(row["actual"]).matches(row["expected"], mode=mode) == row[column], row
