"""The filter of a question: JSON text that names what spans are to have."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, Final, cast

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.text import abridged
from pytest_flock_trace.store.file.narrowing import Narrowing

_LISTS: Final = ("services", "operations", "agents", "tests", "statuses", "kinds")
_MOMENTS: Final = {"from_ms": "from_ns", "to_ms": "to_ns"}
_LATEST_MS: Final = 2**63 / 1e6
"""Where nanoseconds in the file end."""


def narrowing_of(text: str | None) -> Narrowing | None:
    """What the text asks for, None where it asks for nothing; raises `BadArgument` for what can't be understood."""
    if not text:
        return None
    try:
        stated: object = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise BadArgument(f"filter={abridged(text)!r} is no JSON ({exc})") from exc
    if not isinstance(stated, dict):
        raise BadArgument(f'filter={abridged(text)!r} is no object; write {{"services": ["name"]}}')
    fields = dict(_fields(cast("dict[str, object]", stated)))
    return Narrowing(**fields) if fields else None


def _fields(stated: dict[str, object]) -> Iterator[tuple[str, Any]]:
    for name, value in stated.items():
        if name in _LISTS:
            if texts := _texts(name, value):
                yield name, texts
        elif name in _MOMENTS:
            if value is not None:
                yield _MOMENTS[name], _nanoseconds(name, value)
        else:
            valid = ", ".join([*_LISTS, *_MOMENTS])
            raise BadArgument(f"{abridged(name)!r} is nothing to filter by; valid: {valid}")


def _texts(name: str, value: object) -> tuple[str, ...]:
    entries = cast("list[object]", value) if isinstance(value, list) else [None]
    texts = [entry for entry in entries if isinstance(entry, str)]
    if len(texts) != len(entries) or not all(map(_encodable, texts)):
        raise BadArgument(f"filter: {name} is no list of texts")
    return tuple(texts)


def _encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _nanoseconds(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadArgument(f"filter: {name}={value!r} is no number of milliseconds since 1970")
    return max(-(2**63), min(2**63 - 1, int(max(-_LATEST_MS, min(_LATEST_MS, value)) * 1e6)))
