"""Which lines of a tree are worth their place where not all of them fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from pytest_flock_trace.render.fold import Line


class Rank(IntEnum):
    """Why a line matters, the best reason first."""

    CULPRIT = 0
    FAILED = 1
    ON_PATH = 2
    PLAIN = 3


@dataclass(frozen=True)
class Gap:
    """Neighbouring lines that were left out."""

    lines: list[Line]
    ranks: list[Rank]

    @property
    def depth(self) -> int:
        """Where the gap is said: at the highest level of what it leaves out."""
        return min(line.depth for line in self.lines)

    @property
    def spans(self) -> int:
        """How many spans were left out."""
        return sum(len(line.members) for line in self.lines)

    def spans_of(self, rank: Rank) -> int:
        """How many of the spans left out have this rank."""
        return sum(len(line.members) for line, own in zip(self.lines, self.ranks) if own is rank)

    def __str__(self) -> str:
        hidden = [(self.spans_of(Rank.CULPRIT), "✗"), (self.spans_of(Rank.FAILED), "failed")]
        notes = [f"{number} {what}" for number, what in hidden if number]
        return ", ".join([f"… {self.spans} more span{'' if self.spans == 1 else 's'}", *notes])


def elide(
    lines: Sequence[Line], ranks: Sequence[Rank], limit: int | None, path_ns: Sequence[int] = ()
) -> list[Line | Gap]:
    """At most `limit` lines and gaps: culprits first, then failed spans, then the path, then upper levels.

    What is chosen brings its ancestors along while there is room. Of failed spans, those where a failure began
    come before those that only passed it on; of the path, those that hold the most of it, as `path_ns` says.
    """
    if limit is None or len(lines) <= limit:
        return list(lines)
    if limit <= 0:
        return []
    choice = _Choice(lines, limit)
    by_rank = {rank: [at for at, own in enumerate(ranks) if own is rank] for rank in Rank}
    for at in by_rank[Rank.CULPRIT]:
        choice.keep(at)
    first_failures = _deepest(lines, by_rank[Rank.FAILED])
    path = sorted(by_rank[Rank.ON_PATH], key=lambda at: -path_ns[at]) if path_ns else by_rank[Rank.ON_PATH]
    for at in (*by_rank[Rank.CULPRIT], *first_failures, *by_rank[Rank.FAILED], *path):
        choice.keep_with_ancestors(at)
    for at in sorted(range(len(lines)), key=lambda at: lines[at].depth):
        choice.keep(at)
    return list(_with_gaps(lines, ranks, choice))


class _Choice:
    """The lines kept so far and how many lines that makes, each gap between them counted as one."""

    def __init__(self, lines: Sequence[Line], limit: int) -> None:
        self._lines = lines
        self._limit = limit
        self._made = 1  # all is one gap
        self._kept = [True, *[False] * len(lines), True]  # framed, so that every line has neighbours
        self._rooted: set[int] = set()

    def __contains__(self, at: int) -> bool:
        return self._kept[at + 1]

    def keep(self, at: int) -> None:
        """Keep a line if there is room: it takes the place of its gap and leaves one on each side not kept."""
        if at in self:
            return
        cost = (at - 1 not in self) + (at + 1 not in self)
        if self._made + cost <= self._limit:
            self._made += cost
            self._kept[at + 1] = True

    def keep_with_ancestors(self, at: int) -> None:
        """Keep a line and those above it; where they are too many, the nearest and the topmost."""
        upward = [above for above in self._not_yet_rooted(at) if above not in self]
        room = self._limit - self._made
        nearest = upward if len(upward) <= room else upward[: room - room // 2]
        topmost = upward[len(nearest) :][::-1][: room // 2]
        for above in (*nearest, *topmost):
            self.keep(above)

    def _not_yet_rooted(self, at: int) -> Iterator[int]:
        """The line and its ancestors as far as no earlier walk has come, so that all walks together are linear."""
        while at >= 0 and at not in self._rooted:
            self._rooted.add(at)
            yield at
            at = self._lines[at].parent


def _deepest(lines: Sequence[Line], chosen: Iterable[int]) -> list[int]:
    """Those that have none of the others below them."""
    above: set[int] = set()
    deepest: list[int] = []
    for at in sorted(chosen, reverse=True):  # descendants first
        if at not in above:
            deepest.append(at)
        while (at := lines[at].parent) >= 0 and at not in above:
            above.add(at)
    return deepest[::-1]


def _with_gaps(lines: Sequence[Line], ranks: Sequence[Rank], choice: _Choice) -> Iterator[Line | Gap]:
    gap = Gap([], [])
    for at, line in enumerate(lines):
        if at not in choice:
            gap.lines.append(line)
            gap.ranks.append(ranks[at])
            continue
        if gap.lines:
            yield gap
            gap = Gap([], [])
        yield line
    if gap.lines:
        yield gap
