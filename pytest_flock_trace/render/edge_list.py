"""A dependency graph as a list of its edges, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pytest_flock_trace.analysis.cycle import Cycle
from pytest_flock_trace.analysis.edge import Edge
from pytest_flock_trace.model.passages import NOWHERE
from pytest_flock_trace.model.text import ELLIPSIS, abridged, count_of, cut_end, label_of
from pytest_flock_trace.render.table import table

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.dependencies import Dangling, DependencyGraph

AROUND = "↻"
_HEADERS = ("", "from", "", "to", "artifact", "n", "errors", "queue", "p50", "p95")
_ALIGN = "lllllrrrrr"
_LONGEST_NAME = 60
_MOST_TOLD = 10
"""Cycles, and dangling artifacts; what is beyond is counted."""


def edge_list(
    graph: DependencyGraph, *, operations: bool = False, width: int | None = None, limit: int | None = None
) -> str:
    """A row an edge with its numbers; below, cycles with a real round of each, and artifacts that nobody took up.

    The first line names the layer. `↻` marks the edges that are part of some cycle; `operations` adds a row for each
    pair of operations that an edge is made of. Of more than `limit` edges, those of cycles, then failing ones, then the
    most taken are shown, and the others counted. Names give way where the rows are wider than `width` columns.
    """
    shown = _shown(graph, limit)
    hidden = len(graph.edges) - len(shown)
    notes = [f"{ELLIPSIS} {count_of(hidden, 'more edge')}"] if hidden else []
    notes += [*_few([_round(cycle) for cycle in graph.cycles], "cycle"), *_few(_left(graph.dangling), "artifact")]
    head, *notes = (line if width is None else cut_end(line, width) for line in (_title(graph), *notes))
    rows = [_rows(graph, shown, operations=operations, width=width)] if shown else []
    return "\n".join([head, *rows, *notes])


def _title(graph: DependencyGraph) -> str:
    by = "" if graph.by == "agent" else f", by {graph.by}"
    of = f"of {graph.origin.trace.title}{by}" if graph.origin else "as written down"
    counts = [count_of(len(graph.edges), "edge")]
    if graph.cycles:
        counts.append(count_of(len(graph.cycles), "cycle") + (f" ({graph.cycles.cap})" if graph.cycles.cap else ""))
    if graph.dangling:
        counts.append(count_of(len(graph.dangling), "dangling artifact"))
    return abridged(f"{graph.layer} layer {of}: {', '.join(counts)}")


def _shown(graph: DependencyGraph, limit: int | None) -> Sequence[Edge]:
    if limit is None or len(graph.edges) <= limit:
        return graph.edges
    cyclic = set(graph.cyclic)
    ranked = sorted(graph.edges, key=lambda edge: (edge not in cyclic, -int(edge.errors), -int(edge.count)))
    kept = set(ranked[: max(0, limit)])
    return [edge for edge in graph.edges if edge in kept]


def _rows(graph: DependencyGraph, edges: Sequence[Edge], *, operations: bool, width: int | None) -> str:
    """The table, without the columns in which nothing stands."""
    cyclic, queues = set(graph.cyclic), graph.layer != "call"
    rows: list[Sequence[str]] = []
    for edge in edges:
        rows.append((AROUND if edge in cyclic else "", *_cells(edge, queues=queues)))
        if operations:
            rows.extend(("", *_cells(part, "  ", queues=queues)) for part in edge.operations.values())
    used = [at for at in range(len(_HEADERS)) if any(row[at] for row in rows)]
    headers = [_HEADERS[at] for at in used]
    align = "".join(_ALIGN[at] for at in used)
    return table(headers, [[row[at] for at in used] for row in rows], align=align, width=width)


def _cells(edge: Edge, indentation: str = "", *, queues: bool) -> Sequence[str]:
    source, target = (indentation + _name(name) for name in (edge.source, edge.target))
    artifact = "" if indentation else abridged(edge.artifact or "", _LONGEST_NAME)
    if edge.origin is None:
        return source, "→", target, artifact, str(edge.count), "", "", "", ""
    waited = queues and any(passage.producer != NOWHERE for passage in edge.passages)
    errors, queue = f"{edge.errors}/{edge.count}", str(edge.queue) if waited else ""
    return source, "→", target, artifact, str(edge.count), errors, queue, str(edge.p50), str(edge.p95)


def _name(text: str) -> str:
    return abridged(text, _LONGEST_NAME).strip() or "(no name)"


def _round(cycle: Cycle) -> list[str]:
    way = " → ".join(_name(node) for node in (*cycle.nodes, cycle.nodes[0]))
    return [f"cycle {way}", *(f"  {abridged(str(step))}" for step in cycle.witness)]


def _left(dangling: Sequence[Dangling]) -> list[list[str]]:
    return [
        [f"dangling {abridged(' '.join(filter(None, (left.type, left.artifact))))} of {label_of(left.producer)}"]
        for left in dangling
    ]


def _few(told: Sequence[Sequence[str]], noun: str) -> Iterator[str]:
    for lines in told[:_MOST_TOLD]:
        yield from lines
    if len(told) > _MOST_TOLD:
        yield f"{ELLIPSIS} {count_of(len(told) - _MOST_TOLD, f'more {noun}')}"
