"""What two sets of traces differ in: what occurs in them, how often and how long it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal

from pytest_flock_trace.analysis.baseline_change import FEWEST_RUNS, Change
from pytest_flock_trace.analysis.census import Census
from pytest_flock_trace.analysis.false_discovery import discovered

LEVEL: Final = 0.01
"""The chance that anything is called slower or faster where nothing is."""

Kind = Literal["agent", "span"]
How = Literal["missing", "added", "more", "fewer"]
Speed = Literal["slower", "faster", "", "too few"]


@dataclass(frozen=True)
class CallChange:
    """Something that occurs in one set only, or more often a trace."""

    kind: Kind
    what: str
    before: int
    now: int
    how: How


@dataclass(frozen=True)
class TimeChange:
    """How long something took in both sets."""

    kind: Literal["trace", "span"]
    change: Change
    speed: Speed
    """`too few` where fewer than `FEWEST_RUNS` on a side say nothing; empty where chance explains the difference."""


@dataclass(frozen=True)
class StructureChange:
    """The structures of one workflow that only one set has. A set without the workflow has none."""

    workflow: str
    before: Sequence[str]
    """Those that only the first set has, the most frequent first."""
    now: Sequence[str]
    both: Sequence[str]
    """Those that both have."""


@dataclass(frozen=True)
class CensusComparison:
    """The second set, held against the first."""

    before: Census
    now: Census
    structures: Sequence[StructureChange] = field(init=False)
    edges_missing: Sequence[str] = field(init=False)
    edges_added: Sequence[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "structures", list(_structures(self.before, self.now)))
        object.__setattr__(self, "edges_missing", sorted(self.before.edges.keys() - self.now.edges.keys()))
        object.__setattr__(self, "edges_added", sorted(self.now.edges.keys() - self.before.edges.keys()))

    @property
    def same_structure(self) -> bool:
        """Both sets have the same workflows, structures and edges, however often."""
        return not (self.structures or self.edges_missing or self.edges_added)

    def calls(self) -> list[CallChange]:
        """Agents, then spans: missing ones, added ones, and those that occur more or less often a trace."""
        return [
            *_calls("agent", self.before.agents, self.now.agents, self._scale),
            *_calls("span", self.before.calls, self.now.calls, self._scale),
        ]

    def times(self) -> list[TimeChange]:
        """Whole traces by workflow, then spans by label, of what both sets have; those that changed most first.

        Slower or faster is what a rank test finds on either side, all that is asked taken together (Benjamini and
        Hochberg), and what is large enough to matter.
        """
        kept = [
            *(("trace", change) for change in _changes(self.before.whole, self.now.whole)),
            *(("span", change) for change in _changes(self.before.durations, self.now.durations)),
        ]
        speeds = _speeds([change for _, change in kept])
        return [
            TimeChange("trace" if kind == "trace" else "span", one, speed) for (kind, one), speed in zip(kept, speeds)
        ]

    @property
    def _scale(self) -> Fraction:
        """Traces of the first set for each of the second."""
        return Fraction(self.before.traces, self.now.traces) if self.now.traces else Fraction(1)


def _structures(before: Census, now: Census) -> Iterator[StructureChange]:
    for workflow in sorted({*before.structures, *now.structures}):
        one, other = _ranked(before, workflow), _ranked(now, workflow)
        if one.keys() != other.keys():
            yield StructureChange(
                workflow,
                [text for text in one if text not in other],
                [text for text in other if text not in one],
                [text for text in one if text in other],
            )


def _ranked(side: Census, workflow: str) -> dict[str, int]:
    """The structures of a workflow, the most frequent first."""
    counts = side.structures.get(workflow)
    return {} if counts is None else dict(counts.most_common())


def _calls(kind: Kind, before: Mapping[str, int], now: Mapping[str, int], scale: Fraction) -> Iterator[CallChange]:
    for what in sorted({*before, *now}):
        one, other = before.get(what, 0), now.get(what, 0)
        if how := _how(one, other, scale):
            yield CallChange(kind, what, one, other, how)


def _how(before: int, now: int, scale: Fraction) -> How | None:
    if not now:
        return "missing"
    if not before:
        return "added"
    if now * scale == before:
        return None
    return "more" if now * scale > before else "fewer"


def _changes(before: Mapping[str, Sequence[int]], now: Mapping[str, Sequence[int]]) -> list[Change]:
    found = [Change(what, [times], now[what]) for what, times in before.items() if what in now]
    return sorted(found, key=lambda change: (-abs(int(change.growth)), change.what))


def _speeds(changes: Sequence[Change]) -> list[Speed]:
    judged = [at for at, one in enumerate(changes) if min(len(one.before_ns), len(one.now_ns)) >= FEWEST_RUNS]
    reverse = [Change(one.what, [one.now_ns], one.before_ns) for one in changes]
    found = discovered([min(1.0, 2 * min(changes[at].p, reverse[at].p)) for at in judged], LEVEL)
    speeds: list[Speed] = ["too few"] * len(changes)
    for number, at in enumerate(judged):
        slower, faster = changes[at].matters, reverse[at].matters
        speeds[at] = "" if number not in found else "slower" if slower else "faster" if faster else ""
    return speeds
