"""What a condition is: a part of a pattern that some spans meet and others miss."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_flock_trace.model.tree import SpanTree


_FIRST = 16
"""How many spans are asked before all others."""


@dataclass(frozen=True)
class Name:
    """A name that a pattern mentions."""

    field: str
    """One of `TEXTS`, or `attribute` for the key of one."""
    expected: object
    """A glob or a compiled expression."""


class Condition(ABC):
    """What some spans of a tree meet and others miss."""

    cost: int = 0
    """Conditions that look up come before those that compute, and those before code of the user's."""
    by_user: bool = False
    """True where code of the user's is asked, which is asked of as many spans as the sentence says, never of fewer."""

    @property
    def weight(self) -> int:
        """How much it says of which span is meant: names before circumstances."""
        return 1

    @property
    def excludes(self) -> bool:
        """True where it says nothing but what a span is not."""
        return False

    @property
    def whole(self) -> bool:
        """True where asking about a few spans costs as much as asking about all, or has all asked about."""
        return False

    @abstractmethod
    def keep(self, tree: SpanTree, among: Sequence[int]) -> Sequence[int]:
        """Those of the positions, in start order, whose spans meet the condition."""

    def occurs(self, tree: SpanTree) -> bool:
        """Whether some span meets the condition."""
        return some(self.keep, tree, at_once=self.whole)

    @abstractmethod
    def misses(self, tree: SpanTree, position: int) -> list[str]:
        """Why the span at this position misses the condition, a phrase each; empty if it meets it."""

    @property
    def keyword(self) -> str:
        """The keyword of `span` that makes it; empty for a condition that none makes."""
        return ""

    @property
    def attribute(self) -> str | None:
        """The key of the attribute that it is about; None for other conditions."""
        return None

    def seen(self, tree: SpanTree) -> str | None:
        """What there is instead, where no span meets the condition; None where `names` says enough."""
        del tree
        return None

    def names(self) -> Iterable[Name]:
        """The names that it mentions."""
        return ()

    def with_fields(self, fields: Mapping[str, str]) -> Condition:
        """The same condition put to other fields of the span."""
        del fields
        return self


def some(
    keep: Callable[[SpanTree, Sequence[int]], Sequence[int]],
    tree: SpanTree,
    *,
    at_once: bool,
) -> bool:
    """Whether any span is kept; a few are asked before all the others, since one will do, or all `at_once`."""
    everyone = range(len(tree))
    if at_once:
        return bool(keep(tree, everyone))
    return bool(keep(tree, everyone[:_FIRST]) or keep(tree, everyone[_FIRST:]))
