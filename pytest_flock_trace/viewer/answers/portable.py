"""Values as JavaScript reads them out of JSON: no whole number beyond 2^53, no NaN."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, cast

from pytest_flock_trace.model.payload import DEEPEST, digits, plain, text_of

LARGEST: Final = 2**53 - 1
"""The largest whole number that JavaScript tells from its neighbours."""
Answer = dict[str, Any]
"""An answer in JSON's own types."""


def whole(number: float | None) -> int:
    """A count or a time as a whole number that is exact, or the nearest that is; 0 for none."""
    if number is None:
        return 0
    exact = int(number)
    return exact if -LARGEST <= exact <= LARGEST else max(-LARGEST, min(LARGEST, exact))


def whole_or_none(number: float | None) -> int | None:
    """The same; None stays None."""
    return None if number is None else whole(number)


def ratio(number: float | None) -> float | None:
    """A finite number; None for NaN and infinities too."""
    return None if number is None or not math.isfinite(number) else float(number)


def portable(value: object, depth: int = 0) -> Any:
    """Any value: numbers that JSON or JavaScript can't hold become text, NaN becomes None."""
    if isinstance(value, str):
        return text_of(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if -LARGEST <= value <= LARGEST else digits(value)
    if isinstance(value, (float, Decimal)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta) or depth >= DEEPEST:
        return plain(value, depth)
    return _inside(value, depth + 1)


def _inside(value: object, depth: int) -> Any:
    if isinstance(value, Mapping):
        entries = cast("Mapping[object, object]", value).items()
        return {text_of(str(key)): portable(inner, depth) for key, inner in entries}
    if isinstance(value, (list, tuple, AbstractSet)):
        return [portable(inner, depth) for inner in cast("Iterable[object]", value)]
    return plain(value)
