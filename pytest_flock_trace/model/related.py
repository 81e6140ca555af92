"""The condition of a pattern that speaks of other spans of the trace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_flock_trace.model.condition import Condition, Name
from pytest_flock_trace.model.relation import RELATIONS
from pytest_flock_trace.model.tree import SpanTree

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern

_FEW = 16
"""One candidate in so many spans is few enough to look at its neighbours instead of looking up all others."""


@dataclass(frozen=True)
class Related(Condition):
    """The span stands in a relation to some other span that matches a pattern."""

    relation: str
    """One of `RELATIONS`."""
    other: Pattern
    cost = 3

    @property
    def whole(self) -> bool:
        """Unless it suffices to look near."""
        return RELATIONS[self.relation].near is None or self.other.whole

    @property
    def keyword(self) -> str:
        """The keyword that makes it."""
        return self.relation

    def keep(self, tree: SpanTree, among: Sequence[int]) -> Sequence[int]:
        """Those of the positions that stand in the relation."""
        relation = RELATIONS[self.relation]
        if relation.near is not None and len(among) * _FEW < len(tree) and not self.other.whole:
            others = self.other.keep(tree, relation.near(tree, among))
        else:
            others = self.other.positions(tree)
        return relation.holds(tree, others, among) if others else ()

    def misses(self, tree: SpanTree, position: int) -> list[str]:
        """That the span does not stand in the relation to any."""
        others = self.other.positions(tree)
        if not others:
            return [f"{self.relation}={self.other!r} matches no span"]
        relation = RELATIONS[self.relation]
        return [] if relation.holds(tree, others, [position]) else [f"{relation.phrase} {self.other!r}"]

    def names(self) -> Iterable[Name]:
        """Those of the other pattern."""
        return self.other.names()

    def witnesses(self, tree: SpanTree, position: int) -> list[int]:
        """The others to which the span at this position stands in the relation."""
        holds = RELATIONS[self.relation].holds
        return [other for other in self.other.positions(tree) if holds(tree, [other], [position])]

    def __str__(self) -> str:
        return f"{self.relation}={self.other!r}"
