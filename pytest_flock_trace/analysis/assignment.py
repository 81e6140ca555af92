"""Maximum matching: as many pairs as possible of two kinds of things, each thing in one pair at most."""

from __future__ import annotations

from collections.abc import Sequence


def assigned(rows: Sequence[int], width: int) -> list[tuple[int, int]]:
    """Pairs of a row and a column, in the order of the rows; bit j of a row says that it may have column j < `width`.

    Rows take the first columns they can, and move to others only to make room for one more pair.
    """
    assignment = _Assignment(rows, width)
    for row in range(len(rows)):
        assignment.add(row)
    return sorted(assignment.columns.items())


class _Assignment:
    """Kuhn's method, without recursion and with each set of columns as the bits of one number."""

    def __init__(self, rows: Sequence[int], width: int) -> None:
        self.rows = rows
        self.columns: dict[int, int] = {}
        self._owners: dict[int, int] = {}
        self._free = self._open = (1 << width) - 1

    def add(self, start: int) -> None:
        """Give the row a column, moving others if need be; leave it without if no moves make room."""
        reached_from: dict[int, int] = {}
        unseen = self._open
        waiting = [start]
        for row in waiting:  # grows on the way
            if free := self.rows[row] & self._free:
                self._move(row, _lowest(free), reached_from)
                return
            reach = self.rows[row] & unseen
            unseen ^= reach
            for column in _bits(reach):
                reached_from[column] = row
                waiting.append(self._owners[column])
        # No later row finds room through these columns either, so that none is looked at again.
        self._open = unseen

    def _move(self, row: int, column: int, reached_from: dict[int, int]) -> None:
        self._free ^= 1 << column
        while True:
            left = self.columns.get(row)
            self.columns[row], self._owners[column] = column, row
            if left is None:
                return
            row, column = reached_from[left], left


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def _bits(bits: int) -> list[int]:
    found: list[int] = []
    while bits:
        found.append(column := _lowest(bits))
        bits ^= 1 << column
    return found
