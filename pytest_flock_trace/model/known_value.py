"""Values of the standard library that have one usual text or number, and the names of those that have none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePath
from typing import Any, Final, cast
from uuid import UUID

from pytest_flock_trace.model.instance_state import instance_attribute

_WRITERS: Final[dict[type, Callable[[Any], str | int | float]]] = {
    int: int.__int__,
    float: float.__float__,
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: timedelta.__str__,
    Decimal: Decimal.__str__,
    Fraction: Fraction.__str__,
    UUID: UUID.__str__,
    complex: complex.__repr__,
    range: range.__repr__,
    PurePath: PurePath.__str__,
}
"""How to write each, subclasses alike: the methods of a subclass are not asked."""


def known_scalar(value: object) -> str | int | float | None:
    """The usual text or number of a number, date, path, id or enum's member; None for all other values.

    A member of an enum is what it stands for if that is text or a number, else its name.
    """
    kind = type(value)
    for base in kind.__mro__:
        if (write := _WRITERS.get(base)) is not None:
            return write(value)
    return _member(value) if issubclass(kind, Enum) else None


def name_of(kind: type) -> str:
    """`module.Class`, the module only where the class is not built in."""
    module = type.__getattribute__(kind, "__module__")
    name = str(type.__getattribute__(kind, "__qualname__"))
    return name if module in ("builtins", None) else f"{module}.{name}"


def _member(value: object) -> str | int | float:
    held = instance_attribute(value, "_value_")
    if type(held) in (str, int, float):
        return cast("str | int | float", held)
    return f"{type(value).__name__}.{instance_attribute(value, '_name_')}"
