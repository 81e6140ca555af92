"""What differs between two dependency graphs that are written as Mermaid flowcharts."""

from __future__ import annotations

import re

from pytest_flock_trace.analysis.dependencies import DependencyGraph
from pytest_flock_trace.render.difference import Difference, tree_difference
from pytest_flock_trace.render.edge_difference import edge_difference

_NODE = re.compile(r'    (\w+)(?:\["(.*)"\]|\(\["(.*)"\]\))(?::::cycle)?')
_EDGE = re.compile(r'    (\w+) (?:-->|==>)(?:\|"(.*)"\|)? (\w+)')
_FRAME = re.compile(r"flowchart LR|    classDef cycle .*|")
_ENTITY = re.compile(r"#(\d+);")


def diagram_difference(expected: str, actual: str) -> Difference:
    """The edges that came and went; for diagrams that are not such as a dependency graph draws, the lines."""
    before, after = _read(expected), _read(actual)
    if before is None or after is None or before == after:
        return tree_difference(expected, actual)
    return edge_difference(before, after)


def _read(text: str) -> DependencyGraph | None:
    """The graph that was drawn; None where a line is not of one."""
    names: dict[str, str] = {}
    edges: list[tuple[str, str] | tuple[str, str, str]] = []
    for line in text.splitlines():
        if node := _NODE.fullmatch(line):
            names[node[1]] = _decoded(node[2] or node[3] or "")
        elif (edge := _EDGE.fullmatch(line)) and edge[1] in names and edge[3] in names:
            pair = names[edge[1]], names[edge[3]]
            edges.append((*pair, _decoded(edge[2])) if edge[2] else pair)
        elif not _FRAME.fullmatch(line):
            return None
    return DependencyGraph.from_edges(edges)


def _decoded(text: str) -> str:
    return _ENTITY.sub(lambda found: chr(int(found[1])), text)
