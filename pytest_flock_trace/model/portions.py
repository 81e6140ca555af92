"""What is too much to be in memory at a time, in portions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def portions(sized: Iterable[tuple[T, int]], most: int) -> Iterator[list[T]]:
    """The things in their order, as many at a time as have this size together; one that has more comes alone."""
    portion: list[T] = []
    together = 0
    for thing, size in sized:
        if portion and together + size > most:
            yield portion
            portion, together = [], 0
        portion.append(thing)
        together += size
    if portion:
        yield portion
