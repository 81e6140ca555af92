"""What differs between two trees of lines."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal, Union

from pytest_flock_trace.model.grouping import grouped
from pytest_flock_trace.model.text import ELLIPSIS
from pytest_flock_trace.render.shape import Shape

Kind = Literal["missing", "added", "moved", "relabelled"]
Path = tuple[str, ...]
_Pair = tuple[Union[Shape, None], Union[Shape, None]]
_MANY = 1_000_000
"""Pairs of siblings beyond which those that repeat all the time are no longer held against each other."""


@dataclass(frozen=True)
class Change:
    """One difference: a whole branch that is missing, added or moved, or one line that reads differently."""

    kind: Kind
    path: Path
    """The lines above it; for a branch that was moved, above its new place."""
    shape: Shape
    """What was expected; for a branch that was added, what is there."""
    instead: Shape | None = None
    """What a line reads like instead."""
    moved_from: Path | None = None


@dataclass(frozen=True)
class _Siblings:
    """What stands under lines that were found to be counterparts."""

    path: Path
    expected: Sequence[Shape]
    actual: Sequence[Shape]


def changes(expected: Sequence[Shape], actual: Sequence[Shape]) -> list[Change]:
    """The differences from the top down; of equal branches in different places, one was moved.

    Both trees must be made by the same `Shapes`.
    """
    found: list[Change] = []
    stack: list[Change | _Siblings] = [_Siblings((), expected, actual)]
    while stack:
        step = stack.pop()
        if isinstance(step, Change):
            found.append(step)
        else:
            stack.extend(reversed(list(_compared(step))))
    return _with_moves(found)


def _compared(siblings: _Siblings) -> Iterator[Change | _Siblings]:
    path = siblings.path
    for one, other in _pairs(siblings.expected, siblings.actual):
        if one is not None and other is not None:
            if one.line() != other.line():
                yield Change("relabelled", path, one, other)
            if one.below != other.below:
                yield _Siblings((*path, other.text), one.children, other.children)
        elif one is not None:
            yield Change("missing", path, one)
        elif other is not None:
            yield Change("added", path, other)


def _pairs(expected: Sequence[Shape], actual: Sequence[Shape]) -> Iterator[_Pair]:
    """Siblings that differ and their counterparts: the same label first, then another label that holds the same."""
    for same, ones, others in _aligned(expected, actual, _itself):
        for alike, left, right in () if same else _aligned(ones, others, _name):
            yield from zip(left, right) if alike else _renamed(left, right)


def _aligned(
    ones: Sequence[Shape], others: Sequence[Shape], key: Callable[[Shape], Hashable]
) -> Iterator[tuple[bool, Sequence[Shape], Sequence[Shape]]]:
    """Both in parts that follow each other; True where the keys agree one by one."""
    left, right = [key(one) for one in ones], [key(other) for other in others]
    head = _agreeing(left, right)
    tail = _agreeing(left[head:][::-1], right[head:][::-1])
    left, right = left[head : len(left) - tail], right[head : len(right) - tail]
    yield True, ones[:head], others[:head]
    matcher = SequenceMatcher(None, left, right, autojunk=len(left) * len(right) > _MANY)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        yield tag == "equal", ones[head + start : head + end], others[head + other_start : head + other_end]
    yield True, ones[len(ones) - tail :], others[len(others) - tail :]


def _agreeing(left: Sequence[Hashable], right: Sequence[Hashable]) -> int:
    """How many agree from the first on."""
    return next((at for at, (one, other) in enumerate(zip(left, right)) if one != other), min(len(left), len(right)))


def _renamed(ones: Sequence[Shape], others: Sequence[Shape]) -> Iterator[_Pair]:
    """Pairs that hold the same, or one line for one; the others alone."""
    if len(ones) == len(others) == 1 and not ones[0].below and not others[0].below:
        yield ones[0], others[0]
        return
    holders = grouped((other.below, at) for at, other in reversed(list(enumerate(others))) if other.below)
    taken: set[int] = set()
    for one in ones:
        alike = holders.get(one.below)
        if alike:
            taken.add(alike[-1])
            yield one, others[alike.pop()]
        else:
            yield one, None
    yield from ((None, other) for at, other in enumerate(others) if at not in taken)


def _itself(shape: Shape) -> Hashable:
    return shape


def _name(shape: Shape) -> Hashable:
    """The label, as far as it can be told from what may follow it."""
    return shape.text.removesuffix(f" {ELLIPSIS}").partition(" {")[0]


def _with_moves(found: Sequence[Change]) -> list[Change]:
    lost = grouped((change.shape, at) for at, change in reversed(list(enumerate(found))) if change.kind == "missing")
    origins: dict[int, int] = {}
    for at, change in enumerate(found):
        if change.kind == "added" and lost.get(change.shape):
            origins[at] = lost[change.shape].pop()
    gone = frozenset(origins.values())
    return [
        replace(change, kind="moved", moved_from=found[origins[at]].path) if at in origins else change
        for at, change in enumerate(found)
        if at not in gone
    ]
