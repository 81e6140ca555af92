"""Bugs by which the wrong one does the work."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from pytest_flock_trace.analysis.mutation.mutant import Proposal, edited
from pytest_flock_trace.analysis.mutation.scene import Scene
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import one_line

UNKNOWN: Final = "somebody_else"
"""Who works where there is only one who could."""


def other_agent(scene: Scene) -> Iterator[Proposal]:
    """An agent's invocation is that of another."""
    known = sorted({agent for span in scene.spans if (agent := span.agent) is not None})
    for at in scene.agents():
        agent = scene.spans[at].agent or ""
        yield _proposal(scene, at, agent, _another(known, agent), "the ")


def other_tool(scene: Scene) -> Iterator[Proposal]:
    """A call of a tool is that of another."""
    known = sorted({tool for span in scene.spans if (tool := span.tool) is not None})
    for at in scene.subjects:
        if (tool := scene.spans[at].tool) is not None:
            yield _proposal(scene, at, tool, _another(known, tool), "the tool ")


def _proposal(scene: Scene, at: int, name: str, other: str, article: str) -> Proposal:
    who = "somebody else" if other == UNKNOWN else f"{article}{one_line(other)}"
    change = {at: _renamed(scene.spans[at], name, other)}
    return Proposal(
        at, f"{who} ran in the place of {scene.name(at)}", partial(edited, scene, change, other_agents=True)
    )


def _another(known: list[str], name: str) -> str:
    """The next of those that are known, else nobody who is."""
    return known[(known.index(name) + 1) % len(known)] if len(known) > 1 else UNKNOWN


def _renamed(span: Span, name: str, other: str) -> dict[str, object]:
    """What names the agent or tool: attributes that say nothing else, and the span's name."""
    attributes = {key: other if value == name else value for key, value in span.attributes.items()}
    return {"attributes": attributes, "name": span.name.replace(name, other)}
