"""Moments as people write and read them."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

from pytest_flock_trace.errors import BadCommand, BadDuration
from pytest_flock_trace.model.duration import nanoseconds

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def local_time(ns: int) -> str:
    """Unix nanoseconds as a local time to the second, and as they are where no calendar has them."""
    try:
        moment = _EPOCH + timedelta(microseconds=ns // 1_000)
        return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError):
        return str(ns)


def since(text: str) -> int:
    """Unix nanoseconds of "2h" ago or of a moment in ISO 8601, which is local unless it says otherwise."""
    try:
        return time.time_ns() - nanoseconds(text)
    except BadDuration:
        pass
    try:
        # Python 3.10 does not know the Z that stands for UTC
        moment = datetime.fromisoformat(f"{text[:-1]}+00:00" if text.endswith("Z") else text).astimezone()
        return (moment - _EPOCH) // timedelta(microseconds=1) * 1_000
    except (ValueError, OverflowError, OSError) as exc:
        raise BadCommand(
            f"--since {text!r} is neither a duration nor a moment; write for example 2h, 2026-11-23 or 2026-11-23T08:00"
        ) from exc
