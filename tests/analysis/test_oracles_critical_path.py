"""Critical paths that Jaeger, CRISP and pencil and paper computed.

What does not apply: `jaeger_ui_row_sections` is about the bar of a collapsed row in a user interface, `crisp_drag`
about a metric that this package doesn't compute; CRISP's cases marked `strict_definition_agrees: false` need its
tolerance for overlapping siblings, its rule for clock skew or its list of excluded operations. Where Jaeger refuses a
trace (no span, no root) this package degrades; those cases assert how.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from oracles import by_id, oracle, oracle_span

from pytest_flock_trace.analysis.critical_path import CriticalPath, critical_path
from pytest_flock_trace.analysis.effective_tree import effective_tree
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace

JAEGER_UI = [oracle(f"critical_path/jaeger_ui_test{number}.json") for number in range(1, 10)]
JAEGER_GO = oracle("critical_path/jaeger_go_critical_path.json")["cases"]
BACK_TO_BACK = oracle("critical_path/jaeger_back_to_back.json")["cases"]
SANITIZE = [case for part in ("ui", "go") for case in oracle(f"critical_path/jaeger_{part}_sanitize.json")["cases"]]
LAST_FINISHING_UI = oracle("critical_path/jaeger_ui_lfc.json")["cases"]
LAST_FINISHING_GO = oracle("critical_path/jaeger_go_lfc.json")["cases"]
BLACKBOARD = oracle("critical_path/blackboard_hand_derived.json")["cases"]
CRISP = [
    case
    for part in ("fixtures", "unit_graphs")
    for case in oracle(f"critical_path/crisp_{part}.json")["cases"]
    if case["strict_definition_agrees"]
]

both_policies = pytest.mark.parametrize("policy", ["causal", "clamp"])


def trace_of(case: dict[str, Any]) -> Trace:
    return Trace.of(map(oracle_span, case["spans"]))


def sections_of(path: CriticalPath) -> list[dict[str, Any]]:
    return [{"span_id": one.span.span_id, "start": one.start_ns, "end": one.end_ns} for one in path.sections]


@by_id([*JAEGER_UI, *(case for case in JAEGER_GO if "expected" in case), *BACK_TO_BACK])
def test_the_clamp_policy_gives_jaegers_sections(case):
    path = critical_path(trace_of(case), policy="clamp")
    assert sections_of(path) == case["expected"]
    assert {section.kind for section in path.sections} <= {"self"}


@by_id([case for case in JAEGER_GO if "expected_error" in case])
def test_a_trace_that_jaeger_refuses_has_the_path_of_its_orphans(case):
    orphans = [{"span_id": row["span_id"], "start": row["start"], "end": row["start"] + 1} for row in case["spans"]]
    assert sections_of(critical_path(trace_of(case), policy="clamp")) == orphans


@by_id(SANITIZE)
def test_children_are_cut_to_their_parents_as_jaeger_cuts_them(case):
    tree = effective_tree(trace_of(case).tree, "clamp")
    kept = {
        span.span_id: (tree.starts[at], tree.ends[at] - tree.starts[at])
        for at, span in enumerate(tree.tree.spans)
        if tree.kept[at]
    }
    # the one case in which Jaeger drops an orphan; here it is a root
    rows = case["spans"] if case["id"].startswith("parent missing") else case["expected_kept"]
    assert kept == {row["span_id"]: (row["start"], row["duration"]) for row in rows}


def last_finishing(children: list[Span], before: int | None) -> str | None:
    """The child that a walk over these children comes to first; `before` is the start of a last one put beside them."""
    end = max((child.end_ns for child in children), default=0) + 100
    spans = [Span("parent", span_id="parent", end_ns=end), *children]
    if before is not None:
        spans.append(Span("last", span_id="last", parent_id="parent", start_ns=before, end_ns=end))
    visited = [span.span_id for span in critical_path(Trace.of(spans), policy="clamp").spans]
    return next((span_id for span_id in visited if span_id not in {"parent", "last"}), None)


@pytest.mark.parametrize("case", LAST_FINISHING_UI, ids=lambda case: f"{case['trace']} before {case['before']}")
def test_the_walk_comes_to_the_child_that_jaegers_ui_finds(case):
    rows = next(oracle["spans"] for oracle in JAEGER_UI if oracle["id"] == case["trace"])
    children = [{**row, "parent_id": "parent"} for row in rows if row["parent_id"] == case["span"]]
    assert last_finishing(list(map(oracle_span, children)), case["before"]) == case["expected"]


@by_id(LAST_FINISHING_GO)
def test_the_walk_comes_to_the_child_that_jaegers_server_finds(case):
    children = [oracle_span({**row, "parent_id": "parent"}) for row in case["children"]]
    assert last_finishing(children, case["before"]) == case["expected"]


@by_id(BLACKBOARD)
def test_a_blackboards_path_follows_links_and_waits(case):
    path = critical_path(trace_of(case))
    assert [{**row, "kind": one.kind} for row, one in zip(sections_of(path), path.sections)] == case["expected"]


@by_id(BLACKBOARD)
def test_a_blackboards_path_is_jaegers_under_the_clamp_policy(case):
    path = critical_path(trace_of(case), policy="clamp")
    sections = [{**row, "kind": one.kind} for row, one in zip(sections_of(path), path.sections)]
    assert sections == case["expected_jaeger_policy"]


@both_policies
@by_id([case for case in CRISP if case["expected_exclusive_critical_time_by_op"] is not None])
def test_operations_have_the_exclusive_time_that_crisp_finds(case, policy):
    times: Counter[str] = Counter()
    for section in critical_path(trace_of(case), policy=policy).sections:
        times[f"[{section.span.service}] {section.span.operation}"] += section.duration
    expected = {name: time for name, time in case["expected_exclusive_critical_time_by_op"].items() if time}
    assert times == expected


@both_policies
@by_id([case for case in CRISP if "expected_critical_path_span_order" in case])
def test_spans_come_in_the_order_that_crisp_finds(case, policy):
    path = critical_path(trace_of(case), policy=policy)
    found: list[str] = []
    for span in path.spans:  # CRISP lists a parent before its children, whatever of the path is the parent's own
        line = [*reversed(path.trace.ancestors(span)), span]
        found.extend(one.span_id for one in line if one.span_id not in found)
    assert found == case["expected_critical_path_span_order"]
