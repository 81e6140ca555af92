"""Who has to come before whom, and an order that obeys this and leaves nothing else to chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from heapq import heappop, heappush

from pytest_flock_trace.model.cycles import components
from pytest_flock_trace.render.shape import Shape

Edges = dict[Hashable, set[Hashable]]
"""What comes after each vertex. Some vertices are positions, others only pass on who comes before whom."""
Look = tuple[str, Shape]
"""A label and all that is shown of a span."""


def joined(certain: Edges, likely: Edges) -> Edges:
    """All edges without cycles: of those on a cycle only the certain ones stay, which have no cycles of their own.

    Whatever comes before a part of a cycle still comes before all of it, and whatever comes after, after all of it.
    """
    edges: Edges = {}
    for vertex, after in (*certain.items(), *likely.items()):
        edges.setdefault(vertex, set()).update(after)
    cycles = components(edges)
    if not cycles:
        return edges
    opened: Edges = {}
    for vertex, other in _opened(edges, certain, cycles):
        opened.setdefault(vertex, set()).add(other)
    return opened


def in_order(positions: Sequence[int], edges: Edges, look: Callable[[int], Look]) -> list[int]:
    """The positions so that every edge leads onward; of those that may come next, the smallest look comes first.

    Those of one look that may all come next come together. So it makes no difference which of them is which, and what
    the positions look like in this order follows from the edges and looks alone.
    """
    members = frozenset(positions)
    waiting = Counter(other for after in edges.values() for other in after)
    passing: list[Hashable] = [vertex for vertex in {*positions, *edges} if not waiting[vertex]]
    ready: list[tuple[Look, int]] = []
    order: list[int] = []
    while passing or ready:
        while passing:
            vertex = passing.pop()
            if isinstance(vertex, int) and vertex in members:
                heappush(ready, (look(vertex), vertex))
            else:
                passing.extend(_released(vertex, edges, waiting))
        batch = _alike(ready)
        order.extend(batch)
        for position in batch:
            passing.extend(_released(position, edges, waiting))
    return order


def _opened(edges: Edges, certain: Edges, cycles: Sequence[set[Hashable]]) -> Iterator[tuple[Hashable, Hashable]]:
    cycle_of = {vertex: number for number, cycle in enumerate(cycles) for vertex in cycle}
    for vertex, after in edges.items():
        own = cycle_of.get(vertex)
        for other in after:
            theirs = cycle_of.get(other)
            if own is None or own != theirs:
                yield vertex if own is None else ("after", own), other if theirs is None else ("before", theirs)
            elif other in certain.get(vertex, ()):
                yield vertex, other
    for vertex, number in cycle_of.items():
        yield ("before", number), vertex
        yield vertex, ("after", number)


def _alike(ready: list[tuple[Look, int]]) -> list[int]:
    """Take all of the smallest look."""
    taken: list[int] = []
    smallest = ready[0][0] if ready else None
    while ready and ready[0][0] == smallest:
        taken.append(heappop(ready)[1])
    return taken


def _released(vertex: Hashable, edges: Edges, waiting: Counter[Hashable]) -> Iterator[Hashable]:
    """What waits for nothing more once this vertex has come."""
    for other in edges.get(vertex, ()):
        waiting[other] -= 1
        if not waiting[other]:
            yield other
