"""How deeply values nest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final, cast

DEEPEST: Final = 24
"""Levels of a value that are written as such. Each takes up to three messages of protobuf, whose readers stop at 100;
what lies deeper is written as JSON text."""
DEEPEST_READ: Final = 100
"""Levels that are read, which no reader of protobuf goes beyond, either."""


def entries(value: object) -> Iterable[tuple[object, Any]] | None:
    """The entries of a mapping; None for anything else."""
    return cast("Mapping[object, Any]", value).items() if isinstance(value, Mapping) else None


def items(value: object) -> Iterable[Any] | None:
    """The items of a list, tuple or set; None for anything else."""
    return cast("Iterable[Any]", value) if isinstance(value, (list, tuple, AbstractSet)) else None
