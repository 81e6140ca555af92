"""What some or all of a span's children, descendants or ancestors are, up to where the search for them stops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pytest_flock_trace.model.combination import Negated
from pytest_flock_trace.model.condition import Condition, Name
from pytest_flock_trace.model.pattern import Pattern
from pytest_flock_trace.model.related import Related
from pytest_flock_trace.model.relation import RELATIONS
from pytest_flock_trace.model.text import label_of
from pytest_flock_trace.model.tree import SpanTree

_LISTED = 3
_INVERSE = {"parent_of": "child_of", "over": "under", "under": "over"}
_NOUNS = {"parent_of": ("child", "children"), "over": ("descendant", "descendants"), "under": ("ancestor", "ancestors")}


def some(relation: str, other: Pattern, stop: Pattern | None) -> Pattern:
    """A span that is `parent_of`, `over` or `under` a match of the other pattern, looking no further than the stop."""
    if stop is None or relation == "parent_of":
        return Pattern([Related(relation, other)])
    return Pattern([UpTo(relation, other, stop)])


def every(relation: str, other: Pattern, stop: Pattern | None) -> Pattern:
    """A span that is `parent_of`, `over` or `under` nothing but matches of the other pattern."""
    return Pattern([Every(some(relation, ~other, stop), relation, other, stop)])


@dataclass(frozen=True)
class UpTo(Condition):
    """Some descendant (`over`) or ancestor (`under`) matches and stands no further away than the nearest stop.

    A span that matches the stop is still looked at; what stands behind it is not.
    """

    relation: str
    other: Pattern
    stop: Pattern
    cost = 3

    @property
    def whole(self) -> bool:
        """Both patterns are asked of all spans."""
        return True

    def keep(self, tree: SpanTree, among: Sequence[int]) -> Sequence[int]:
        """Those of the positions from which a match is reached."""
        others = self.other.positions(tree)
        return _reaching(tree, self.relation, others, among, self.stop) if others else ()

    def misses(self, tree: SpanTree, position: int) -> list[str]:
        """That no match is reached."""
        if self.keep(tree, [position]):
            return []
        return [f"{RELATIONS[self.relation].phrase} {self.other!r}, looking no further than {self.stop!r}"]

    def names(self) -> Iterable[Name]:
        """Those of both patterns."""
        return [*self.other.names(), *self.stop.names()]

    def __str__(self) -> str:
        return f"{self.relation}={self.other!r}, stop_recursing_when={self.stop!r}"


@dataclass(frozen=True)
class Every(Negated):
    """No child, descendant or ancestor misses the other pattern, which is so, too, where there is none."""

    relation: str
    other: Pattern
    stop: Pattern | None

    def misses(self, tree: SpanTree, position: int) -> list[str]:
        """The relatives that miss the pattern."""
        relatives = _reaching(tree, _INVERSE[self.relation], [position], range(len(tree)), self.stop)
        fitting = set(self.other.keep(tree, relatives))
        missing = [label_of(tree.spans[at]) for at in relatives if at not in fitting]
        return [f"has {self._noun(len(missing))} {self.other!r}: {_listed(missing)}"] if missing else []

    def with_fields(self, fields: Mapping[str, str]) -> Every:
        """The same: what other spans must be stays as it is."""
        del fields
        return self

    def _noun(self, number: int) -> str:
        one, several = _NOUNS[self.relation]
        return f"1 {one} that misses" if number == 1 else f"{number} {several} that miss"


def _reaching(
    tree: SpanTree, relation: str, others: Sequence[int], among: Sequence[int], stop: Pattern | None
) -> Sequence[int]:
    """The candidates that stand so to some of the others, without a stop between the two."""
    if stop is None or relation not in {"over", "under"}:
        return RELATIONS[relation].holds(tree, others, among)
    sweep = _over if relation == "over" else _under
    found = sweep(tree, set(others), set(stop.positions(tree)))
    return [at for at in among if at in found]


def _over(tree: SpanTree, others: set[int], stops: set[int]) -> set[int]:
    found: set[int] = set()
    for at in reversed(tree.top_down):
        if at in others or (at in found and at not in stops):
            found.add(tree.parents[at])
    return found


def _under(tree: SpanTree, others: set[int], stops: set[int]) -> set[int]:
    found: set[int] = set()
    for at in tree.top_down:
        parent = tree.parents[at]
        if parent in others or (parent in found and parent not in stops):
            found.add(at)
    return found


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(labels[:_LISTED]) + (", …" if len(labels) > _LISTED else "")
