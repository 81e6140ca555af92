"""Which spans try again what an earlier one failed to do."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_flock_trace.model.tree import SpanTree


def retries(tree: SpanTree, positions: Iterable[int]) -> dict[int, int]:
    """The earlier failure that each retry among these repeats, by position; both are among these.

    A retry is a span of the same label and parent as a failed one that had ended when it started, none of that label
    in between.
    """
    asked = set(positions)
    found: dict[int, int] = {}
    for parent in {tree.parents[position] for position in asked}:
        latest: dict[str, int] = {}
        for position in tree.children[parent] if parent >= 0 else tree.roots:
            label = tree.spans[position].label
            earlier = latest.get(label)
            if earlier is not None and asked.issuperset((earlier, position)) and _failed(tree, earlier, position):
                found[position] = earlier
            latest[label] = position
    return found


def _failed(tree: SpanTree, position: int, before: int) -> bool:
    return tree.spans[position].failed and tree.ends[position] <= tree.starts[before]
