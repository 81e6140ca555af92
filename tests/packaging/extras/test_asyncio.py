"""What the extra `asyncio` brings."""

from __future__ import annotations

import asyncio

import pytest
from opentelemetry import trace


@pytest.mark.asyncio
async def test_tasks_stay_in_the_run(traced_run):
    async def step():
        with trace.get_tracer("extras").start_as_current_span("step"):
            await asyncio.sleep(0)

    async with traced_run("work") as run:
        await asyncio.gather(step(), step())
    assert run.count("step") == 2
