"""One traced method: what its calls are named and whether they are traced, worked out once per class of object."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import FunctionType
from typing import Any, Final, Literal, cast

from opentelemetry import context as otel_context
from opentelemetry.trace import set_span_in_context

from pytest_flock_trace.capture.call_filter import CallFilter
from pytest_flock_trace.capture.call_span import CallSpan, current_tracer
from pytest_flock_trace.capture.correlation import carried, carrying, found
from pytest_flock_trace.capture.io_capture import Parameters, inputs
from pytest_flock_trace.model.instance_state import instance_dict

Binding = Literal["object", "class", "none"]
"""What the first argument is: the object, the class, or (of a static method) nothing of the kind."""

_LONGEST_DESCRIPTION: Final = 200
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Labels:
    """What all calls on objects of one class have in common."""

    name: str
    attributes: Mapping[str, str]


class CallSite:
    """Opens a span for each call that is to be traced."""

    __slots__ = ("_binding", "_filter", "_function", "_home", "_known", "_method", "_parameters", "active")

    def __init__(
        self, function: FunctionType, method: str, home: str, binding: Binding, call_filter: CallFilter
    ) -> None:
        self._function = function
        self._method = method
        self._home = home
        """Name of the class that defines the method."""
        self._binding = binding
        self._filter = call_filter
        self._known: dict[str, Labels | None] = {}
        self._parameters: Parameters | None = None
        self.active: bool = True

    def refilter(self, call_filter: CallFilter) -> None:
        """From now on another filter says which calls are traced."""
        self._filter = call_filter
        self._known = {}
        self.active = True

    def wants(self, args: Sequence[object]) -> bool:
        """True where a call with these arguments is to be traced."""
        service = self._service(args)
        return (self._known[service] if service in self._known else self._label(service)) is not None

    def open(self, args: Sequence[object], kwargs: Mapping[str, object]) -> CallSpan | None:
        """The span of a call, started and not yet current; None for a call that is not to be traced."""
        try:
            service = self._service(args)
            labels = self._known[service] if service in self._known else self._label(service)
            return None if labels is None else self._start(labels, args, kwargs)
        except Exception:  # noqa: BLE001  # the traced program must not see it
            _log.exception("a call of %s could not be traced", self._method)
            return None

    def _service(self, args: Sequence[object]) -> str:
        if not args or self._binding == "none":
            return self._home
        first = args[0]
        return (type(first) if self._binding == "object" else cast("type", first)).__name__

    def _label(self, service: str) -> Labels | None:
        allowed = self._filter.allows(service, self._method)
        module: Any = getattr(self._function, "__module__", None)
        attributes = {"class": service, "function": self._method, "module": str(module)}
        labels = self._known[service] = Labels(f"{service}.{self._method}", attributes) if allowed else None
        return labels

    def _start(self, labels: Labels, args: Sequence[object], kwargs: Mapping[str, object]) -> CallSpan:
        before = otel_context.get_current()
        ids = carried(before)
        attributes = labels.attributes
        if self._binding == "object" and args:
            attributes = _with_agent(attributes, args[0])
        arguments: Sequence[tuple[str, object]] = ()
        own: Mapping[str, str] = {}
        if (parameters := self._parameters or self._learned()).any:
            arguments = list(parameters.named(args if self._binding == "none" else args[1:], kwargs))
            if own := found(chain(arguments, kwargs.items()) if kwargs else arguments):
                ids = {**(ids or {}), **own}
        span = current_tracer().start_span(labels.name, before, attributes={**attributes, **ids} if ids else attributes)
        if arguments and span.is_recording():
            span.set_attributes(inputs(arguments))
        mine = set_span_in_context(span, before)
        return CallSpan(span, before, carrying(mine, ids) if own and ids else mine)

    def _learned(self) -> Parameters:
        self._parameters = Parameters(self._function, bound=self._binding != "none")
        return self._parameters


def _with_agent(attributes: Mapping[str, str], instance: object) -> Mapping[str, str]:
    """With the object's name and description, where it holds them as text of its own."""
    held = instance_dict(instance)
    name, description = held.get("name"), held.get("description")
    if type(name) is not str and type(description) is not str:
        return attributes
    found = dict(attributes)
    if type(name) is str:
        found["agent.name"] = name
    if type(description) is str:
        found["agent.description"] = description[:_LONGEST_DESCRIPTION]
    return found
