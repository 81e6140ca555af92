"""What the refund desk really does; pydantic-ai's own instrumentation supplies the spans."""

from __future__ import annotations

import pytest
from desk import Ledger, make_generous_desk

from pytest_flock_trace import (
    ContractBroken,
    TracedRun,
    TracedRuns,
    at_most,
    dependencies,
    each,
    red,
    span,
    trajectory,
    usage,
)

ONLY_THE_BANKER_PAYS = each(span(tool="refund"), under=span(agent="banker"))


async def test_the_order_is_looked_up_again_after_a_wrong_number(refund: TracedRun, ledger: Ledger) -> None:
    assert ledger.refunds == {"A-17": 25}
    wrong, right = refund.find(span(tool="find_order"))
    assert wrong.status == "error"
    assert right.status != "error"
    assert red(refund)["clerk"].errors == 0


async def test_tools_are_called_in_this_order_with_these_arguments(refund: TracedRun) -> None:
    assert trajectory(refund) == [
        ("find_order", {"number": "17"}),
        ("find_order", {"number": "A-17"}),
        ("ask_banker", {"number": "A-17", "amount": 25}),
        ("refund", {"number": "A-17", "amount": 25}),
    ]


async def test_only_the_banker_pays(refund: TracedRun) -> None:
    assert ONLY_THE_BANKER_PAYS in refund
    assert [(edge.source, edge.target) for edge in dependencies(refund).edges] == [("clerk", "banker")]


async def test_a_clerk_who_pays_is_found_though_the_answer_is_the_same(
    traced_run: TracedRuns, refund: TracedRun, ledger: Ledger
) -> None:
    async with traced_run("generous") as run:
        await make_generous_desk().run("I want my money back for order 17", deps=ledger)
    answers = [each_run.one(span(agent="clerk")).attributes["final_result"] for each_run in (refund, run)]
    assert answers == ["You have your money back."] * 2
    with pytest.raises(ContractBroken, match="refund"):
        run.check(ONLY_THE_BANKER_PAYS)


@pytest.mark.usage_budget(tokens=1_000, calls=6)
async def test_the_wrong_number_costs_one_call_of_the_model(refund: TracedRun) -> None:
    spent = usage(refund).by("agent")
    assert spent["clerk"].calls == 4
    assert spent["banker"].calls == 2


@pytest.mark.trace_contract(at_most(2, span(tool="find_order")))
async def test_one_wrong_number_is_the_most(refund: TracedRun) -> None:
    assert refund.count(span("chat *", actor="clerk")) == 4
