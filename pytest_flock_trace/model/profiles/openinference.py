"""OpenInference, the conventions of Arize's instrumentations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pytest_flock_trace.model.profiles import langgraph
from pytest_flock_trace.model.profiles.naming import agent_name, first_text

if TYPE_CHECKING:
    from pytest_flock_trace.model.inference import InferenceKind
    from pytest_flock_trace.model.span import Span

TOOL = "tool.name"
MODEL = "llm.model_name"
_KIND = "openinference.span.kind"
_GRAPHS = frozenset({"AGENT", "CHAIN"})
"""What LangGraph's graphs and nodes are said to be: agents if the word is part of their names, else chains."""
_INFERENCES: Mapping[object, InferenceKind] = {"LLM": "completion", "EMBEDDING": "embedding"}
INPUT_TOKENS = ("llm.token_count.prompt",)
OUTPUT_TOKENS = ("llm.token_count.completion",)
TOTAL_TOKENS = ("llm.token_count.total",)
COST = ("llm.cost.total",)
"""US dollars."""


def invoked(span: Span) -> str | None:
    """The agent that the span invokes; a span of that kind is one even where it names none."""
    kind = span.attributes.get(_KIND)
    if kind not in _GRAPHS:
        return None
    position = langgraph.position(span.attributes)
    if position is not None:
        return position.invoked(span.name)
    if kind != "AGENT":
        return None
    return agent_name(span.attributes) or first_text(span.attributes, "graph.node.name") or span.name


def inference(span: Span) -> InferenceKind | None:
    """What the span asks of a model; None for a span of any other kind."""
    kind = span.attributes.get(_KIND)
    return _INFERENCES.get(kind) if isinstance(kind, str) else None
