"""Cycles of a graph: components and the shortest ways round."""

from __future__ import annotations

from collections import deque
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
    """A shortest way round within a component, from the first of its nodes in `edges` that lies on one."""
    best: Sequence[N] = ()
    for start in edges:
        if start in component:
            cycle = _way_round(start, component, edges)
            if cycle and (not best or len(cycle) < len(best)):
                best = cycle
    return best


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


def _way_round(start: N, component: set[N], edges: Mapping[N, Iterable[N]]) -> Sequence[N]:
    """Breadth first from a node back to itself; the node stands once, at the beginning."""
    came_from: dict[N, N] = {}
    pending = deque([start])
    while pending:
        node = pending.popleft()
        for target in edges.get(node, ()):
            if target == start:
                return _walked(node, start, came_from)
            if target in component and target not in came_from:
                came_from[target] = node
                pending.append(target)
    return ()


def _walked(last: N, start: N, came_from: Mapping[N, N]) -> Sequence[N]:
    way = [last]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]
