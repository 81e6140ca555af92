"""Verdicts that pydantic-evals gave while its own tests ran: a node of a tree either matches a query or does not.

Every recorded verdict holds here, too. What pydantic-evals lets pass by mistake (a key that does not exist, a query
that is empty and therefore ignored) does not occur among them; `test_pydantic_evals.py` says what happens then.
A recorded tree is whole: its first span is a root and all others stand below it.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from oracles import oracle

from pytest_flock_trace.interop import span_query
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace

RECORDED = oracle("rules/pydantic_evals_spanquery_recorded.json")


def recorded_span(row: dict[str, Any]) -> Span:
    return Span(
        row["name"],
        span_id=row["span_id"],
        parent_id=row["parent_span_id"],
        trace_id=row["trace_id"],
        start_ns=round(row["start"] * 1e9),
        end_ns=round(row["end"] * 1e9),
        status=row["status"],
        attributes=row["attributes"],
    )


@cache
def recorded_trace(tree: str) -> Trace:
    return Trace.of(map(recorded_span, RECORDED["trees"][tree]))


def query_of(value: Any) -> Any:
    """The query as it was before it was written as JSON."""
    if isinstance(value, list):
        return [query_of(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"__seconds__"}:
        return timedelta(seconds=value["__seconds__"])
    return {key: query_of(item) for key, item in value.items()}


@pytest.mark.parametrize("tree", RECORDED["trees"])
def test_a_recorded_tree_is_whole(tree):
    trace = recorded_trace(tree)
    assert [root.parent_id for root in trace.roots] == [None]


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{at} {case['node_name']}") for at, case in enumerate(RECORDED["cases"])]
)
def test_a_span_matches_the_query_where_pydantic_evals_says_so(case):
    found = recorded_trace(case["tree"]).find(span_query(query_of(case["query"])))
    assert (case["node"] in [span.span_id for span in found]) is case["expected"]
