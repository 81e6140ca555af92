"""A travel agency on Google's ADK: a planner asks two experts at once and one of them again. No model is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from google.adk.agents import LlmAgent
from google.adk.models import BaseLlm, LlmResponse
from google.adk.tools.agent_tool import AgentTool
from google.genai import types


class FakeModel(BaseLlm):
    """Says what it was told to say, in order; each answer is some text or some calls of tools."""

    model: str = "fake-1"
    answers: list[list[types.Part]]

    async def generate_content_async(self, *_: object, **__: object) -> AsyncIterator[LlmResponse]:
        await asyncio.sleep(0.01)
        spent = types.GenerateContentResponseUsageMetadata(
            prompt_token_count=30, candidates_token_count=10, total_token_count=40
        )
        content = types.Content(role="model", parts=self.answers.pop(0))
        yield LlmResponse(content=content, usage_metadata=spent)


def says(text: str) -> list[types.Part]:
    return [types.Part(text=text)]


def asks(**requests: str) -> list[types.Part]:
    """Calls of several tools at once, each with its request."""
    calls = [types.FunctionCall(name=name, args={"request": request}) for name, request in requests.items()]
    return [types.Part(function_call=call) for call in calls]


def seats(day: str) -> dict[str, str]:
    """Look free seats up."""
    if day == "Sunday":
        raise LookupError("no flight on a Sunday")
    return {"seats": f"two on {day}"}


def make_planner(day: str = "Monday") -> LlmAgent:
    """The planner, with an agent for flights and one for hotels as its tools."""
    look = [types.Part(function_call=types.FunctionCall(name="seats", args={"day": day}))]
    flights = LlmAgent(name="flights", model=FakeModel(answers=[look, says("two seats")]), tools=[seats])
    hotels = LlmAgent(name="hotels", model=FakeModel(answers=[says("full"), says("a room by the sea")]))
    both, again = asks(flights=day, hotels="in town"), asks(hotels="by the sea")
    return LlmAgent(
        name="planner",
        model=FakeModel(answers=[both, again, says("All is booked.")]),
        tools=[AgentTool(flights), AgentTool(hotels)],
    )
