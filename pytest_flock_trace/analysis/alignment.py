"""Longest common subsequence: as many pairs as possible that stand in the same order on both sides."""

from __future__ import annotations

from collections.abc import Sequence


def aligned(rows: Sequence[int], width: int) -> list[tuple[int, int]]:
    """Pairs of a row and a column, both ascending; bit j of a row says that it may pair with column j < `width`.

    Takes one bit of memory for each row and column.
    """
    return _walked_back(_levels(rows, width), width)


def _levels(rows: Sequence[int], width: int) -> list[int]:
    """The table of common lengths, a number for each count of rows: bit j is 0 where column j adds one to the length.

    One addition fills a whole line of it (Hyyrö, "Bit-parallel LCS-length computation revisited", 2004).
    """
    all_columns = (1 << width) - 1
    levels = [all_columns]
    for row in rows:
        level = levels[-1]
        paired = level & row
        levels.append((level + paired | level - paired) & all_columns)
    return levels


def _walked_back(levels: Sequence[int], width: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    row, column = len(levels) - 1, width
    while row and column:
        if levels[row] >> column - 1 & 1:
            column -= 1
        else:
            row -= 1
            if levels[row] >> column - 1 & 1:
                column -= 1
                pairs.append((row, column))
    return pairs[::-1]
