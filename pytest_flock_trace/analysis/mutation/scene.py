"""The spans of a trace that a bug may befall, with the names they have in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from pytest_flock_trace.model.grouping import grouped
from pytest_flock_trace.model.noise import noise
from pytest_flock_trace.model.span import Span, SpanKey, with_contents
from pytest_flock_trace.model.text import label_of, one_line
from pytest_flock_trace.model.tree import SpanTree

MOST: Final = 400
"""Spans that are looked at: each is compared with its siblings and with what led to it."""


class Scene:
    """A tree seen by what can go wrong in it. Roots of runs are frames, and the hooks of frameworks are nobody's story.

    `among` limits what goes wrong to the spans with these keys.
    """

    def __init__(self, tree: SpanTree, among: Collection[SpanKey] | None = None) -> None:
        self.tree = tree
        left_out = noise(tree)
        self._candidates = [
            at
            for at, span in enumerate(tree.spans)
            if span.run is None and at not in left_out and (among is None or span.key in among)
        ]
        self.subjects: Sequence[int] = sorted(self._varied()[:MOST])
        """Positions of the spans that a change may concern, in start order; of very many, some of each group."""

    @property
    def spans(self) -> Sequence[Span]:
        """All spans in start order."""
        return self.tree.spans

    def name(self, at: int) -> str:
        """What a sentence calls the span: "the critic", and "the critic (2 of 3)" where there are others."""
        number, total = self._numbers.get(at, (1, 1))
        return self.noun(at) + (f" ({number} of {total})" if total > 1 else "")

    def noun(self, at: int) -> str:
        """The same without a number."""
        span = self.spans[at]
        if span.run is not None:
            return f"the run {one_line(span.run)!r}"
        if span.agent is not None:
            return f"the {one_line(span.agent)}"
        return f"the tool {one_line(span.tool)}" if span.tool is not None else label_of(span)

    def rank(self, at: int) -> int:
        """Agents make the story, then tools, then all else."""
        span = self.spans[at]
        return 0 if span.agent is not None else 1 if span.tool is not None else 2

    def group(self, at: int) -> tuple[str, str]:
        """Spans of one group are as good as each other to show a gap: of one name, in spans of one name."""
        parent = self.tree.parents[at]
        return self.noun(at), self.noun(parent) if parent >= 0 else ""

    def agents(self) -> Iterator[int]:
        """The subjects that are invocations of agents."""
        return (at for at in self.subjects if self.spans[at].agent is not None)

    def subtree(self, at: int) -> list[int]:
        """The span and all below it."""
        return [at, *self.tree.descendants(at)]

    def without(self, dropped: Iterable[int]) -> list[Span]:
        """All spans but these."""
        gone = set(dropped)
        return [span for at, span in enumerate(self.spans) if at not in gone]

    def changed(self, changes: Mapping[int, Mapping[str, object]]) -> list[Span]:
        """All spans, some with other values in some of their fields."""
        return [with_contents(span, **changes[at]) if at in changes else span for at, span in enumerate(self.spans)]

    def mapped(self, change: Callable[[Span], Span]) -> list[Span]:
        """All spans, each as it is after the change."""
        return [change(span) for span in self.spans]

    def _varied(self) -> list[int]:
        """Where there are too many, the first of each group, then the second of each and so on."""
        if len(self._candidates) <= MOST:
            return self._candidates
        groups = grouped((self.group(at), at) for at in self._candidates).values()
        ranked = sorted((number, at) for group in groups for number, at in enumerate(group))
        return [at for _, at in ranked]

    @cached_property
    def _numbers(self) -> dict[int, tuple[int, int]]:
        """Which of how many of its name each subject is."""
        totals = Counter(map(self.noun, self._candidates))
        seen: Counter[str] = Counter()
        numbers: dict[int, tuple[int, int]] = {}
        for at in self._candidates:
            seen[self.noun(at)] += 1
            numbers[at] = seen[self.noun(at)], totals[self.noun(at)]
        return numbers
