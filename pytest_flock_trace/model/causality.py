"""What set what going: through parents, links and artifacts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_flock_trace.model.grouping import grouped

if TYPE_CHECKING:
    from pytest_flock_trace.model.tree import SpanTree

Steps = Callable[[int], Iterable[int]]
"""Where the causal steps from a position lead; whatever a walk has passed may be left out."""


class Causality:
    """The causal paths of a tree.

    A step leads from a parent to its child, from the span that a link names to the one that holds it, or from the
    producer of an artifact to a consumer that started no earlier.
    """

    def __init__(self, tree: SpanTree) -> None:
        self._tree = tree

    def sources(self, position: int) -> list[int]:
        """The spans whose work this one took up: those that its links name, then producers of what it consumed.

        In the order it names them and whenever they started, as far as they are here.
        """
        span = self._tree.spans[position]
        producers = (at for artifact in span.consumed for at in self._producers.get(artifact, ()) if at != position)
        return [*self._linked.get(position, ()), *producers]

    def linked(self, position: int) -> Sequence[int]:
        """The other spans that this one's links name, as far as they are here."""
        return self._linked.get(position, ())

    def producer(self, artifact: str, consumer: int) -> int:
        """The last other span to have started on producing an artifact when a consumer started; -1 if none had."""
        producers = self._producers.get(artifact, ())
        starts = self._tree.starts
        last = bisect_right(producers, starts[consumer], key=starts.__getitem__) - 1
        if last >= 0 and producers[last] == consumer:
            last -= 1
        return producers[last] if last >= 0 else -1

    def effects(self, causes: Iterable[int]) -> set[int]:
        """Everything that a causal path leads to from any of these, but for itself."""
        return _reached(list(causes), self._onward)

    def causes(self, effects: Iterable[int]) -> set[int]:
        """Everything from which a causal path leads to any of these, but for itself."""
        return _reached(list(effects), self._back)

    def joins(self, cause: int, effect: int) -> bool:
        """Whether a causal path leads from one span to another."""
        return effect in self.effects([cause])

    def _onward(self) -> Steps:
        starts, spans = self._tree.starts, self._tree.spans
        waiting = {artifact: list(consumers) for artifact, consumers in self._consumers.items()}

        def steps(position: int) -> Iterator[int]:
            yield from self._tree.children[position]
            yield from self._linking.get(position, ())
            for artifact in spans[position].produced:
                consumers = waiting.get(artifact, [])
                first = bisect_left(consumers, starts[position], key=starts.__getitem__)
                yield from _taken(consumers, first, len(consumers), position)

        return steps

    def _back(self) -> Steps:
        starts, spans, parents = self._tree.starts, self._tree.spans, self._tree.parents
        standing = {artifact: list(producers) for artifact, producers in self._producers.items()}

        def steps(position: int) -> Iterator[int]:
            if parents[position] >= 0:
                yield parents[position]
            yield from self._linked.get(position, ())
            for artifact in spans[position].consumed:
                producers = standing.get(artifact, [])
                last = bisect_right(producers, starts[position], key=starts.__getitem__)
                yield from _taken(producers, 0, last, position)

        return steps

    @cached_property
    def _producers(self) -> dict[str, list[int]]:
        return grouped((artifact, at) for at, span in enumerate(self._tree.spans) for artifact in set(span.produced))

    @cached_property
    def _consumers(self) -> dict[str, list[int]]:
        return grouped((artifact, at) for at, span in enumerate(self._tree.spans) for artifact in set(span.consumed))

    @cached_property
    def _linked(self) -> dict[int, list[int]]:
        """The other spans that each span's links name, as far as they are here."""
        find = self._tree.find
        named = (
            (at, find((link.trace_id or span.trace_id, link.span_id)))
            for at, span in enumerate(self._tree.spans)
            for link in span.links
        )
        return grouped((at, cause) for at, cause in named if cause is not None and cause != at)

    @cached_property
    def _linking(self) -> dict[int, list[int]]:
        """The spans that link to each span."""
        return grouped((cause, at) for at, causes in self._linked.items() for cause in causes)


def _taken(positions: list[int], first: int, last: int, asking: int) -> list[int]:
    """Others than the one asking in a part of the list, which they leave.

    Whoever has been reached need not be reached again, so however many spans handle one artifact, the walk is linear.
    """
    part = positions[first:last]
    positions[first:last] = [asking] if asking in part else []
    return [position for position in part if position != asking]


def _reached(sources: Sequence[int], walk: Callable[[], Steps]) -> set[int]:
    """What some source other than itself leads to. Links may lead round, so a source may lead to itself alone.

    That is so where it is both the first and the last of the sources that lead to it.
    """
    first = _origins(sources, walk())
    if all(position != source for position, source in first.items()):
        return set(first)
    last = _origins(sources[::-1], walk())
    return {position for position, source in first.items() if position != source or position != last[position]}


def _origins(sources: Iterable[int], steps: Steps) -> dict[int, int]:
    """The first source that leads to each position."""
    origins: dict[int, int] = {}
    for source in sources:
        pending = [source]
        while pending:
            for position in steps(pending.pop()):
                if position not in origins:
                    origins[position] = source
                    pending.append(position)
    return origins
