"""One span as OTLP has it, whatever it is encoded in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

KINDS: Final = ("internal", "internal", "server", "client", "producer", "consumer")
"""By OTLP's number; an unspecified kind is to be taken for internal."""
KIND_NUMBERS: Final = {kind: number for number, kind in enumerate(KINDS)}
STATUSES: Final = ("unset", "ok", "error")
"""By OTLP's number."""
STATUS_NUMBERS: Final = {status: number for number, status in enumerate(STATUSES)}


class OtlpEvent(NamedTuple):
    """One event."""

    name: str
    time: int
    attributes: Mapping[str, Any]
    dropped: int = 0
    """How many of its attributes were."""


class OtlpLink(NamedTuple):
    """One link."""

    trace_id: str
    span_id: str
    attributes: Mapping[str, Any]
    trace_state: str = ""
    flags: int = 0
    dropped: int = 0
    """How many of its attributes were."""


class OtlpScope(NamedTuple):
    """An instrumentation scope, with the schema of what it made."""

    name: str = ""
    version: str = ""
    schema_url: str = ""
    dropped: int = 0
    """How many of its attributes were."""
    attributes: Mapping[str, Any] = {}  # nobody writes to it


class OtlpResource(NamedTuple):
    """A resource, with the schema of what it made."""

    attributes: Mapping[str, Any]
    schema_url: str = ""
    dropped: int = 0
    """How many of its attributes were."""


class OtlpSpan(NamedTuple):
    """One span; ids are lower-case hexadecimal digits, times nanoseconds without sign."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    """Empty for a root."""
    start: int
    end: int
    kind: int
    status: int
    message: str
    attributes: dict[str, Any]
    events: Sequence[OtlpEvent] = ()
    links: Sequence[OtlpLink] = ()
    trace_state: str = ""
    flags: int = 0
    dropped_attributes: int = 0
    dropped_events: int = 0
    dropped_links: int = 0
