"""Attribute values as JSON text that every JSON reader accepts."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, cast

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_LARGEST = 2**64
_WRITTEN_BITS = 10_000
"""Some 3,000 decimal digits; Python writes 4,300 and refuses more."""
DEEPEST = 100


def to_json(value: object) -> str:
    """Valid JSON for any value: NaN, bytes and integers beyond 64 bits become text, unknown objects their `str`."""
    if _simple(value):
        text = _encode(value)
        if text.isascii() or _encodable(text):
            return text
    return _encode(plain(value))


def _simple(value: object) -> bool:
    """True for the flat values that most attributes are, which the encoder takes as they stand."""
    if type(value) is dict:
        return all(type(key) is str and _scalar(inner) for key, inner in cast("dict[object, object]", value).items())
    return _scalar(value)


def _scalar(value: object) -> bool:
    kind = type(value)
    if kind is int:
        return -_LARGEST < value < _LARGEST  # type: ignore[operator]  # an int, as the line above says
    if kind is float:
        return math.isfinite(value)  # type: ignore[arg-type]  # a float
    return value is None or kind is str or kind is bool


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def text_of(value: str) -> str:
    """The string without lone surrogates, which no UTF-8 reader accepts."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def digits(value: int) -> str:
    """The number as text, in hexadecimal where it has more decimal digits than Python writes."""
    # an enum's own `__str__` is not asked
    return int.__repr__(value) if int.bit_length(value) <= _WRITTEN_BITS else hex(value)


def plain(value: object, depth: int = 0) -> object:
    """The value in JSON's own types; what lies deeper than `DEEPEST` levels is named, not followed."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text_of(value)
    if isinstance(value, int):
        return int(value) if -_LARGEST < value < _LARGEST else digits(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(value)
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode("ascii")
    if depth >= DEEPEST:
        return f"<deeper than {DEEPEST} levels: {type(value).__name__}>"
    if isinstance(value, Mapping):
        entries = cast("Mapping[object, object]", value).items()
        return {text_of(str(key)): plain(inner, depth + 1) for key, inner in entries}
    if isinstance(value, (list, tuple, AbstractSet)):
        return [plain(inner, depth + 1) for inner in cast("Iterable[Any]", value)]
    return text_of(str(value))
