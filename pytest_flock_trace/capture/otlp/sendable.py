"""Values that every version of the SDK's encoder can encode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from pytest_flock_trace.model.payload import digits, text_of, to_json

_LONGEST: Final = (-(2**63), 2**63 - 1)
_LISTED: Final = (str, bool, int, float)


def sendable(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes with values as the SDK allows them: texts, numbers and lists of one kind of these.

    Whole numbers beyond 64 bits are their digits, all else is JSON text.
    """
    return {text_of(str(key)): _value(value) for key, value in attributes.items()}


def within(number: int, limits: tuple[int, int]) -> int:
    """The whole number that is nearest within the limits."""
    return max(limits[0], min(int(number), limits[1]))


def _value(value: object) -> Any:
    if (items := _flat(value)) is not None:
        return [_value(item) for item in items] if all(map(_fits, items)) else [str(_value(item)) for item in items]
    if isinstance(value, str):
        return text_of(value)
    if isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        return value if _fits(value) else digits(value)
    return to_json(value)


def _flat(value: object) -> Sequence[object] | None:
    """The items of a list of texts, or of numbers of one kind; None of anything else."""
    if not isinstance(value, (list, tuple)):
        return None
    items = cast("Sequence[object]", value)
    kinds = set(map(type, items))
    return items if len(kinds) <= 1 and kinds.issubset(_LISTED) else None


def _fits(value: object) -> bool:
    return not isinstance(value, int) or within(value, _LONGEST) == value
