"""Positions by what they have in common."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def grouped(pairs: Iterable[tuple[K, int]]) -> dict[K, list[int]]:
    """The positions of each key, both in the order in which they come."""
    groups: dict[K, list[int]] = {}
    for key, position in pairs:
        groups.setdefault(key, []).append(position)
    return groups
