"""OpenInference, the conventions of Arize's instrumentations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_flock_trace.model.label import first_text
from pytest_flock_trace.model.profiles.naming import agent_name

if TYPE_CHECKING:
    from pytest_flock_trace.model.span import Span

_KIND = "openinference.span.kind"


def invoked(span: Span) -> str | None:
    """The agent that the span invokes; a span of that kind is one even where it names none."""
    if span.attributes.get(_KIND) != "AGENT":
        return None
    return agent_name(span.attributes) or first_text(span.attributes, "graph.node.name") or span.name
