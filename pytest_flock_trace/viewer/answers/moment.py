"""Moments as a page needs them: a number for axes, text where all digits count."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)


def milliseconds(ns: int | None) -> float | None:
    """Unix nanoseconds as Unix milliseconds; None stays None."""
    return None if ns is None else ns / 1e6


def iso(ns: int | None) -> str | None:
    """Unix nanoseconds as ISO 8601 in UTC with all nine digits; as they are where no calendar has them."""
    if ns is None:
        return None
    seconds, rest = divmod(ns, 10**9)
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return str(ns)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
