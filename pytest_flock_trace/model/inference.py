"""Calls of language models: which spans they are and what they say of their tokens and cost."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pytest_flock_trace.model.label import model_name
from pytest_flock_trace.model.profiles import genai, openinference, openllmetry

if TYPE_CHECKING:
    from typing import TypeGuard

    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.model.tree import SpanTree

InferenceKind = Literal["completion", "embedding"]

_INPUT = (*genai.INPUT_TOKENS, *openinference.INPUT_TOKENS)
_OUTPUT = (*genai.OUTPUT_TOKENS, *openinference.OUTPUT_TOKENS)
_TOTAL = (*genai.TOTAL_TOKENS, *openinference.TOTAL_TOKENS, *openllmetry.TOTAL_TOKENS)
_COST = (*genai.COST, *openinference.COST)

_ENDLESS = 2**63
"""No call takes or costs so much; neither NaN nor an infinity is below it."""


@dataclass(frozen=True)
class Inference:
    """One call of a model."""

    span: Span
    input_tokens: int
    output_tokens: int
    total_tokens: int
    """What the span says, at least input and output together: some models also think."""
    metered: bool
    """False where the span says nothing of tokens, as one that failed or streamed may."""
    cost: float | None
    """What the span itself says that it cost; None where it does not."""

    @classmethod
    def of(cls, span: Span) -> Inference:
        """Reads the span; a number that stands under several names counts once, the largest if they differ."""
        read, written, total = (_number(span, names) for names in (_INPUT, _OUTPUT, _TOTAL))
        whole = max((read or 0) + (written or 0), total or 0)
        metered = any(number is not None for number in (read, written, total))
        return cls(span, int(read or 0), int(written or 0), int(whole), metered, _number(span, _COST))

    @property
    def model(self) -> str | None:
        """The model that was asked."""
        return model_name(self.span.attributes)


def inferences(tree: SpanTree) -> list[Inference]:
    """Every call of a model, once, in start order.

    Of inference spans of one kind that wrap one another, only the innermost that are metered count, as the outer ones
    repeat their numbers. What stands below a tool or an agent is a call of its own.
    """
    found = {at: Inference.of(tree.spans[at]) for at, span in enumerate(tree.spans) if inference_kind(span)}
    outer = _wrappers(tree, found)
    wrapped: dict[int, list[int]] = {}
    counted: list[int] = []
    for at in reversed([at for at in tree.top_down if at in found]):
        inner = wrapped.get(at, [])
        repeats = any(found[below].metered for below in inner) or not found[at].metered
        told = inner if inner and repeats else [at]
        (wrapped.setdefault(outer[at], []) if at in outer else counted).extend(told)
    return [found[at] for at in sorted(counted)]


def _wrappers(tree: SpanTree, found: Container[int]) -> dict[int, int]:
    """The nearest inference of the same kind around each, if neither a tool nor an agent stands between them."""
    nearest: dict[int, int | None] = {-1: None}
    outer: dict[int, int] = {}
    for at in tree.top_down:
        span, around = tree.spans[at], nearest[tree.parents[at]]
        if at not in found:
            nearest[at] = None if span.tool or span.agent else around
            continue
        nearest[at] = at
        if around is not None and inference_kind(tree.spans[around]) == inference_kind(span):
            outer[at] = around
    return outer


def inference_kind(span: Span) -> InferenceKind | None:
    """What the span asks of a model, by the conventions of any framework; None where it asks none itself."""
    return genai.inference(span) or openinference.inference(span) or openllmetry.inference(span)


def says_tokens(span: Span) -> bool:
    """True for a span with token numbers, whether it is an inference or not."""
    return Inference.of(span).metered


def _number(span: Span, names: tuple[str, ...]) -> float | None:
    said = (span.attributes.get(name) for name in names)
    return max((value for value in said if _counts(value)), default=None)


def _counts(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < _ENDLESS
