"""Rows of cells as aligned columns of plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.text import columns_of, cut_middle, one_line, pad_end, pad_start

GAP = "  "
_NARROWEST = 8
_NUMBER = re.compile(r"[-+]?\d[\d.,_/]*( ?(%|/s|[a-zµ]{1,3}))?( \d+ [a-z]{1,3})*", re.ASCII)


def table(
    headers: Sequence[object],
    rows: Sequence[Sequence[object]],
    *,
    align: str | None = None,
    width: int | None = None,
) -> str:
    """Columns under their headers, two spaces between them; a line a row, an empty row an empty line.

    `align` has an `l` or `r` for each column; without it, columns of numbers stand to the right. To fit `width`,
    the widest text columns lose their middles to `…`, down to eight columns each.
    """
    cells = [[one_line(str(cell)) for cell in row] for row in (headers, *rows)]
    count = max(map(len, cells))
    for row in cells:
        row.extend([""] * (count - len(row)))
    sides = _sides(cells, align)
    widths = [max(columns_of(row[at]) for row in cells) for at in range(count)]
    if width is not None:
        widths = fitted(widths, [side == "l" for side in sides], width)
    lines = [_line(row, widths, sides) for row in cells]
    return "\n".join(lines if any(cells[0]) else lines[1:])


def fitted(widths: Sequence[int], flexible: Sequence[bool], width: int) -> list[int]:
    """The widths of columns with the widest flexible ones made narrower until all fit, as far as they can."""
    narrowed = [min(columns, max(width, _NARROWEST)) if may else columns for columns, may in zip(widths, flexible)]
    excess = sum(narrowed) + len(GAP) * (len(narrowed) - 1) - width
    while excess > 0:
        able = [at for at, may in enumerate(flexible) if may and narrowed[at] > _NARROWEST]
        if not able:
            break
        widest = max(able, key=narrowed.__getitem__)
        narrowed[widest] -= 1
        excess -= 1
    return narrowed


def _sides(cells: Sequence[Sequence[str]], align: str | None) -> str:
    count = len(cells[0])
    if align is None:
        return "".join("r" if _numeric([row[at] for row in cells[1:]]) else "l" for at in range(count))
    if set(align) - {"l", "r"}:
        raise BadArgument(f"align={align!r} has letters other than 'l' and 'r'")
    return align[:count].ljust(count, "l")


def _numeric(column: Sequence[str]) -> bool:
    filled = [cell for cell in column if cell]
    return bool(filled) and all(_NUMBER.fullmatch(cell) for cell in filled)


def _line(row: Sequence[str], widths: Sequence[int], sides: str) -> str:
    padded = [
        (pad_start if side == "r" else pad_end)(cut_middle(cell, columns), columns)
        for cell, columns, side in zip(row, widths, sides)
    ]
    return GAP.join(padded).rstrip()
