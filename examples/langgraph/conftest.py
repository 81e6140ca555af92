from __future__ import annotations

import os

os.environ["LANGSMITH_TRACING"] = "false"  # whatever the shell says: nothing leaves this machine

import pytest
from newsroom import make_newsroom
from openinference.instrumentation.langchain import LangChainInstrumentor

from pytest_flock_trace import TracedRun, TracedRuns

LangChainInstrumentor().instrument()


@pytest.fixture
async def article(traced_run: TracedRuns) -> TracedRun:
    """One article, of which the critic likes the second draft."""
    async with traced_run("article") as run:
        await make_newsroom("poor", "good").ainvoke({"topic": "bees"})
    return run
