"""What a span and all below it look like: equal looks are one object, and any two have an order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, zip_longest

FAILED = "  ERROR"
_BEYOND = (-1, "")
"""Stands before every line, so that the beginning of a text comes before the text."""


class Shape:
    """A line and the shapes below it, neighbours that are the same counted instead of repeated."""

    __slots__ = ("below", "failed", "text")

    def __init__(self, text: str, below: tuple[tuple[Shape, int], ...], *, failed: bool) -> None:
        self.text = text
        self.below = below
        self.failed = failed

    @property
    def children(self) -> list[Shape]:
        """The shapes below, each as often as it stands there."""
        return [shape for shape, times in self.below for _ in range(times)]

    def line(self, times: int = 1) -> str:
        """The first line, with the number of neighbours that it stands for and whether they failed."""
        return f"{self.text}{f' ×{times}' if times > 1 else ''}{FAILED if self.failed else ''}"

    def lines(self, times: int = 1) -> Iterator[tuple[int, str]]:
        """Every line with its depth below this shape, from the top down."""
        stack: list[tuple[int, Shape, int]] = [(0, self, times)]
        while stack:
            depth, shape, number = stack.pop()
            yield depth, shape.line(number)
            stack.extend((depth + 1, inner, repeats) for inner, repeats in reversed(shape.below))

    def __lt__(self, other: Shape) -> bool:
        """By their lines; no deeper than to the first that differs."""
        pairs = zip_longest(self.lines(), other.lines(), fillvalue=_BEYOND)
        return next((one < two for one, two in pairs if one != two), False)


class Shapes:
    """Makes shapes, and for what looks alike only one."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, bool, tuple[tuple[Shape, int], ...]], Shape] = {}

    def make(self, text: str, children: Iterable[Shape], *, failed: bool = False) -> Shape:
        """The shape of this line with these below it, in their order."""
        below = folded(children)
        key = (text, failed, below)
        shape = self._made.get(key)
        if shape is None:
            shape = self._made[key] = Shape(text, below, failed=failed)
        return shape


def folded(shapes: Iterable[Shape]) -> tuple[tuple[Shape, int], ...]:
    """Neighbours that are the same as one, with their number."""
    return tuple((shape, len(list(run))) for shape, run in groupby(shapes))
