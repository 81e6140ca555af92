"""What differs between an expected tree and the one at hand, in a few lines for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from pytest_flock_trace.model.text import ELLIPSIS, count_of, cut_end, cut_start
from pytest_flock_trace.render.shape import Shapes
from pytest_flock_trace.render.tree_diff import Change, Kind, Path, changes
from pytest_flock_trace.render.tree_text import read_tree

MOST_LINES: Final = 20
_WIDTH = 100
_MARKS: Final[dict[Kind, str]] = {"missing": "-", "added": "+", "moved": ">", "relabelled": "~"}
_Marked = tuple["Kind | None", str]
"""A line and what it tells; None for one that says where."""


@dataclass(frozen=True)
class Difference:
    """Why something is not what was expected: a sentence, and lines in which only what differs has a mark.

    `-` marks a line that is missing, `+` one that was added, `>` a branch that was moved, `~` a line that reads
    differently. Above them stands what holds them.
    """

    head: str
    lines: Sequence[str] = ()


class Differing:
    """Something that knows what it last differed in, as asking it once more would not be the same."""

    difference: Difference | None = None


def tree_difference(expected: str, actual: str, *, limit: int = MOST_LINES) -> Difference:
    """Compare two trees that are written as indented text; lines beyond the limit are counted."""
    shapes = Shapes()
    marked = list(_marked(changes(read_tree(expected, shapes), read_tree(actual, shapes))))
    head = _counts(kind for kind, _ in marked) or "the same tree, written in another way"
    if len(marked) <= limit:
        return Difference(head, [line for _, line in marked])
    end = limit - 1
    while end > 0 and marked[end - 1][0] is None:  # it would say where, and then nothing
        end -= 1
    kept, rest = marked[:end], marked[end:]
    return Difference(head, [*(line for _, line in kept), f"{ELLIPSIS} and then {_counts(kind for kind, _ in rest)}"])


def _counts(kinds: Iterable[Kind | None]) -> str:
    counts = Counter(kinds)
    return ", ".join(f"{count_of(counts[kind], 'line')} {kind}" for kind in _MARKS if counts[kind])


def _marked(found: Iterable[Change]) -> Iterator[_Marked]:
    for path, group in groupby(found, key=lambda change: change.path):
        if path:
            yield None, f"  in {cut_start(_joined(path), _WIDTH)}"
        for alike, same in groupby(group):
            for line in _lines(alike, len(list(same))):
                yield alike.kind, cut_end(f"{_MARKS[alike.kind]} {line}", _WIDTH)


def _lines(change: Change, times: int) -> Iterator[str]:
    line = change.shape.line(times)
    if change.instead is not None:
        yield f"{line}  →  {change.instead.line(times)}"
    elif change.moved_from is not None:
        yield line + _whence(change)
    else:
        yield from ("  " * depth + line for depth, line in change.shape.lines(times))


def _whence(change: Change) -> str:
    if change.moved_from == change.path:
        return "  (in another order)"
    return f"  (from {_joined(change.moved_from)})" if change.moved_from else "  (from the top)"


def _joined(path: Path) -> str:
    return " / ".join(path)
