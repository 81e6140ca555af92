"""The GenAI semantic conventions of OpenTelemetry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_flock_trace.model.profiles.naming import agent_name

if TYPE_CHECKING:
    from pytest_flock_trace.model.inference import InferenceKind
    from pytest_flock_trace.model.span import Span

OPERATION = "gen_ai.operation.name"
TOOL = "gen_ai.tool.name"
MODELS = ("gen_ai.request.model", "gen_ai.response.model")
"""The model that was asked for, and the one that answered."""
_COMPLETIONS = frozenset({"chat", "text_completion", "generate_content"})
INPUT_TOKENS = ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens")
"""Attributes of an inference span, the present name and the former one; frameworks emit either or both."""
OUTPUT_TOKENS = ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens")
TOTAL_TOKENS = ("gen_ai.usage.total_tokens",)
COST = ("gen_ai.usage.cost",)
"""No convention, but what gateways that know their prices write."""


def invoked(span: Span) -> str | None:
    """The agent that the span invokes, by its attributes or by the span's name."""
    if span.attributes.get(OPERATION) != "invoke_agent":
        return None
    return agent_name(span.attributes) or span.name.removeprefix("invoke_agent").strip() or None


def inference(span: Span) -> InferenceKind | None:
    """What the span asks of a model; None for a span that asks none itself, such as an agent's invocation."""
    operation = span.attributes.get(OPERATION)
    if operation == "embeddings":
        return "embedding"
    return "completion" if isinstance(operation, str) and operation in _COMPLETIONS else None
