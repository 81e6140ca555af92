"""A crew that writes an article: a researcher, a writer and a critic who go back and forth, and a publisher."""

from __future__ import annotations

import asyncio

from blackboard import Agent, Artifact, Blackboard, tracer

ROUNDS = 2
"""The critic accepts the draft of this round."""
TOOLS = {"web_search": 0.005, "archive": 0.040, "encyclopedia": 0.010}
"""The researcher's tools and the seconds each takes."""


async def chat(prompt: str, *, tokens: int) -> str:
    """Ask a language model that always agrees."""
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "fake-1",
        "gen_ai.usage.output_tokens": tokens,
    }
    with tracer.start_as_current_span("chat fake-1", attributes=attributes):
        await asyncio.sleep(0.002)
        return f"about {prompt}"


async def use_tool(name: str, seconds: float) -> str:
    """Call a tool."""
    attributes = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name}
    with tracer.start_as_current_span(f"execute_tool {name}", attributes=attributes):
        await asyncio.sleep(seconds)
        return name


async def research(board: Blackboard, topic: Artifact) -> None:
    """Ask all tools at once."""
    found = await asyncio.gather(*(use_tool(name, seconds) for name, seconds in TOOLS.items()))
    await board.publish("notes", {"topic": topic.content, "sources": found})


async def write(board: Blackboard, cause: Artifact) -> None:
    """Write a first draft from notes, a better one from a review."""
    number = cause.content["round"] + 1 if cause.kind == "rejection" else 1
    await board.publish("draft", {"round": number, "text": await chat(f"draft {number}", tokens=120)})


async def review(board: Blackboard, draft: Artifact) -> None:
    """Read a draft; accept it or ask for another round."""
    await chat(f"review {draft.content['round']}", tokens=30)
    await board.publish("approval" if draft.content["round"] >= ROUNDS else "rejection", draft.content)


class Upload:
    """A tool that fails the first time it is called."""

    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self) -> None:
        """Upload the article; raise `ConnectionError` once."""
        attributes = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "upload"}
        with tracer.start_as_current_span("execute_tool upload", attributes=attributes):
            self.calls += 1
            await asyncio.sleep(0.001)
            if self.calls == 1:
                raise ConnectionError("the server hung up")


def make_crew() -> Blackboard:
    """A blackboard with the whole crew around it."""
    upload = Upload()

    async def publish(board: Blackboard, approval: Artifact) -> None:
        try:
            await upload()
        except ConnectionError:
            await upload()
        await board.publish("article", approval.content["text"])

    return Blackboard(
        Agent("researcher", ("topic",), research),
        Agent("writer", ("notes", "rejection"), write),
        Agent("critic", ("draft",), review),
        Agent("publisher", ("approval",), publish),
    )
