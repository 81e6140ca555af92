from __future__ import annotations

import pytest
from blackboard import Blackboard
from crew import make_crew

from pytest_flock_trace import TracedRun, TracedRuns


@pytest.fixture
def crew() -> Blackboard:
    return make_crew()


@pytest.fixture
async def article(traced_run: TracedRuns, crew: Blackboard) -> TracedRun:
    """One article, from the topic to the printed page."""
    async with traced_run("article") as run:
        await crew.publish("topic", "bees")
        await crew.run_until_idle()
    return run
