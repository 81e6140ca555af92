"""What the desk really does; `trace_openai_agents()` makes OpenTelemetry spans of what the SDK traces."""

from __future__ import annotations

import pytest
from agents import Runner
from desk import make_desk

from pytest_flock_trace import (
    TracedRun,
    TracedRuns,
    acyclic,
    dependencies,
    each,
    precedence,
    red,
    span,
    trajectory,
    usage,
)


async def test_billing_takes_up_what_triage_hands_over(complaint: TracedRun) -> None:
    assert span(agent="billing", caused_by=span("handoff billing", actor="triage")) in complaint
    assert trajectory(complaint, by="agent") == ["triage", "expert", "billing"]


async def test_asking_an_expert_is_a_call_and_handing_over_is_none(complaint: TracedRun) -> None:
    asked = dependencies(complaint, layer="call").edges
    handed_over = dependencies(complaint, layer="artifact").edges
    assert [(edge.source, edge.target) for edge in asked] == [("triage", "expert")]
    assert [(edge.source, edge.target) for edge in handed_over] == [("triage", "billing")]
    assert acyclic() in complaint


async def test_nobody_but_billing_pays_and_not_before_the_expert_was_asked(complaint: TracedRun) -> None:
    complaint.check(
        each(span(tool="refund"), under=span(agent="billing")),
        precedence(span(agent="expert"), span(tool="refund")),
    )


async def test_both_parcels_are_looked_for_at_once(complaint: TracedRun) -> None:
    first, second = complaint.find(span(tool="find_parcel", under=span(agent="expert")))
    assert second.start_ns < first.end_ns


async def test_a_refund_that_failed_is_seen_behind_a_friendly_answer(traced_run: TracedRuns) -> None:
    async with traced_run("complaint") as run:
        result = await Runner.run(make_desk("B-1"), "My parcels are late, I want my money back.")
    assert result.final_output == "You will hear from us."
    assert run.one(span(tool="refund")).status == "error"
    assert red(run)["billing"].errors == 0


@pytest.mark.usage_budget(tokens=400, calls=6)
async def test_a_complaint_stays_within_its_budget(complaint: TracedRun) -> None:
    assert {agent: part.calls for agent, part in usage(complaint).by("agent").items()} == {
        "triage": 2,
        "expert": 2,
        "billing": 2,
    }
