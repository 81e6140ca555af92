"""What differs between two dependency graphs that are written as Mermaid flowcharts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_flock_trace.model.text import count_of, cut_end
from pytest_flock_trace.render.difference import Difference, tree_difference

_NODE = re.compile(r'    (\w+)(?:\["(.*)"\]|\(\["(.*)"\]\))(?::::cycle)?')
_EDGE = re.compile(r'    (\w+) (-->|==>)(?:\|"(.*)"\|)? (\w+)')
_FRAME = re.compile(r"flowchart LR|    classDef cycle .*|")
_ENTITY = re.compile(r"#(\d+);")
_WIDTH = 100


def diagram_difference(expected: str, actual: str) -> Difference:
    """The edges that came and went, and those that are on a cycle now or no longer.

    Diagrams that are not such as a dependency graph draws are compared line by line.
    """
    before, after = _read(expected), _read(actual)
    if before is None or after is None:
        return tree_difference(expected, actual)
    marked = [cut_end(line, _WIDTH) for line in _lines(before, after)]
    missing, added, round_about = (sum(line[0] == mark for line in marked) for mark in "-+~")
    counts = [f"{count_of(missing, 'edge')} missing"] if missing else []
    counts += [f"{count_of(added, 'edge')} added"] if added else []
    counts += [f"{count_of(round_about, 'other edge')} on a cycle or no longer on one"] if round_about else []
    return Difference(", ".join(counts) or "the same edges, drawn in another way", marked)


def _lines(before: dict[str, bool], after: dict[str, bool]) -> Iterator[str]:
    for edge in sorted({**before, **after}):
        if edge not in after:
            yield f"- {edge}"
        elif edge not in before:
            yield f"+ {edge}{_on_cycle(after[edge])}"
        elif before[edge] != after[edge]:
            yield f"~ {edge}{_on_cycle(after[edge]) or '  (on no cycle any more)'}"


def _on_cycle(cyclic: bool) -> str:
    return "  (on a cycle)" if cyclic else ""


def _read(text: str) -> dict[str, bool] | None:
    """Each edge, and whether it is on a cycle; None where a line is not of a dependency graph."""
    names: dict[str, str] = {}
    edges: dict[str, bool] = {}
    for line in text.splitlines():
        if node := _NODE.fullmatch(line):
            names[node[1]] = _decoded(node[2] or node[3] or "")
        elif (edge := _EDGE.fullmatch(line)) and edge[1] in names and edge[4] in names:
            artifact = f" ({_decoded(edge[3])})" if edge[3] else ""
            edges[f"{names[edge[1]]} -> {names[edge[4]]}{artifact}"] = edge[2] == "==>"
        elif not _FRAME.fullmatch(line):
            return None
    return edges


def _decoded(text: str) -> str:
    return _ENTITY.sub(lambda found: chr(int(found[1])), text)
