"""Markdown that says what it is given, whatever that contains, and as much of it as there is room for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pytest_flock_trace.model.text import cut_middle, one_line

LONGEST_NAME = 160
_SPECIAL = re.compile(r"[^\w\s.,;/()'=+%?:·×…→✗-]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=www)\.")
"""What Markdown, its tables or HTML may read as more than a letter; an underscore within a word is none."""


def escaped(text: str) -> str:
    """The text on one line, with each character that might mean something written as its number."""
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", one_line(text))


def name(text: str) -> str:
    """A name as it stands in code, without its middle if it is very long; no mention or emoji is made of it."""
    return f"<code>{escaped(cut_middle(one_line(text), LONGEST_NAME))}</code>" if text.strip() else ""


def size_of(text: str) -> int:
    """Bytes, as files count them."""
    return len(text.encode("utf-8", "replace"))


def fitting(lines: Iterable[str], room: int | None) -> list[str]:
    """The first lines, as many as fit into `room` bytes together; all where it is None."""
    fit: list[str] = []
    left = room
    for line in lines:
        if left is not None:
            left -= size_of(line)
            if left < 0:
                break
        fit.append(line)
    return fit


def table(
    headers: Sequence[str], align: str, rows: Iterable[Sequence[object]], room: int | None = None
) -> tuple[str, int]:
    """A table of ready cells, each row a line, and how many rows it has: as many as fit into `room` bytes.

    `align` has an `l` or `r` for each column. Without any row there is no table.
    """
    head = _row(headers) + _row(["---:" if side == "r" else "---" for side in align])
    lines = fitting(map(_row, rows), None if room is None else room - size_of(head))
    return (head + "".join(lines) if lines else ""), len(lines)


def _row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |\n"
