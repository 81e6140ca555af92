from __future__ import annotations

import pytest
from desk import Ledger, make_desk
from pydantic_ai import Agent, models

from pytest_flock_trace import TracedRun, TracedRuns

models.ALLOW_MODEL_REQUESTS = False  # a test that asks a real model fails instead
Agent.instrument_all()


@pytest.fixture
def ledger() -> Ledger:
    return Ledger({})


@pytest.fixture
async def refund(traced_run: TracedRuns, ledger: Ledger) -> TracedRun:
    """A customer gets the money for an order back."""
    async with traced_run("refund") as run:
        await make_desk().run("I want my money back for order 17", deps=ledger)
    return run
