"""How much of what spans say in detail a report holds, so that it stays small enough to send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from pytest_flock_trace.model.cut_text import cut_text
from pytest_flock_trace.model.text import count_of
from pytest_flock_trace.viewer.packed import Packed

ROOM: Final = 1_500_000
"""Bytes of all compressed details: with a page of 50,000 spans around them they make a report of at most 5 MB."""
LENGTHS: Final = (0, 1_000, 250, 60)
"""Characters that a text may keep, one length after the other while there is too little room; 0 for as they are."""
_GREEDY: Final = 8
"""A trace may take this part of what is left of the first half, or its share by spans of all that is left."""


@dataclass
class DetailRoom:
    """Gives room to one trace after the other, the most wanted first."""

    spans_left: int
    room: int = ROOM
    _length: int = 0
    _cut: dict[int, int] = field(default_factory=dict[int, int])
    _without: int = 0
    _kept_back: int = 0

    def __post_init__(self) -> None:
        self._kept_back = self.room // 2

    def packed(self, blocks: Sequence[tuple[str, Mapping[str, Any]]], spans: int) -> list[Packed]:
        """The details of a trace, with texts as long as fit; none where not even short ones do."""
        share = self.room * spans // max(1, self.spans_left)
        most = max((self.room - self._kept_back) // _GREEDY, share)
        self.spans_left -= spans
        for step in range(self._length, len(LENGTHS)):
            length = LENGTHS[step]
            found = [
                Packed.of(question, _shortened(answer, length) if length else answer) for question, answer in blocks
            ]
            if (size := sum(len(one.data) for one in found)) <= most:
                self._length, self.room = step, self.room - size
                self._cut[length] = self._cut.get(length, 0) + 1
                return found
        self._without += 1
        return []

    def left_out(self) -> list[str]:
        """Sentences on what does not stand there in full."""
        found = [
            f"Texts in the details of {count_of(traces, 'trace')} are cut to {length:,} characters, so that this file "
            "stays small; the trace file has all of them."
            for length, traces in self._cut.items()
            if length
        ]
        if self._without:
            found.append(f"The details of the spans of {count_of(self._without, 'trace')} are left out to save room.")
        return found


def _shortened(value: object, length: int) -> Any:
    """The same with texts of at most about this length; JSON of known depth."""
    if isinstance(value, str):
        return value if len(value) <= length else cut_text(value, length)
    if isinstance(value, dict):
        return {key: _shortened(inner, length) for key, inner in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_shortened(inner, length) for inner in cast("list[object]", value)]
    return value
