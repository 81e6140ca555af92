"""Rows of which any list makes a valid tree, so that Hypothesis may leave out and change whichever it likes.

A row is at most four choices: Hypothesis leaves out up to five at once, one of which is that there is a row at all.
What takes more is packed. A number of a range is drawn as one choice, where `integers` may make it two.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from typing import Any, Final, TypeVar

from hypothesis import strategies as st

_T = TypeVar("_T")
CHILD: Final = 1
"""The relation of a row to the one before that makes it its child; 0 a sibling, k more higher by k levels."""
RELATIONS: Final = st.sampled_from((0, CHILD, 0, CHILD, 2, 3))
"""Where a row stands; above the top it is another root."""


def climb(line: MutableSequence[_T], relation: int, *, top: int = 0) -> None:
    """Leave of the line of ancestors that ends with the last row those of the next row, the first `top` always."""
    if relation != CHILD:
        del line[max(top, len(line) - 1 - relation) :]


def packed(*choices: Sequence[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """One of each of these, drawn as one number, which shrinks to the first of each.

    Each has bits of its own, since Hypothesis tries to do without the higher bits of a number. Where there are not as
    many to choose from as the bits can tell apart, the first ones come more often.
    """
    bits = [(len(some) - 1).bit_length() for some in choices]

    def unpacked(number: int) -> tuple[Any, ...]:
        found: list[Any] = []
        for some, width in zip(choices, bits, strict=True):
            found.append(some[number % (1 << width) % len(some)])
            number >>= width
        return tuple(found)

    return st.sampled_from(range(1 << sum(bits))).map(unpacked)
