"""Which spans are agent invocations, and whose work every other span is."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_flock_trace.model.profiles import flock, genai, langgraph, openinference
from pytest_flock_trace.model.profiles.naming import agent_name
from pytest_flock_trace.model.span import Span, with_agent


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
    _count_once(agents, spans, parents)
    actors: list[str | None] = [None] * len(spans)
    for position, parent in enumerate(parents):
        actors[position] = agents[position] or (actors[parent] if parent >= 0 else None)
    return [with_agent(span, agent, actor, owned=owned) for span, agent, actor in zip(spans, agents, actors)]


def _invoked(span: Span) -> str | None:
    """The agent that this span invokes, by a convention that marks invocations."""
    return flock.invoked(span) or genai.invoked(span) or openinference.invoked(span)


def _count_once(agents: list[str | None], spans: Sequence[Span], parents: Sequence[int]) -> None:
    """Leave the outer of two spans that show one invocation."""
    for position, parent in enumerate(parents):
        agent = agents[position]
        if agent is not None and parent >= 0 and agent == agents[parent]:
            graph, node = spans[position].attributes, spans[parent].attributes
            agents[position] = None if langgraph.is_node_itself(graph, node) else agent


def _outermost_carriers(spans: Sequence[Span], parents: Sequence[int]) -> list[str | None]:
    agents: list[str | None] = [None] * len(spans)
    below = [False] * len(spans)
    for position, parent in enumerate(parents):
        if parent >= 0 and below[parent]:
            below[position] = True
        elif name := _carried(spans[position]):
            agents[position] = name
            below[position] = True
    return agents


def _carried(span: Span) -> str | None:
    """An agent's name on a span that no convention rules out as an invocation."""
    if flock.owns(span.attributes) or span.attributes.get(genai.OPERATION) == "create_agent":
        return None
    return agent_name(span.attributes)
