"""What the spans of one block say: attributes, events, links, resources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.artifact import type_of
from pytest_flock_trace.model.span import Event, Link, Span
from pytest_flock_trace.viewer.answers.portable import Answer, portable, whole
from pytest_flock_trace.viewer.answers.trace_columns import BLOCK

if TYPE_CHECKING:
    from pytest_flock_trace.model.trace import Trace

KeyOf = Callable[[str], "str | None"]
"""The key of a trace that can be looked into; None for any other."""


def details(trace: Trace, block: int, *, outgoing: Callable[[Span], Span], key_of: KeyOf) -> Answer:
    """One block of the spans in start order, without secrets and of bounded size. `BadArgument` for no block of it."""
    spans = trace.tree.spans[block * BLOCK : (block + 1) * BLOCK] if block >= 0 else ()
    if not spans:
        raise BadArgument(f"block={block!r} is no block of a trace of {len(trace)} spans")
    resources = _Resources()
    started = trace.started or 0
    rows = [_row(outgoing(span), resources, started, key_of) for span in spans]
    return {"resources": resources.all, "rows": rows}


def linked_traces(trace: Trace, block: int) -> set[str]:
    """The traces that links of a block's spans lead to."""
    spans = trace.tree.spans[block * BLOCK : (block + 1) * BLOCK]
    return {link.trace_id or span.trace_id for span in spans for link in span.links}


class _Resources:
    """Each resource once, by number."""

    def __init__(self) -> None:
        self.all: list[Any] = []
        self._numbers: dict[int, tuple[int, Mapping[str, Any]]] = {}

    def number(self, resource: Mapping[str, Any]) -> int:
        known = self._numbers.get(id(resource))
        if known is None:
            found = portable(resource)
            number = self.all.index(found) if found in self.all else len(self.all)
            if number == len(self.all):
                self.all.append(found)
            known = self._numbers[id(resource)] = number, resource  # kept, so that its id stays its own
        return known[0]


def _row(span: Span, resources: _Resources, started: int, key_of: KeyOf) -> dict[str, Any]:
    return {
        "attributes": portable(span.attributes),
        "events": [_event(event, started) for event in span.events],
        "links": [_link(link, span.trace_id, key_of) for link in span.links],
        "resource": resources.number(span.resource),
        "scope": _scope(span),
        "status_description": portable(span.status_description),
        "consumed": _artifacts(span.consumed),
        "produced": _artifacts(span.produced),
    }


def _event(event: Event, started: int) -> dict[str, Any]:
    return {
        "name": portable(event.name),
        "at": whole(event.time_ns - started),
        "attributes": portable(event.attributes),
    }


def _link(link: Link, own: str, key_of: KeyOf) -> dict[str, Any]:
    trace = link.trace_id or own
    return {
        "trace_id": portable(trace),
        "span_id": portable(link.span_id),
        "key": key_of(trace),
        "attributes": portable(link.attributes),
    }


def _scope(span: Span) -> str | None:
    version = f" {span.scope.version}" if span.scope.version else ""
    return f"{portable(span.scope.name)}{version}" if span.scope.name else None


def _artifacts(artifacts: Sequence[str] | Iterable[str]) -> list[dict[str, Any]]:
    return [{"id": portable(str(one)), "type": portable(type_of(one))} for one in artifacts]
