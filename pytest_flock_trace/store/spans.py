"""Rows of table `spans` as spans."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, cast

from pytest_flock_trace.errors import BadArgument, BadTraceFile
from pytest_flock_trace.model.artifact import Artifact
from pytest_flock_trace.model.span import Event, Link, Origin, Scope, Span
from pytest_flock_trace.model.text import abridged

REQUIRED: Final = ("trace_id", "span_id", "parent_id", "name", "start_time", "end_time", "status_code")
"""Columns without which it can't be told what a span was, where it belongs or how it ended."""
_NEVER_NULL: Final = frozenset(REQUIRED) - {"parent_id"}
_FIELDS: Final = {
    **{name: name for name in ("trace_id", "span_id", "parent_id", "name", "service", "operation", "kind")},
    **{name: name for name in ("status_description", "scope", "waits", "late", "unfinished", "detached", "dropped")},
    "status_code": "status",
    "start_time": "start_ns",
    "end_time": "end_ns",
}
"""Arguments of `Span` by column, for columns that hold the value as it is."""


def spans_of(rows: Iterable[Sequence[Any]], columns: Sequence[str], waits: Sequence[str]) -> Iterator[Span]:
    """A span for each row, whose values are in the order of `columns`; those that are NULL or not there are unset.

    Of `columns` all of `REQUIRED` and any others of table `spans` may be given; what a span works out by itself is
    passed over. `waits` are globs of the names of spans that only wait, for rows that do not say whether they do.
    Raises `BadTraceFile` for a value that no span can have.
    """
    read = _Reader(columns, waits)
    for row in rows:
        yield read(row)


class _Reader:
    """Makes spans; the resource and the scope that many of them share are made once."""

    def __init__(self, columns: Sequence[str], waits: Sequence[str]) -> None:
        self._columns = columns
        self._waits = waits
        self._fields = [_FIELDS.get(column) for column in columns]
        parsers: Mapping[str, Callable[[str], Any]] = {**_DOCUMENTS, "resource": lru_cache(maxsize=256)(_mapping)}
        self._documents = [(column, parsers[column]) for column in columns if column in parsers]
        self._scope = lru_cache(maxsize=256)(Scope)

    def __call__(self, row: Sequence[Any]) -> Span:
        said = dict(zip(self._columns, row))
        if None in map(said.get, _NEVER_NULL):
            lacking = sorted(column for column in _NEVER_NULL if said.get(column) is None)
            raise BadTraceFile(f"{_name(said)} has no {', no '.join(lacking)}")
        fields = {field: value for field, value in zip(self._fields, row) if value is not None and field is not None}
        fields.setdefault("waits", self._waits)
        for column, parse in self._documents:
            if said[column] is not None:
                fields[column] = _parsed(said, column, parse)
        if "scope" in fields:
            fields["scope"] = self._scope(fields["scope"], said.get("scope_version"))
        origin = Origin(said.get("place") or 0, phase=said.get("phase"))
        try:
            return Span(**fields, origin=origin)
        except BadArgument as exc:
            raise BadTraceFile(f"{_name(said)} cannot be read: {exc}") from exc


def _parsed(said: Mapping[str, Any], column: str, parse: Callable[[str], Any]) -> Any:
    try:
        return parse(said[column])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as exc:
        shown = abridged(str(said[column]), 60)
        raise BadTraceFile(f"{_name(said)} has {column} that are not JSON as expected: {shown} ({exc})") from exc


def _mapping(text: str) -> dict[str, Any]:
    return _object(json.loads(text))


def _entries(text: str) -> list[dict[str, Any]]:
    return [] if text == "[]" else [_object(entry) for entry in _list(json.loads(text))]


def _events(text: str) -> list[Event]:
    return [
        Event(entry["name"], int(entry.get("timestamp") or 0), _object(entry.get("attributes") or {}))
        for entry in _entries(text)
    ]


def _links(text: str) -> list[Link]:
    """Flock puts the two ids into an object of their own."""
    found: list[Link] = []
    for entry in _entries(text):
        ids = _object(entry.get("context", entry))
        found.append(Link(ids["span_id"], ids.get("trace_id"), _object(entry.get("attributes") or {})))
    return found


def _artifacts(text: str) -> list[Artifact]:
    return [Artifact(entry["id"], entry.get("type")) for entry in _entries(text)]


_DOCUMENTS: Final[Mapping[str, Callable[[str], Any]]] = {
    "attributes": _mapping,
    "events": _events,
    "links": _links,
    "resource": _mapping,
    "consumed": _artifacts,
    "produced": _artifacts,
}
"""How columns of JSON are read."""
READ: Final = (*_FIELDS, *_DOCUMENTS, "scope_version", "place", "phase")
"""Columns that a span is made of. The thread is none: without its tasks it would order what they started."""


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"{type(value).__name__} in place of an object")
    return cast("dict[str, Any]", value)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{type(value).__name__} in place of a list")
    return cast("list[object]", value)


def _name(said: Mapping[str, Any]) -> str:
    return f"span {said.get('span_id')!r} of trace {said.get('trace_id')!r}"
