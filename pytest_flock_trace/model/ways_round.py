"""The ways round in a graph, as many and as long as people care to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pytest_flock_trace.model.cycles import components, shortest_cycle

MOST = 100
LONGEST = 8
_STEPS = 1_000_000
"""Edges looked at before the search is given up: graphs exist in which ways of eight edges are beyond counting."""


class WaysRound(NamedTuple):
    """Cycles that pass no node twice, the shortest first, each from its alphabetically first node."""

    cycles: Sequence[tuple[str, ...]]
    cap: str
    """What kept others from being listed: "the first 100", "up to 8 long"; empty if none is missing."""


@dataclass
class _Search:
    """The edges within one component, and how many more may be looked at."""

    edges: Mapping[str, Sequence[str]]
    back: Mapping[str, Sequence[str]]
    budget: int

    def ways(self, length: int) -> Iterator[tuple[str, ...]]:
        """Every cycle of a length, from its first node on; ends early where the budget does."""
        for start in self.edges:
            yield from self._from(start, length)
            if self.budget <= 0:
                return

    def _from(self, start: str, length: int) -> Iterator[tuple[str, ...]]:
        near = self._distances(start, length)
        path = [start]
        pending = [iter(self.edges[start])]
        while pending and self.budget > 0:
            for target in pending[-1]:
                self.budget -= 1
                if target == start and len(path) == length:
                    yield tuple(path)
                elif target not in path and near.get(target, length) + len(path) <= length:
                    path.append(target)
                    pending.append(iter(self.edges[target]))
                    break
            else:
                path.pop()
                pending.pop()

    def _distances(self, start: str, longest: int) -> dict[str, int]:
        """How many edges lead from each later node to the start, as far as they are few enough."""
        near = {start: 0}
        layer = [start]
        for distance in range(1, longest):
            layer = [
                source
                for target in layer
                for source in self._sources(target)
                if source > start and near.setdefault(source, distance) == distance
            ]
            layer = list(dict.fromkeys(layer))
        return near

    def _sources(self, target: str) -> Sequence[str]:
        sources = self.back.get(target, ())
        self.budget -= len(sources)
        return sources


def ways_round(edges: Mapping[str, Iterable[str]], *, most: int = MOST, longest: int = LONGEST) -> WaysRound:
    """Cycles of the graph; none just where it has none. A component whose cycles are all too long tells a shortest."""
    found: list[tuple[str, ...]] = []
    cyclic = components(edges)
    searches = [_search(component, edges) for component in cyclic]
    for length in range(1, longest + 1):
        for search in searches:
            found.extend(_first(search.ways(length), most + 1 - len(found)))
    told = {node for way in found for node in way}
    longer = [_rotated(shortest_cycle(component, edges)) for component in cyclic if component.isdisjoint(told)]
    caps = (
        (len(found) > most, f"the first {most}"),
        (any(search.budget <= 0 for search in searches), "those found in a bounded search"),
        (len(found) <= most and any(len(search.edges) > longest for search in searches), f"up to {longest} long"),
    )
    cap = next((said for applies, said in caps if applies), "")
    return WaysRound([*sorted(found[:most], key=_rank), *sorted(longer, key=_rank)], cap)


def _search(component: set[str], edges: Mapping[str, Iterable[str]]) -> _Search:
    inner = {node: sorted({to for to in edges.get(node, ()) if to in component}) for node in sorted(component)}
    back: dict[str, list[str]] = {}
    for source, targets in inner.items():
        for target in targets:
            back.setdefault(target, []).append(source)
    return _Search(inner, back, _STEPS)


def _first(ways: Iterator[tuple[str, ...]], most: int) -> list[tuple[str, ...]]:
    return [way for _, way in zip(range(most), ways)]


def _rotated(cycle: Sequence[str]) -> tuple[str, ...]:
    first = cycle.index(min(cycle))
    return (*cycle[first:], *cycle[:first])


def _rank(cycle: Sequence[str]) -> tuple[int, Sequence[str]]:
    return len(cycle), cycle
