"""Cycles of a graph: components and the shortest ways round."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

N = TypeVar("N", bound=Hashable)


def components(edges: Mapping[N, Iterable[N]]) -> list[set[N]]:
    """The strongly connected components in which some edge leads round: several nodes, or one with a loop.

    Tarjan's algorithm (1972) with a stack of its own, so that depth is bounded by memory alone.
    """
    order: dict[N, int] = {}
    low: dict[N, int] = {}
    open_nodes: list[N] = []
    is_open: set[N] = set()
    found: list[set[N]] = []
    for start in edges:
        if start in order:
            continue
        work = [(start, iter(edges.get(start, ())))]
        order[start] = low[start] = len(order)
        open_nodes.append(start)
        is_open.add(start)
        while work:
            node, rest = work[-1]
            for target in rest:
                if target not in order:
                    order[target] = low[target] = len(order)
                    open_nodes.append(target)
                    is_open.add(target)
                    work.append((target, iter(edges.get(target, ()))))
                    break
                if target in is_open:
                    low[node] = min(low[node], order[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    found.append(_closed(node, open_nodes, is_open))
    return [component for component in found if _leads_round(component, edges)]


def shortest_cycle(component: set[N], edges: Mapping[N, Iterable[N]]) -> Sequence[N]:
    """A shortest way round within a component, from the first of its nodes in `edges`; empty where there is none.

    Every way round passes a node to which a depth-first walk comes back, so no other needs to be tried.
    """
    inner = {node: [to for to in edges[node] if to in component] for node in edges if node in component}
    best: Sequence[N] = ()
    for start in _returned_to(inner):
        best = _way_round(start, inner, len(best) - 1 if best else len(inner)) or best
    if not best:
        return ()
    at = best.index(next(node for node in inner if node in best))
    return [*best[at:], *best[:at]]


def _closed(root: N, open_nodes: list[N], is_open: set[N]) -> set[N]:
    component: set[N] = set()
    while root not in component:
        node = open_nodes.pop()
        is_open.discard(node)
        component.add(node)
    return component


def _leads_round(component: set[N], edges: Mapping[N, Iterable[N]]) -> bool:
    node = next(iter(component))
    return len(component) > 1 or node in edges.get(node, ())


def _returned_to(edges: Mapping[N, Sequence[N]]) -> Sequence[N]:
    """The nodes to which an edge of a depth-first walk leads back from below them."""
    returned: set[N] = set()
    on_path: set[N] = set()
    done: set[N] = set()
    for start in edges:
        if start in done:
            continue
        path = [(start, iter(edges[start]))]
        on_path.add(start)
        while path:
            node, rest = path[-1]
            for target in rest:
                if target in on_path:
                    returned.add(target)
                elif target not in done:
                    path.append((target, iter(edges[target])))
                    on_path.add(target)
                    break
            else:
                path.pop()
                on_path.discard(node)
                done.add(node)
    return [node for node in edges if node in returned]


def _way_round(start: N, edges: Mapping[N, Sequence[N]], longest: int) -> Sequence[N]:
    """Breadth first from a node back to itself, where so many edges suffice; the node stands at the beginning alone."""
    came_from: dict[N, N] = {}
    layer = [start]
    for _ in range(longest):
        reached: list[N] = []
        for node in layer:
            for target in edges[node]:
                if target == start:
                    return _walked(node, start, came_from)
                if target not in came_from:
                    came_from[target] = node
                    reached.append(target)
        layer = reached
    return ()


def _walked(last: N, start: N, came_from: Mapping[N, N]) -> Sequence[N]:
    way = [last]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]
