from __future__ import annotations

import pytest
from newsroom import Assignment, make_newsroom

from pytest_flock_trace import TracedRun, TracedRuns


@pytest.fixture
async def edition(traced_run: TracedRuns) -> TracedRun:
    """One edition of the paper."""
    newsroom = make_newsroom()
    async with traced_run("edition") as run:
        await newsroom.publish(Assignment(topic="bees"))
        await newsroom.run_until_idle()
    return run
