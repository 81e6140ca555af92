from __future__ import annotations

import pytest
from agents import Runner
from desk import make_desk

from pytest_flock_trace import TracedRun, TracedRuns, trace_openai_agents

trace_openai_agents()  # in place of the SDK's own processor, which uploads to OpenAI


@pytest.fixture
async def complaint(traced_run: TracedRuns) -> TracedRun:
    async with traced_run("complaint") as run:
        await Runner.run(make_desk(), "My parcels are late, I want my money back.")
    return run
