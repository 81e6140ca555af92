"""A parent span in another process, which the environment or a request names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import create_key, set_value
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span

_FOLLOWED: Final = create_key("flock-trace-remote-parent")


def follow(carrier: Mapping[str, str]) -> None:
    """Make the span that a carrier names the parent of what this context does from now on, runs included."""
    named = TraceContextTextMapPropagator().extract(carrier, otel_context.Context())
    if trace.get_current_span(named).get_span_context().is_valid:
        named = W3CBaggagePropagator().extract(carrier, named)
        otel_context.attach(set_value(_FOLLOWED, named, named))


def inherited(context: Context) -> Context:
    """Where a run that is inside no other goes on: below the parent that is followed, else a trace of its own."""
    followed = context.get(_FOLLOWED)
    return followed if isinstance(followed, otel_context.Context) else otel_context.Context()


def carried(span: Span | None) -> dict[str, str]:
    """What tells another process to go on below this span, with the baggage of the current context."""
    carrier: dict[str, str] = {}
    if span is not None:
        TraceContextTextMapPropagator().inject(carrier, trace.set_span_in_context(span, otel_context.Context()))
    W3CBaggagePropagator().inject(carrier)
    return carrier
