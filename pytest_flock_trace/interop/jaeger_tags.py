"""Jaeger's tags, which hold attributes, and what OpenTelemetry says in tags because Jaeger has no field for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pytest_flock_trace.interop.json_value import (
    INT64,
    JsonObject,
    base64_bytes,
    json_objects,
    real,
    refuse,
    text,
    truth,
    whole,
)
from pytest_flock_trace.model.span import STATUSES, Event

MICROSECOND: Final = 1000
"""In nanoseconds."""
TIMES: Final = (INT64[0] // MICROSECOND, INT64[1] // MICROSECOND)
"""Microseconds that are 64-bit numbers as nanoseconds, too."""
_UNNAMED: Final = "log"
"""What an event is called whose log does not say."""

_READERS: Final[Mapping[str, Callable[[object, str], Any]]] = {
    "string": text,
    "bool": truth,
    "int64": whole,
    "float64": real,
    "binary": base64_bytes,
}


def read_tags(said: object) -> dict[str, Any]:
    """Tags by key; of a key that repeats the last counts."""
    return {_key(tag): _value(tag) for tag in json_objects(said, "tags")}


def _key(tag: JsonObject) -> str:
    return text(tag.get("key"), "the key of a tag")


def _value(tag: JsonObject) -> Any:
    """The value, as its type says; of a tag without type as JSON says."""
    kind, value, what = tag.get("type"), tag.get("value"), f"tag {_key(tag)!r}"
    if kind is None:
        return value if isinstance(value, (str, int, float)) or value is None else refuse(value, what, "a plain value")
    known = isinstance(kind, str) and kind.lower() in _READERS
    return _READERS[kind.lower()](value, what) if known else refuse(kind, f"the type of {what}", _valid())


def _valid() -> str:
    return f"one of {', '.join(_READERS)}"


def read_log(said: JsonObject) -> Event:
    """A log as an event, named by its field `event`."""
    fields = read_tags(said.get("fields"))
    moment = whole(said.get("timestamp"), "the timestamp of a log", TIMES) * MICROSECOND
    return Event(taken_text(fields, "event") or _UNNAMED, moment, fields)


def taken_text(tags: dict[str, Any], *keys: str) -> str | None:
    """The text of the first of these tags that has some, which is taken out."""
    for key in keys:
        if isinstance(tags.get(key), str):
            found: str = tags.pop(key)
            return found
    return None


def taken_status(tags: dict[str, Any]) -> str:
    """How the span ended, by OpenTelemetry's tag, else by OpenTracing's `error`; what says it is taken out."""
    said = tags.get("otel.status_code")
    failed = tags.get("error")
    if isinstance(failed, bool):
        del tags["error"]
    if isinstance(said, str) and said.lower() in STATUSES:
        del tags["otel.status_code"]
        return said.lower()
    return "error" if failed is True or failed == "true" else "unset"
