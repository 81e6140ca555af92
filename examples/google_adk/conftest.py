from __future__ import annotations

import os

# As ADK documents them: what tools were given and answered is part of their spans.
os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "gen_ai_latest_experimental"
os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "SPAN_ONLY"

from collections.abc import Awaitable, Callable

import pytest
from google.adk.agents import LlmAgent
from google.adk.apps import App
from google.adk.runners import InMemoryRunner
from google.genai import types
from travel import make_planner

from pytest_flock_trace import TracedRun, TracedRuns

Book = Callable[[LlmAgent], Awaitable[TracedRun]]


@pytest.fixture
def book(traced_run: TracedRuns) -> Book:
    """Have a planner book a journey; what happened."""

    async def book(planner: LlmAgent) -> TracedRun:
        runner = InMemoryRunner(app=App(name="agency", root_agent=planner))
        session = await runner.session_service.create_session(app_name="agency", user_id="ada")
        wish = types.Content(role="user", parts=[types.Part(text="a weekend in Lisbon")])
        async with traced_run("journey") as run:
            async for _ in runner.run_async(user_id="ada", session_id=session.id, new_message=wish):
                pass
        return run

    return book


@pytest.fixture
async def journey(book: Book) -> TracedRun:
    return await book(make_planner())
