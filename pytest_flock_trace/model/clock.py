"""Order that only the clock supports: nothing that was recorded says that one thing led to the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pytest_flock_trace.model.related import Related
from pytest_flock_trace.model.relation import RELATIONS
from pytest_flock_trace.model.text import label_of

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern
    from pytest_flock_trace.model.tree import SpanTree

_LOOKED_AT = 20
"""Pairs of spans for which a causal path is looked for: each look may walk the whole trace."""


def by_clock_only(tree: SpanTree, pairs: Sequence[tuple[int, int]]) -> list[str]:
    """A line on the first pair, the earlier span first, that no causal path joins; none if all are joined."""
    for first, second in pairs[:_LOOKED_AT]:
        if not tree.causality.joins(first, second):
            earlier, later = label_of(tree.spans[first]), label_of(tree.spans[second])
            return [f"by the clock only: no parent, link or artifact leads from {earlier} to {later}"]
    return []


def clock_note(pattern: Pattern, tree: SpanTree, matches: Sequence[int]) -> list[str]:
    """The same for the spans to which matches of a pattern stand in a relation of time."""
    return by_clock_only(tree, list(_pairs(pattern, tree, matches[:_LOOKED_AT])))


def _pairs(pattern: Pattern, tree: SpanTree, matches: Sequence[int]) -> Iterable[tuple[int, int]]:
    for condition in pattern.conditions:
        if isinstance(condition, Related) and RELATIONS[condition.relation].by_clock:
            comes_later = condition.relation == "after"
            for match in matches:
                others = condition.witnesses(tree, match)
                joining = tree.causality.causes([match]) if comes_later else tree.causality.effects([match])
                for other in ([other for other in others if other in joining] or others)[:1]:
                    yield (other, match) if comes_later else (match, other)
