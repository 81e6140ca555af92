"""Spans as they leave the process: of bounded size, and without secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from pytest_flock_trace.model.bounded_json import bounded_json
from pytest_flock_trace.model.cut_text import cut_text
from pytest_flock_trace.model.payload_limits import USUAL, PayloadLimits
from pytest_flock_trace.model.profiles.artifacts import with_profile
from pytest_flock_trace.model.redaction import Redaction
from pytest_flock_trace.model.span import Event, Link, Span, with_contents

_PARSED: Final = 1_000_000
"""Characters of JSON text beyond which it is cut as any text; parsing it would take long."""
_NOTE: Final = 100
"""Bytes by which what is said of the rest of a text may go beyond its budget."""
_NUMBERS: Final = frozenset((int, float, bool, type(None)))


@dataclass(frozen=True)
class Outgoing:
    """What becomes of a span on its way out; what is here stays as it is."""

    redaction: Redaction = field(default_factory=Redaction)
    limits: PayloadLimits = USUAL
    """Bounds on the value of one attribute."""

    def __call__(self, span: Span) -> Span:
        """The span with its artifacts noted, which may be known from what is cut, and nothing secret or endless."""
        redacted = self.redaction.span(with_profile(span))
        attributes = self._bounded(redacted.attributes)
        events = tuple(map(self._event, redacted.events)) if redacted.events else redacted.events
        links = tuple(map(self._link, redacted.links)) if redacted.links else redacted.links
        if attributes is redacted.attributes and events == redacted.events and links == redacted.links:
            return redacted
        return with_contents(
            redacted,
            attributes=attributes,
            events=events,
            links=links,
            resource=redacted.resource,
            status_description=redacted.status_description,
        )

    def _event(self, event: Event) -> Event:
        kept = self._bounded(event.attributes)
        return event if kept is event.attributes else replace(event, attributes=kept)

    def _link(self, link: Link) -> Link:
        kept = self._bounded(link.attributes)
        return link if kept is link.attributes else replace(link, attributes=kept)

    def _bounded(self, attributes: Mapping[str, Any]) -> Mapping[str, Any]:
        """The same mapping where every value is small enough."""
        changed = {
            key: kept
            for key, value in attributes.items()
            if type(value) not in _NUMBERS and (kept := self._value(value)) is not value
        }
        return {**attributes, **changed} if changed else attributes

    def _value(self, value: object) -> object:
        if isinstance(value, str):
            return value if len(value) * 3 <= self.limits.size else self._text(value)
        text = bounded_json(value, self.limits)
        if len(text) * 2 <= self.limits.size:
            return value  # nothing of it was left out, since there was room for as much again
        return cast("object", json.loads(text))

    def _text(self, text: str) -> str:
        size = self.limits.size
        if len(text) <= size and len(text.encode("utf-8", "replace")) <= size:
            return text
        if len(text) <= _PARSED and text.lstrip()[:1] in ("{", "["):
            try:
                return bounded_json(json.loads(text), self.limits)
            except (ValueError, RecursionError):  # no JSON after all
                return _cut(text, size)
        return _cut(text, size)


def _cut(text: str, size: int) -> str:
    """Head and tail of the text, in about `size` bytes of UTF-8."""
    kept = cut_text(text, size)
    if kept.isascii() or (weight := len(kept.encode("utf-8", "replace"))) <= size + _NOTE:
        return kept
    return cut_text(text, size * len(kept) // weight)
