"""Dependency graphs as the text of diagrams: Mermaid for documents and diffs, DOT for Graphviz.

Neither shows how often an edge was taken: the texts change only where an edge comes or goes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_flock_trace.model.passages import EXTERNAL

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.dependencies import DependencyGraph

_CYCLE_COLOUR = "#d33"
_MERMAID_ENTITIES = {character: f"#{ord(character)};" for character in '"#&<>`\\[]{}()|;'}
_DOT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": " "}


def mermaid(graph: DependencyGraph) -> str:
    """A Mermaid flowchart: a line a node and a line an edge, both sorted; edges of a cycle are thick, its nodes red.

    Ids of nodes follow from their names alone and no line counts others, so a new edge changes the lines of those that
    are on a cycle with it and no more.
    """
    ids = {node: _slug(node) for node in graph.nodes}
    lines = ["flowchart LR"]
    cyclic = set(graph.cyclic)
    round_about = {edge.source for edge in cyclic}
    lines.extend(f"    {ids[node]}{_shape(node)}{':::cycle' if node in round_about else ''}" for node in graph.nodes)
    for edge in graph.edges:
        label = f'|"{_quoted(edge.artifact)}"|' if edge.artifact else ""
        lines.append(f"    {ids[edge.source]} {'==>' if edge in cyclic else '-->'}{label} {ids[edge.target]}")
    if cyclic:
        lines.append(f"    classDef cycle stroke:{_CYCLE_COLOUR},stroke-width:2px")
    return "\n".join(lines) + "\n"


def dot(graph: DependencyGraph) -> str:
    """A DOT digraph, in the same order; edges of a cycle are red."""
    cyclic = set(graph.cyclic)
    lines = ["digraph dependencies {", "    rankdir=LR;"]
    lines.extend(
        f"    {_dotted(node)}{_noted(['shape=plaintext'] if node == EXTERNAL else [])}" for node in graph.nodes
    )
    for edge in graph.edges:
        notes = [f"label={_dotted(edge.artifact)}"] if edge.artifact else []
        notes += [f'color="{_CYCLE_COLOUR}"'] if edge in cyclic else []
        lines.append(f"    {_dotted(edge.source)} -> {_dotted(edge.target)}{_noted(notes)}")
    return "\n".join([*lines, "}"]) + "\n"


def _slug(name: str) -> str:
    """An id that no keyword of Mermaid's equals; two names that look alike without their punctuation differ in it."""
    plain = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").lower()[:40]
    if plain == name:
        return f"n_{plain}"
    return "_".join(
        filter(None, ["n", plain, hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=3).hexdigest()])
    )


def _shape(node: str) -> str:
    return f'(["{_quoted(node)}"])' if node == EXTERNAL else f'["{_quoted(node)}"]'


def _quoted(text: str) -> str:
    entities = (_MERMAID_ENTITIES.get(letter) or (letter if letter.isprintable() else " ") for letter in text)
    return "".join(entities) or " "


def _noted(notes: Sequence[str]) -> str:
    return f" [{', '.join(notes)}];" if notes else ";"


def _dotted(text: str) -> str:
    return f'"{"".join(_DOT_ESCAPES.get(letter, letter) for letter in text)}"'
