"""OpenLLMetry, the conventions of Traceloop's instrumentations, whose token counts are those of GenAI's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_flock_trace.model.inference import InferenceKind
    from pytest_flock_trace.model.span import Span

TOTAL_TOKENS = ("llm.usage.total_tokens",)
_REQUEST = "llm.request.type"
_INFERENCES: Mapping[object, InferenceKind] = {
    "chat": "completion",
    "completion": "completion",
    "embedding": "embedding",
}


def inference(span: Span) -> InferenceKind | None:
    """What the span asks of a model; None for a span that asks none."""
    kind = span.attributes.get(_REQUEST)
    return _INFERENCES.get(kind) if isinstance(kind, str) else None
