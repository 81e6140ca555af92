"""The GenAI semantic conventions of OpenTelemetry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_flock_trace.model.profiles.naming import agent_name

if TYPE_CHECKING:
    from pytest_flock_trace.model.span import Span

OPERATION = "gen_ai.operation.name"
TOOL = "gen_ai.tool.name"
MODELS = ("gen_ai.request.model", "gen_ai.response.model")
"""The model that was asked for, and the one that answered."""


def invoked(span: Span) -> str | None:
    """The agent that the span invokes, by its attributes or by the span's name."""
    if span.attributes.get(OPERATION) != "invoke_agent":
        return None
    return agent_name(span.attributes) or span.name.removeprefix("invoke_agent").strip() or None
