"""OpenInference, the conventions of Arize's instrumentations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_flock_trace.model.profiles.naming import agent_name, first_text

if TYPE_CHECKING:
    from pytest_flock_trace.model.span import Span

TOOL = "tool.name"
MODEL = "llm.model_name"
_KIND = "openinference.span.kind"


def invoked(span: Span) -> str | None:
    """The agent that the span invokes; a span of that kind is one even where it names none."""
    if span.attributes.get(_KIND) != "AGENT":
        return None
    return agent_name(span.attributes) or first_text(span.attributes, "graph.node.name") or span.name
