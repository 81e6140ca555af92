"""Which spans are agent invocations, and whose work every other span is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_flock_trace.model.label import first_text
from pytest_flock_trace.model.span import Span, with_agent

_NAMES = ("gen_ai.agent.name", "agent.name")
_OPENINFERENCE_KIND = "openinference.span.kind"
_OPERATION = "gen_ai.operation.name"
_FLOCK_INVOCATION = "Agent.execute"


def resolve_agents(spans: Sequence[Span], parents: Sequence[int], *, owned: bool = False) -> list[Span]:
    """The same spans with `agent` and `actor` set. Parents come before their children; a root's parent is -1.

    A convention that marks invocations decides for the whole sequence. Where none does, the outermost span
    that carries an agent's name is the invocation. Spans that are `owned` by the caller are not copied.
    """
    agents = [_invoked(span) for span in spans]
    if not any(agents):
        agents = _outermost_carriers(spans, parents)
    if not any(agents):
        return list(spans)
    actors: list[str | None] = [None] * len(spans)
    for position, parent in enumerate(parents):
        actors[position] = agents[position] or (actors[parent] if parent >= 0 else None)
    return [with_agent(span, agent, actor, owned=owned) for span, agent, actor in zip(spans, agents, actors)]


def _invoked(span: Span) -> str | None:
    """The agent that this span invokes, by a convention that marks invocations."""
    attributes = span.attributes
    if span.name == _FLOCK_INVOCATION:
        return _name(attributes)
    if attributes.get(_OPERATION) == "invoke_agent":
        return _name(attributes) or span.name.removeprefix("invoke_agent").strip() or None
    if attributes.get(_OPENINFERENCE_KIND) == "AGENT":
        return _name(attributes) or first_text(attributes, "graph.node.name") or span.name
    return None


def _outermost_carriers(spans: Sequence[Span], parents: Sequence[int]) -> list[str | None]:
    agents: list[str | None] = [None] * len(spans)
    below = [False] * len(spans)
    for position, parent in enumerate(parents):
        if parent >= 0 and below[parent]:
            below[position] = True
        elif name := _carried(spans[position].attributes):
            agents[position] = name
            below[position] = True
    return agents


def _carried(attributes: Mapping[str, Any]) -> str | None:
    """An agent's name on a span that no convention rules out as an invocation."""
    module = attributes.get("module")
    if isinstance(module, str) and (module == "flock" or module.startswith("flock.")):
        return None  # Flock names its components the same way; its invocations are `Agent.execute` alone
    if attributes.get(_OPERATION) == "create_agent":
        return None
    return _name(attributes)


def _name(attributes: Mapping[str, Any]) -> str | None:
    name = first_text(attributes, *_NAMES)
    return None if name == "None" else name
