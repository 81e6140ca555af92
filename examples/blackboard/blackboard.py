"""A blackboard: agents wait for kinds of artifacts; nobody calls anybody.

It is instrumented with the plain OpenTelemetry API, in the words of the GenAI conventions. Nothing here knows of tests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import Link, SpanContext

tracer = trace.get_tracer("blackboard")


@dataclass(frozen=True)
class Artifact:
    """Something an agent has made, and the span that published it."""

    kind: str
    content: Any
    origin: SpanContext


@dataclass(frozen=True)
class Agent:
    """A name, the kinds of artifacts it waits for, and what it does with one."""

    name: str
    consumes: tuple[str, ...]
    act: Callable[[Blackboard, Artifact], Awaitable[None]]


class Blackboard:
    """Hands every artifact to the agents that wait for its kind, each in a task of its own."""

    def __init__(self, *agents: Agent) -> None:
        self.artifacts: list[Artifact] = []
        self._agents = agents
        self._tasks: set[asyncio.Task[None]] = set()

    async def publish(self, kind: str, content: Any) -> None:
        """Put an artifact on the board and wake whoever waits for it."""
        with tracer.start_as_current_span("Blackboard.publish", attributes={"artifact.kind": kind}) as span:
            artifact = Artifact(kind, content, span.get_span_context())
            self.artifacts.append(artifact)
            for agent in self._agents:
                if kind in agent.consumes:
                    self._tasks.add(asyncio.create_task(self._invoke(agent, artifact)))

    async def run_until_idle(self) -> None:
        """Wait until no agent is at work; raise what an agent raised."""
        with tracer.start_as_current_span("Blackboard.run_until_idle"):
            while self._tasks:
                done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
                self._tasks -= done
                for task in done:
                    task.result()

    async def _invoke(self, agent: Agent, artifact: Artifact) -> None:
        attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": agent.name}
        links = [Link(artifact.origin)]
        with tracer.start_as_current_span(f"invoke_agent {agent.name}", attributes=attributes, links=links):
            await agent.act(self, artifact)
