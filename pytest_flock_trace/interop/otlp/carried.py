"""Attributes that carry what one side has no field for: of ours what OTLP can't say, of OTLP's what a `Span` can't."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, cast

from pytest_flock_trace.model.artifact import Artifact, type_of
from pytest_flock_trace.model.span import UNKNOWN_ORIGIN, WAIT_NAMES, Origin, Span

OURS: Final = "flock_trace."
"""Put in by an export, taken out by an import."""
THEIRS: Final = "otlp."
"""Put in by an import, taken out by an export."""

_FLAGS: Final = ("late", "unfinished", "detached")
_ORIGIN: Final = ("ordinal", "thread", "task", "phase")


def put_in(span: Span) -> dict[str, Any]:
    """The attributes that say of a span what no field of OTLP does; empty for most that were recorded elsewhere."""
    return {f"{OURS}{name}": value for name, value in _said(span)}


def _said(span: Span) -> Iterator[tuple[str, Any]]:
    yield from ((name, True) for name in _FLAGS if getattr(span, name))
    if span._service is not None:  # pyright: ignore[reportPrivateUsage]  # what was said, not what the name makes of it
        yield "service", span.service
    if span._operation is not None:  # pyright: ignore[reportPrivateUsage]  # the same
        yield "operation", span.operation
    waits = span._waits  # pyright: ignore[reportPrivateUsage]  # the globs, too
    if waits is not WAIT_NAMES and waits != WAIT_NAMES:
        yield "waits", waits if isinstance(waits, bool) else list(waits)
    for name in ("consumed", "produced"):
        if artifacts := getattr(span, name):
            yield name, [_described(artifact) for artifact in artifacts]
    if span.origin is not UNKNOWN_ORIGIN:
        known = ((name, getattr(span.origin, name)) for name in _ORIGIN)
        yield from ((name, value) for name, value in known if value != getattr(UNKNOWN_ORIGIN, name))


def _described(artifact: str) -> dict[str, str]:
    kind = type_of(artifact)
    return {"id": str(artifact)} if kind is None else {"id": str(artifact), "type": kind}


def take_out(attributes: dict[str, Any]) -> dict[str, Any]:
    """Remove the attributes that carry fields of a span; the fields.

    What bears such a name and can't be the field's value stays an attribute.
    """
    fields: dict[str, Any] = {}
    if OURS not in " ".join(attributes):  # as in most
        return fields
    for key in [key for key in attributes if key.startswith(OURS)]:
        name = key[len(OURS) :]
        value = _READERS[name](attributes[key]) if name in _READERS else None
        if value is not None:
            fields[name] = value
            del attributes[key]
    if fields and (origin := {name: fields.pop(name) for name in _ORIGIN if name in fields}):
        fields["origin"] = Origin(**origin)
    return fields


def theirs(attributes: dict[str, Any], names: Mapping[str, type]) -> list[Any]:
    """Take out of attributes what an import has put into them; of each kind the empty value where it has not."""
    if THEIRS not in " ".join(map(str, attributes)):  # as in most
        return [kind() for kind in names.values()]
    return [_taken(attributes, THEIRS + name, kind) for name, kind in names.items()]


def _taken(attributes: dict[str, Any], key: str, kind: type) -> Any:
    return attributes.pop(key) if type(attributes.get(key)) is kind else kind()


def keep_theirs(attributes: dict[str, Any], said: Mapping[str, object]) -> None:
    """Put into attributes what a `Span` has no field for, as far as anything was said."""
    for name, value in said.items():
        if value:
            attributes[THEIRS + name] = value


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _true(value: object) -> bool | None:
    return True if value is True else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _digits(value: object) -> int | None:
    """A number that is beyond OTLP's own, as text."""
    if isinstance(value, str) and len(value) < 1000 and value.removeprefix("-").isdecimal():
        return int(value)
    return None


def _waits(value: object) -> bool | tuple[str, ...] | None:
    if isinstance(value, bool):
        return value
    globs = _items(value)
    return None if globs is None or not all(isinstance(one, str) for one in globs) else cast("tuple[str, ...]", globs)


def _artifacts(value: object) -> list[Artifact] | None:
    items = _items(value)
    found = None if items is None else [_artifact(item) for item in items]
    return None if found is None or None in found else cast("list[Artifact]", found)


def _artifact(item: object) -> Artifact | None:
    said = cast("dict[str, object]", item) if isinstance(item, dict) else {}
    identifier, kind = said.get("id"), said.get("type")
    if not isinstance(identifier, str) or not (kind is None or isinstance(kind, str)):
        return None
    return Artifact(identifier, kind)


def _items(value: object) -> tuple[object, ...] | None:
    return cast("tuple[object, ...]", value) if isinstance(value, tuple) else None


_READERS: Final[Mapping[str, Callable[[object], Any]]] = {
    **dict.fromkeys(_FLAGS, _true),
    **dict.fromkeys(("service", "operation", "thread", "phase", "trace_id", "span_id", "parent_id"), _text),
    **dict.fromkeys(("ordinal", "task"), _whole),
    **dict.fromkeys(("start_ns", "end_ns", "time_ns", "dropped"), _digits),
    **dict.fromkeys(("consumed", "produced"), _artifacts),
    "waits": _waits,
}
"""How each field is read; None where the value can't be the field's. Of the names of others, such as `flock_trace.run`,
that a recorder gives to attributes, there is none here."""
