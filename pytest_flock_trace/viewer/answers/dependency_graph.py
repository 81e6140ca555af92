"""Who led to whom: the graph that a page draws, its cycles and the artifacts that nobody took up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from pytest_flock_trace.analysis.dependencies import DependencyGraph
from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.calls import LEVELS, Level
from pytest_flock_trace.model.passages import LAYERS, Layer
from pytest_flock_trace.viewer.answers.overview import named_rows
from pytest_flock_trace.viewer.answers.portable import Answer, portable, whole, whole_or_none
from pytest_flock_trace.viewer.answers.trace_key import key_of

if TYPE_CHECKING:
    from pytest_flock_trace.store.file.reading import TraceFileView

MOST_DANGLING: Final = 1_000
_DANGLING: Final = f"""
    WITH made AS (
        SELECT
            place,
            unnest(produced->>'$[*].id') AS id,
            unnest(produced->>'$[*].type') AS artifact
        FROM spans WHERE produced <> '[]'
    ),
    taken AS (SELECT DISTINCT unnest(consumed->>'$[*].id') AS id FROM spans WHERE consumed <> '[]'),
    left_over AS (
        SELECT id, max(place) AS place, arg_max(artifact, place) AS artifact FROM made ANTI JOIN taken USING (id)
        GROUP BY id ORDER BY place, id LIMIT {MOST_DANGLING}
    ),
    concerned AS (FROM spans SEMI JOIN (SELECT trace_id FROM spans SEMI JOIN left_over USING (place)) USING (trace_id)),
    numbered AS (
        SELECT
            place,
            trace_id,
            coalesce(nullif(actor, ''), label) AS producer,
            row_number() OVER (PARTITION BY trace_id ORDER BY start_time, place, span_id) - 1 AS position
        FROM concerned
    )
    SELECT id, artifact, producer, trace_id, position FROM left_over JOIN numbered USING (place) ORDER BY place, id
"""
_NUMBERS: Final = ("count", "errors", "queue", "p50", "p95")


def dependency_graph(view: TraceFileView, layer: str, by: str) -> Answer:
    """The edges of one layer with what they are made of; `BadArgument` for another layer or `by`."""
    _check("layer", layer, LAYERS)
    _check("by", by, LEVELS)
    edges = [_edge(row) for row in named_rows(view, "dependencies", by) if row["layer"] == layer]
    _drill_down(edges, [row for row in named_rows(view, "dependency_operations", by) if row["layer"] == layer])
    triples = [(edge["source"], edge["target"], edge["artifact"]) for edge in edges]
    graph = DependencyGraph.from_edges(triples, layer=cast("Layer", layer))
    cyclic = {edge.key for edge in graph.cyclic}
    for edge, triple in zip(edges, triples):
        edge["cyclic"] = (*triple[:2], triple[2] or "") in cyclic
    measured = {
        portable(row["subject"]): row for row in named_rows(view, "red", "service" if layer == "service" else by)
    }
    return {
        "layer": layer,
        "by": cast("Level", by),
        "nodes": [_node(name, measured) for name in graph.nodes],
        "edges": edges,
        "cycles": [_cycle(cycle.nodes, str(cycle), triples) for cycle in graph.cycles],
        "more_cycles": bool(graph.cycles.cap),
        "dangling": [_dangling(*row) for row in view.sql(_DANGLING)] if layer == "artifact" else [],
    }


def _check(what: str, name: str, valid: Sequence[str]) -> None:
    if name not in valid:
        raise BadArgument(f"{what}={name!r} does not exist for dependencies; valid: {', '.join(valid)}")


def _edge(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: portable(row[name]) for name in ("source", "target", "artifact")},
        **{name: whole(row[name]) for name in _NUMBERS},
        "error_rate": row["errors"] / row["count"],
        "cyclic": False,
        "operations": [],
    }


def _drill_down(edges: Sequence[dict[str, Any]], rows: Sequence[Mapping[str, Any]]) -> None:
    """Hang on each edge the pairs of operations that it is made of, the most frequent first."""
    by_key = {(edge["source"], edge["target"], edge["artifact"]): edge["operations"] for edge in edges}
    for row in rows:
        by_key[tuple(portable(row[name]) for name in ("source", "target", "artifact"))].append(
            {
                "source": portable(row["from_operation"]),
                "target": portable(row["to_operation"]),
                "count": whole(row["count"]),
                "errors": whole(row["errors"]),
            }
        )


def _node(name: str, measured: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A node with its numbers; whoever stands outside has none."""
    row = measured.get(name, {})
    return {
        "name": name,
        "count": whole(row.get("count")),
        "errors": whole(row.get("errors")),
        "p95": whole_or_none(row.get("p95")),
    }


def _cycle(nodes: Sequence[str], text: str, edges: Sequence[tuple[str, str, str | None]]) -> dict[str, Any]:
    steps = set(zip(nodes, [*nodes[1:], nodes[0]]))
    return {
        "text": text,
        "nodes": list(nodes),
        "edges": [at for at, (source, target, _) in enumerate(edges) if (source, target) in steps],
    }


def _dangling(artifact: str, kind: str | None, producer: str, trace_id: str, position: int) -> dict[str, Any]:
    return {
        "artifact": portable(artifact),
        "type": portable(kind),
        "producer": portable(producer),
        "key": key_of(trace_id),
        "position": position,
    }
