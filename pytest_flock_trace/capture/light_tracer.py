"""A tracer of the SDK's kind that starts light spans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from opentelemetry.sdk.trace import Span as SdkSpan
from opentelemetry.sdk.trace import Tracer as SdkTracer
from opentelemetry.trace import INVALID_SPAN_CONTEXT, SpanContext, SpanKind, TraceFlags, get_current_span

from pytest_flock_trace.capture.light_span import LightSpan, are_plain
from pytest_flock_trace.environment.tracing import Environment

if TYPE_CHECKING:
    from opentelemetry import trace
    from opentelemetry.context import Context
    from opentelemetry.trace import Link
    from opentelemetry.util import types

_RANDOM: Final[int] = getattr(TraceFlags, "RANDOM_TRACE_ID", 0)
"""The flag of trace ids that are random, in releases that know it."""
_FLAGS: Final = {random: TraceFlags(TraceFlags.SAMPLED | random) for random in (0, _RANDOM)}


class LightTracer(SdkTracer):
    """Starts a span as the SDK does whose sampler is ALWAYS_ON; what is out of the ordinary is left to the SDK."""

    def start_span(  # noqa: PLR0913, PLR0917  # the API's signature
        self,
        name: str,
        context: Context | None = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: types.Attributes = None,
        links: Sequence[Link] | None = (),
        start_time: int | None = None,
        record_exception: bool = True,  # noqa: FBT002  # as above
        set_status_on_exception: bool = True,  # noqa: FBT002  # as above
    ) -> trace.Span:
        """A span that has been started."""
        parent = get_current_span(context).get_span_context()
        plain = not attributes or are_plain(attributes)
        if links or not plain or type(parent) is not SpanContext or not self._may_start():
            return super().start_span(
                name, context, kind, attributes, links, start_time, record_exception, set_status_on_exception
            )
        span = LightSpan(
            self,
            name=name,
            context=self._below(parent),
            parent=parent if parent.is_valid else None,
            kind=kind,
            record_exception=record_exception,
            set_status_on_exception=set_status_on_exception,
        )
        if attributes:
            span.set_attributes(attributes)
        span.start(start_time, context)
        return span

    def _may_start(self) -> bool:
        """False for a tracer that has been disabled, in releases that can do so."""
        enabled = getattr(self, "_is_enabled", None)
        return enabled is None or enabled()

    def _below(self, parent: SpanContext) -> SpanContext:
        """Ids for a span below this one, or for one that starts a trace."""
        ids = self.id_generator
        if parent.is_valid:
            trace_id, flags, state = parent.trace_id, _FLAGS[parent.trace_flags & _RANDOM], parent.trace_state
        else:
            trace_id, flags, state = ids.generate_trace_id(), _FLAGS[_RANDOM], None
        return SpanContext(trace_id, ids.generate_span_id(), is_remote=False, trace_flags=flags, trace_state=state)


def lightened(tracer: trace.Tracer) -> trace.Tracer:
    """The tracer, made light where the installed SDK makes its spans as is known here, and does not count them."""
    if type(tracer) is SdkTracer and _is_known(tracer) and not Environment.read().counts_spans:
        tracer.__class__ = LightTracer  # the provider says itself which class it makes
    return tracer


class _Usual(SdkSpan):
    """A span as the SDK makes them."""


def _is_known(tracer: SdkTracer) -> bool:
    """True where light spans hold all that the SDK's own methods look for, and can count the processors."""
    usual = _Usual("", INVALID_SPAN_CONTEXT, resource=tracer.resource)
    light = LightSpan(tracer, name="", context=INVALID_SPAN_CONTEXT, parent=None, kind=SpanKind.INTERNAL)
    return hasattr(tracer.span_processor, "_span_processors") and all(hasattr(light, name) for name in vars(usual))
