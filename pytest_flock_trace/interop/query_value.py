"""The values of a query's keys, read as what they must be; each reader raises `BadPattern` for anything else."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NoReturn, cast

from pytest_flock_trace.errors import BadPattern
from pytest_flock_trace.model.duration import Duration

_GLOBAL_FLAGS = re.compile(r"(?:\(\?[aiLmsux]+\))*")


def text(key: str, value: object) -> str:
    """A string."""
    return value if isinstance(value, str) else _refuse(key, value, "is no text; give a string")


def texts(key: str, value: object) -> list[str]:
    """A list of strings; a lone string is none, though it could be taken letter by letter."""
    items = _items(value)
    if items is None or not all(isinstance(item, str) for item in items):
        _refuse(key, value, "is no list of texts; give strings in square brackets")
    return cast("list[str]", items)


def mapping(key: str, value: object) -> Mapping[str, Any]:
    """A dictionary; whether its keys exist is for others to say."""
    if not isinstance(value, Mapping):
        _refuse(key, value, "is no mapping; give a dictionary such as {'name_contains': 'chat'}")
    return cast("Mapping[str, Any]", value)


def mappings(key: str, value: object) -> list[Mapping[str, Any]]:
    """A list of dictionaries."""
    items = _items(value)
    if items is None:
        _refuse(key, value, "is no list of queries; give dictionaries in square brackets")
    return [mapping(key, item) for item in items]


def count(key: str, value: object) -> int:
    """A whole number from 0 up."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        _refuse(key, value, "is no count; give a whole number, 0 or more")
    return int(value)


def nanoseconds(key: str, value: object) -> int:
    """Seconds, a timedelta or a `Duration`, as whole nanoseconds."""
    if isinstance(value, (timedelta, Duration)):
        length = int(Duration(value))
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        length = round(value * 1_000_000_000)
    else:
        length = -1
    return length if length >= 0 else _refuse(key, value, "is no length of time; give seconds or a timedelta")


def expression(key: str, value: object) -> re.Pattern[str]:
    """A regular expression that is anchored at the start of what it is searched in."""
    source = text(key, value)
    try:
        flags = re.compile(source).flags
    except re.error as exc:
        raise BadPattern(f"{key}={value!r} is no regular expression: {exc}") from exc
    # Flags for the whole expression must come first, and a comment in a verbose one ends with its line.
    body = source[len(cast("re.Match[str]", _GLOBAL_FLAGS.match(source))[0]) :]
    return re.compile(rf"\A(?:{body}{chr(10) * bool(flags & re.VERBOSE)})", flags)


def _items(value: object) -> list[object] | None:
    return list(cast("Sequence[object]", value)) if isinstance(value, (list, tuple)) else None


def _refuse(key: str, value: object, complaint: str) -> NoReturn:
    raise BadPattern(f"{key}={value!r} {complaint}")
