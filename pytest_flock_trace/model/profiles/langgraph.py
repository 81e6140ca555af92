"""LangGraph and LangChain's agents, which OpenInference's spans of them name in their metadata only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, cast

from pytest_flock_trace.model.profiles.naming import first_text

_METADATA = "metadata"
_NODE, _NAMESPACE, _AGENT, _MAKER = "langgraph_node", "langgraph_checkpoint_ns", "lc_agent_name", "ls_integration"
_AGENT_GRAPH = "langchain_create_agent"
"""The maker of graphs that are one agent each; their nodes are its steps."""
_MARKS = (_NODE, _AGENT, _AGENT_GRAPH)
"""Metadata without any of these is not LangGraph's, or says nothing of a position."""
_STEPS = frozenset({"agent", "model", "tools"})
"""What LangGraph's own agents call their nodes, in a graph that is a node of another."""


class Position(NamedTuple):
    """Where in a graph a span stands."""

    node: str | None
    """The node that it belongs to; None for the outermost graph itself."""
    namespace: str
    """The nodes from the outermost graph down, each with an id of its own, parted by `|`."""
    agent: str | None
    """The LangChain agent that it belongs to."""
    in_agent: bool
    """True for an agent's graph and its nodes, false for those of other graphs below it."""

    def invoked(self, name: str) -> str | None:
        """The agent that the span of this name and position invokes: a LangChain agent by its name, else a node."""
        if self.in_agent:
            return name if name == self.agent or (self.agent is None and self.node is None) else None
        nested = "|" in self.namespace
        return None if name != self.node or name == "tools" or (nested and name in _STEPS) else name


def position(attributes: Mapping[str, object]) -> Position | None:
    """Where the span stands; None for a span of something else than a graph."""
    metadata = attributes.get(_METADATA)
    return _read(metadata) if isinstance(metadata, str) and any(map(metadata.__contains__, _MARKS)) else None


def is_node_itself(graph: Mapping[str, object], node: Mapping[str, object]) -> bool:
    """True for a graph that is another's node, whose invocation two spans of one name show."""
    inner, outer = position(graph), position(node)
    return inner is not None and outer is not None and inner[:2] == outer[:2]


@lru_cache(maxsize=1024)
def _read(metadata: str) -> Position | None:
    """What the spans of a node say alike, read once."""
    try:
        found: object = json.loads(metadata)
    except (ValueError, RecursionError):  # cut off, or no JSON
        return None
    if not isinstance(found, dict):
        return None
    said = cast("dict[str, object]", found)
    node, namespace, agent = (first_text(said, key) for key in (_NODE, _NAMESPACE, _AGENT))
    in_agent = said.get(_MAKER) == _AGENT_GRAPH
    return Position(node, namespace or "", agent, in_agent) if node or agent or in_agent else None
