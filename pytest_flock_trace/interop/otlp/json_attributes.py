"""Attributes in OTLP's JSON: lists of keys with values that name their type."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.interop.json_value import (
    INT64,
    JsonObject,
    base64_bytes,
    json_list,
    json_object,
    json_objects,
    real,
    refuse,
    text,
    truth,
    whole,
)
from pytest_flock_trace.interop.otlp.depth import DEEPEST, DEEPEST_READ, entries, items
from pytest_flock_trace.model.payload import digits, text_of, to_json


def read_attributes(said: object, depth: int = 0) -> dict[str, Any]:
    """Attributes by key; of a key that repeats the last counts."""
    found: dict[str, Any] = {}
    for entry in json_objects(said, "attributes"):
        get = entry.get
        key, value = get("key", ""), get("value")
        if type(key) is not str:
            refuse(key, "the key of an attribute", "text")
        found[key] = read_value(value, depth, key)
    return found


def read_value(said: object, depth: int, key: str) -> Any:
    """The value; arrays become tuples, as OpenTelemetry's own, and a value without type None."""
    kinds = cast("JsonObject", said)  # as the next line sees to
    if type(said) is dict and len(kinds) == 1:
        ((kind, held),) = kinds.items()
        return held if type(held) is _AS_IT_STANDS.get(kind) else _converted(kind, held, depth, key)
    if said is None or kinds == {}:
        return None
    return refuse(kinds, f"the value of attribute {key!r}", "an object with one type: stringValue, …")


def _converted(kind: str, held: object, depth: int, key: str) -> Any:
    kind, what = kind.replace("_value", "Value"), f"attribute {key!r}"
    if kind in _PLAIN:
        return _PLAIN[kind](held, what)
    if kind not in _NESTED:
        refuse(kind, f"the type of {what}", f"one of {', '.join((*_PLAIN, *_NESTED))}")
    if depth >= DEEPEST_READ:
        raise BadTraceFile(f"{what} is nested more than {DEEPEST_READ} levels deep")
    return _NESTED[kind](json_object(held, what).get("values"), depth + 1, key)


def _array(values: object, depth: int, key: str) -> tuple[Any, ...]:
    return tuple([read_value(value, depth, key) for value in json_list(values, f"attribute {key!r}")])


def _mapping(values: object, depth: int, key: str) -> dict[str, Any]:
    del key
    return read_attributes(values, depth)


_AS_IT_STANDS: Final = {"stringValue": str, "boolValue": bool, "doubleValue": float}
"""What JSON itself has types for."""
_PLAIN: Final[Mapping[str, Callable[[object, str], Any]]] = {
    "stringValue": text,
    "boolValue": truth,
    "intValue": whole,
    "doubleValue": real,
    "bytesValue": base64_bytes,
}
_NESTED: Final[Mapping[str, Callable[[object, int, str], Any]]] = {"arrayValue": _array, "kvlistValue": _mapping}


def write_attributes(attributes: Mapping[Any, Any]) -> list[JsonObject]:
    """The attributes in their order."""
    return [
        {"key": key if type(key) is str and key.isascii() else text_of(str(key)), "value": write_value(value)}
        for key, value in attributes.items()
    ]


def write_value(value: object, depth: int = 0) -> JsonObject:  # one for each type
    """The value with its type; what OTLP has no type for becomes text."""
    if isinstance(value, str):
        return {"stringValue": text_of(value)}
    if value is None:
        return {}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(int(value))} if INT64[0] <= value <= INT64[1] else {"stringValue": digits(value)}
    if isinstance(value, float):
        return {"doubleValue": float(value) if math.isfinite(value) else _WORDS[str(float(value))]}
    if isinstance(value, (bytes, bytearray)):
        return {"bytesValue": base64.b64encode(value).decode("ascii")}
    if depth < DEEPEST:
        if (pairs := entries(value)) is not None:
            return {"kvlistValue": {"values": [_entry(key, inner, depth) for key, inner in pairs]}}
        if (values := items(value)) is not None:
            return {"arrayValue": {"values": [write_value(inner, depth + 1) for inner in values]}}
        return {"stringValue": text_of(str(value))}
    return {"stringValue": to_json(value)}


def _entry(key: object, value: object, depth: int) -> JsonObject:
    return {"key": text_of(str(key)), "value": write_value(value, depth + 1)}


_WORDS: Final = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
"""What protobuf's JSON says for numbers that JSON has no words for."""
