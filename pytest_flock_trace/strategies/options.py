"""What users may ask of the strategies, checked when they ask and not when an example is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from pytest_flock_trace.errors import BadArgument

_T = TypeVar("_T")
_FINEST: Final = 64
"""Into so many parts rates are rounded, though never to none or all; a power of two, as `packed` likes it."""


def checked_sizes(min_spans: int, max_spans: int, *, least: int) -> tuple[int, int]:
    """The sizes; raise `BadArgument` for what no trace can have."""
    for name, value in (("min_spans", min_spans), ("max_spans", max_spans)):
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise BadArgument(f"{name}={value!r} is no number of spans; write a whole number from {least}")
    if min_spans > max_spans:
        raise BadArgument(f"min_spans={min_spans} is more than max_spans={max_spans}")
    return min_spans, max_spans


def checked_names(option: str, names: Sequence[str]) -> tuple[str, ...]:
    """The names; raise `BadArgument` where there is none to draw."""
    if isinstance(names, str) or not isinstance(names, Sequence):
        raise BadArgument(f'{option}={names!r} is no list of names; write {option}=["one", "another"]')
    if not names:
        raise BadArgument(f"{option}={names!r} has no name to draw; give it one or more")
    if wrong := [name for name in names if not isinstance(name, str) or not name]:
        raise BadArgument(f"{option} holds {wrong[0]!r}, which is no name; write texts that are not empty")
    return tuple(names)


def outcomes(error_rate: float, fine: Sequence[_T], failed: _T) -> list[_T]:
    """What to choose from so that it has failed as often as the rate says; what is fine comes first."""
    if isinstance(error_rate, bool) or not isinstance(error_rate, (int, float)) or not 0 <= error_rate <= 1:
        raise BadArgument(f"error_rate={error_rate!r} is no rate; write a number from 0 to 1, such as 0.1")
    bad = min(max(round(error_rate * _FINEST), error_rate > 0), _FINEST - (error_rate < 1))
    return [*fine] * (_FINEST - bad) + [failed] * (len(fine) * bad)
