"""Patterns within patterns: alternatives and negations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from pytest_flock_trace.model.condition import Condition, Name

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern
    from pytest_flock_trace.model.tree import SpanTree


@dataclass(frozen=True)
class Either(Condition):
    """Some alternative matches."""

    alternatives: tuple[Pattern, ...]
    cost = 2

    @property
    def excludes(self) -> bool:
        """Where an alternative does, for it alone lets nearly every span through."""
        return any(alternative.only_excludes for alternative in self.alternatives)

    @property
    def whole(self) -> bool:
        """As an alternative is."""
        return any(alternative.whole for alternative in self.alternatives)

    def keep(self, tree: SpanTree, among: Sequence[int]) -> Sequence[int]:
        """Those of the positions that an alternative matches."""
        return sorted(set(chain.from_iterable(alternative.keep(tree, among) for alternative in self.alternatives)))

    def misses(self, tree: SpanTree, position: int) -> list[str]:
        """What the alternative that comes closest lacks."""
        return min((alternative.misses(tree, position) for alternative in self.alternatives), key=len)

    def names(self) -> Iterable[Name]:
        """Those of all alternatives."""
        return [name for alternative in self.alternatives for name in alternative.names()]

    def with_fields(self, fields: Mapping[str, str]) -> Either:
        """Every alternative put to other fields."""
        return Either(tuple(alternative.with_fields(fields) for alternative in self.alternatives))

    def __str__(self) -> str:
        return " | ".join(alternative.enclosed for alternative in self.alternatives)


@dataclass(frozen=True)
class Negated(Condition):
    """A pattern does not match."""

    pattern: Pattern
    cost = 2

    @property
    def excludes(self) -> bool:
        """Unless the pattern does."""
        return not self.pattern.only_excludes

    @property
    def weight(self) -> int:
        """None, for it says nothing of what the span is."""
        return 0

    @property
    def whole(self) -> bool:
        """As the pattern is."""
        return self.pattern.whole

    def keep(self, tree: SpanTree, among: Sequence[int]) -> Sequence[int]:
        """Those of the positions that the pattern does not match."""
        matching = set(self.pattern.keep(tree, among))
        return [at for at in among if at not in matching]

    def misses(self, tree: SpanTree, position: int) -> list[str]:
        """That the pattern matches."""
        return [] if self.pattern.misses(tree, position) else [f"matches {self.pattern!r}"]

    def names(self) -> Iterable[Name]:
        """Those of the pattern."""
        return self.pattern.names()

    def with_fields(self, fields: Mapping[str, str]) -> Negated:
        """The pattern put to other fields."""
        return Negated(self.pattern.with_fields(fields))

    def __str__(self) -> str:
        return f"~{self.pattern.enclosed}"
