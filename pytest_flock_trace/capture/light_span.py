"""Spans of the SDK's kind that take less work, for a provider that records everything and limits nothing."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from opentelemetry.attributes import BoundedAttributes
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits
from opentelemetry.sdk.trace import Span as SdkSpan
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.sdk.util import BoundedList
from opentelemetry.trace import Status

if TYPE_CHECKING:
    from opentelemetry.trace import SpanContext, SpanKind
    from opentelemetry.util import types

NO_LIMITS: Final = SpanLimits(
    max_span_attributes=SpanLimits.UNSET,
    max_events=SpanLimits.UNSET,
    max_links=SpanLimits.UNSET,
    max_event_attributes=SpanLimits.UNSET,
    max_link_attributes=SpanLimits.UNSET,
    max_attribute_length=SpanLimits.UNSET,
    max_span_attribute_length=SpanLimits.UNSET,
)
_TEXT: Final = frozenset((str,))
_PLAIN: Final = frozenset((str, int, float, bool))
"""Types of values that every release of the SDK keeps as they are."""


class LightSpan(SdkSpan):
    """A span of the SDK in everything that can be asked or done; it differs in how it is made and filled.

    It has no lists before there are events or links, and attributes that need no cleaning are not cleaned. For the rest
    the SDK's own methods serve, of whatever release is installed.
    """

    _sampler = ALWAYS_ON
    _trace_config = None
    _limits = NO_LIMITS
    _record_end_metrics = None
    _status = Status()
    _start_time: int | None = None
    _end_time: int | None = None
    _events: Any = ()
    _links: Any = ()

    def __init__(
        self,
        tracer: Any,
        *,
        name: str,
        context: SpanContext,
        parent: SpanContext | None,
        kind: SpanKind,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
    ) -> None:
        self._name = name
        self._context = context
        self._parent = parent
        self._kind = kind
        self._record_exception = record_exception
        self._set_status_on_exception = set_status_on_exception
        self._resource = tracer.resource
        self._span_processor: Any = tracer.span_processor
        self._instrumentation_info = tracer.instrumentation_info
        self._instrumentation_scope = tracer._instrumentation_scope
        self._lock = threading.Lock()
        self._attributes: Any = BoundedAttributes(immutable=False)

    def set_attribute(self, key: str, value: Any) -> None:
        """As the SDK does."""
        if type(key) is not str or not self._took({key: value}):
            super().set_attribute(key, value)

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        """As the SDK does."""
        if not self._took(attributes):
            super().set_attributes(attributes)

    def _took(self, attributes: Mapping[str, Any]) -> bool:
        """Take attributes that are plain while the span is open; what is set again comes last."""
        if not are_plain(attributes):
            return False
        with self._lock:
            if self._end_time is not None:
                return False
            held: dict[str, Any] = self._attributes._dict
            for key in attributes:
                held.pop(key, None)
            held.update(attributes)
        return True

    def add_event(self, name: str, attributes: types.Attributes = None, timestamp: int | None = None) -> None:
        """As the SDK does."""
        self._have("_events")
        super().add_event(name, attributes, timestamp)

    def add_link(self, context: SpanContext, attributes: types.Attributes = None) -> None:
        """As the SDK does."""
        self._have("_links")
        super().add_link(context, attributes)

    def _have(self, name: str) -> None:
        """Have a list of this name."""
        with self._lock:
            if name not in vars(self):
                setattr(self, name, BoundedList(None))

    def _readable_span(self) -> ReadableSpan:
        """Itself where only the router is told, which keeps the fields and nothing else of it."""
        return self if len(self._span_processor._span_processors) == 1 else super()._readable_span()


def are_plain(attributes: Mapping[Any, Any]) -> bool:
    """True for attributes of which every release of the SDK keeps all as they are."""
    kind: object = type(attributes)
    if kind is not dict:
        return False
    return (
        _PLAIN.issuperset(map(type, attributes.values()))
        and _TEXT.issuperset(map(type, attributes))
        and "" not in attributes
    )
