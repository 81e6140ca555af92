"""The artifact layer: which span's product which other span took up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pytest_flock_trace.model.artifact import type_of

if TYPE_CHECKING:
    from pytest_flock_trace.model.tree import SpanTree

NOWHERE = -1


class Flow(NamedTuple):
    """Something that passed from one span to another, by their positions."""

    producer: int
    """`NOWHERE` for an artifact that nobody here produced."""
    consumer: int
    artifact: str | None
    """The artifact's id; None where all that is known is a link."""
    type: str | None
    """What kind of artifact it is, where that is known."""


def flows(tree: SpanTree) -> list[Flow]:
    """Every consumption of an artifact and every link, by start of the consumer.

    An artifact comes from the last of its producers that had started; a link between two spans adds nothing where an
    artifact has passed between them.
    """
    found: list[Flow] = []
    for consumer, span in enumerate(tree.spans):
        taken = [_taken(tree, consumer, artifact) for artifact in dict.fromkeys(span.consumed)]
        known = {flow.producer for flow in taken}
        links = (Flow(source, consumer, None, None) for source in tree.causality.linked(consumer))
        found.extend((*taken, *(flow for flow in links if flow.producer not in known)))
    return found


def _taken(tree: SpanTree, consumer: int, artifact: str) -> Flow:
    """The flow of an artifact that a span took up; where that does not know its type, the producer may."""
    producer = tree.causality.producer(artifact, consumer)
    kind = type_of(artifact)
    if kind is None and producer != NOWHERE:
        kind = next(type_of(made) for made in tree.spans[producer].produced if made == artifact) or None
    return Flow(producer, consumer, artifact, kind)
