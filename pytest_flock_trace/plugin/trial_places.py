"""Where among a session's items the shares of its gates stand, so that workers come to them when the gate's does."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Generic, TypeVar

_T = TypeVar("_T")


def first_of_each(total: int, workers: int, *, dist: str, chunk: int | None) -> list[int]:
    """Where the pieces begin that xdist hands to one worker after another, `total` items long together."""
    if dist == "worksteal":
        starts = [0]
        for left in range(workers, 1, -1):
            starts.append(starts[-1] + (total - starts[-1]) // left)
        return starts
    if total < 2 * workers:
        return list(range(total))
    piece = total // workers // 4
    return list(range(0, total, max(2, piece if chunk is None else min(piece, chunk))))


def placed(
    items: Sequence[_T], shares: Callable[[_T], Sequence[_T]], starts: Callable[[int], Sequence[int]]
) -> list[_T]:
    """The items in their order, and each one's shares at the beginnings of the pieces around its own.

    A worker so comes to a share before its other items, when no fixture of a module is set up yet, and about when the
    gate's worker comes to the gate. Whichever is first, the others find what it has left.
    """
    helped = [(position, shares(item)) for position, item in enumerate(items)]
    places = _Places[_T](sum(1 + len(others) for _, others in helped))
    begins = starts(places.total)
    for position, others in helped:
        own = bisect_right(begins, position * places.total // len(items)) - 1
        for share, piece in zip(others, cycle(_around(own, len(others), len(begins)))):
            places.put(share, begins[piece])
    for item in items:
        places.put(item, 0)
    return places.filled()


def _around(own: int, number: int, pieces: int) -> list[int]:
    """So many pieces after this one, as far as there are any, and before it."""
    first = max(0, min(own, pieces - 1 - number))
    return [piece for piece in range(first, first + number + 1) if piece != own and piece < pieces] or [own]


class _Places(Generic[_T]):
    """Places in a row, each for one."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._taken: dict[int, _T] = {}
        self._onward: dict[int, int] = {}
        """From a place that is taken, one further on that may be free."""

    def put(self, thing: _T, wish: int) -> None:
        """Take the first place that is free from there on, or else from the beginning."""
        at = self._free(wish)
        at = self._free(0) if at >= self.total else at
        self._taken[at] = thing
        self._onward[at] = at + 1

    def filled(self) -> list[_T]:
        """What was put, by place."""
        return [self._taken[at] for at in range(self.total)]

    def _free(self, wish: int) -> int:
        at, passed = wish, list[int]()
        while at in self._onward:
            passed.append(at)
            at = self._onward[at]
        self._onward.update(dict.fromkeys(passed, at))
        return at
