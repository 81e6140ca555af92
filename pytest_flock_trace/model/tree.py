"""The shape of a set of spans: who is whose parent, held as positions in start order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Final

from pytest_flock_trace.model.agent import resolve_agents
from pytest_flock_trace.model.causality import Causality
from pytest_flock_trace.model.grouping import grouped
from pytest_flock_trace.model.index import SpanIndex
from pytest_flock_trace.model.preorder import Preorder, preorder
from pytest_flock_trace.model.profiles.artifacts import with_profile
from pytest_flock_trace.model.span import Span, SpanKey

_KEY: Final = attrgetter("trace_id", "span_id")
_START_ORDER: Final = attrgetter("start_ns", "origin.ordinal", "trace_id", "span_id")


class SpanTree:
    """Spans in start order with their parents and children as positions; -1 is the parent of a root.

    Parents resolve by trace id and span id. Where ids repeat (a seeded generator), the parent is the latest
    bearer that started no later than the child. A cycle of parents is cut at its earliest span. Nothing here
    recurses, so depth is bounded by memory alone.

    `agents_known` spans keep the agents they have, as those of a part must; into `owned` spans, which nobody else has
    seen, agents are written instead of copying each. Other spans are copied when somebody first asks for them.
    """

    def __init__(self, spans: Iterable[Span], *, agents_known: bool = False, owned: bool = False) -> None:
        ordered = sorted(spans if agents_known else map(with_profile, spans), key=_START_ORDER)
        self._by_key: dict[SpanKey, list[int]] = grouped(zip(map(_KEY, ordered), range(len(ordered))))
        self.parents = _cut_cycles([self._parent_of(span, at, ordered) for at, span in enumerate(ordered)])
        self.children: list[list[int]] = [[] for _ in ordered]
        self.roots: list[int] = []
        for position, parent in enumerate(self.parents):
            (self.children[parent] if parent >= 0 else self.roots).append(position)
        self._given = ordered
        self._agents_known = agents_known
        if owned:
            self._given, self._agents_known = self._with_agents(ordered, owned), True

    def __len__(self) -> int:
        return len(self.parents)

    @cached_property
    def spans(self) -> Sequence[Span]:
        """In start order, with their agents, which are worked out when somebody first looks."""
        return self._given if self._agents_known else self._with_agents(self._given, owned=False)

    @cached_property
    def top_down(self) -> list[int]:
        """Every position, parents before children, subtrees together, siblings in start order."""
        order: list[int] = []
        stack = self.roots[::-1]
        while stack:
            position = stack.pop()
            order.append(position)
            stack.extend(reversed(self.children[position]))
        return order

    @cached_property
    def depths(self) -> list[int]:
        """How many ancestors each span has."""
        depths = [0] * len(self.parents)
        for position in self.top_down:
            if (parent := self.parents[position]) >= 0:
                depths[position] = depths[parent] + 1
        return depths

    @cached_property
    def starts(self) -> list[int]:
        """Nanoseconds, ascending, since positions are in start order."""
        return [span.start_ns for span in self._given]

    @cached_property
    def ends(self) -> list[int]:
        """Nanoseconds; a span that claims to end before it starts ends as it starts."""
        return [max(span.start_ns, span.end_ns) for span in self._given]

    @cached_property
    def recorded(self) -> int:
        """Nanoseconds that the traces took, each from its first start to its last end."""
        extents: dict[str, tuple[int, int]] = {}
        for span, end in zip(self.spans, self.ends):
            start, last = extents.get(span.trace_id, (span.start_ns, end))  # in start order
            extents[span.trace_id] = start, max(last, end)
        return sum(last - start for start, last in extents.values())

    @cached_property
    def numbers(self) -> Preorder:
        """Numbers in the order of `top_down`: they tell who stands below whom."""
        return preorder(self.top_down, self.parents)

    @cached_property
    def index(self) -> SpanIndex:
        """What the spans say, by value."""
        return SpanIndex(self._given, lambda: self.spans)

    @cached_property
    def causality(self) -> Causality:
        """What set what going."""
        return Causality(self)

    @cached_property
    def orphans(self) -> list[int]:
        """Roots that name a parent which is not here."""
        return [root for root in self.roots if self.spans[root].parent_id is not None]

    def position(self, span: Span) -> int | None:
        """Where a span stands, by its ids; None if it is not in this tree."""
        places = self._by_key.get(span.key)
        if places is None:
            return None
        same_start = (place for place in places if self.spans[place].start_ns == span.start_ns)
        return next(same_start, places[-1])

    def find(self, key: SpanKey) -> int | None:
        """The position of the last span with these ids; None if there is none."""
        places = self._by_key.get(key)
        return None if places is None else places[-1]

    def ancestors(self, position: int) -> list[int]:
        """Positions from the parent up to the root."""
        found: list[int] = []
        while (position := self.parents[position]) >= 0:
            found.append(position)
        return found

    def descendants(self, position: int) -> list[int]:
        """Positions below this one, each parent before its children."""
        found: list[int] = []
        stack = self.children[position][::-1]
        while stack:
            found.append(below := stack.pop())
            stack.extend(reversed(self.children[below]))
        return found

    def self_time(self, position: int) -> int:
        """Nanoseconds of a span that no direct child covers."""
        span = self.spans[position]
        covered, reached = 0, span.start_ns
        for child in self.children[position]:  # in start order
            start = max(self.spans[child].start_ns, reached)
            end = min(self.spans[child].end_ns, span.end_ns)
            if end > start:
                covered += end - start
                reached = end
        return max(0, span.end_ns - span.start_ns - covered)

    def _parent_of(self, span: Span, position: int, spans: Sequence[Span]) -> int:
        if span.parent_id is None:
            return -1
        places = self._by_key.get((span.trace_id, span.parent_id), ())
        for place in reversed(places):
            if spans[place].start_ns <= span.start_ns and place != position:
                return place
        return next((place for place in places if place != position), -1)

    def _with_agents(self, spans: Sequence[Span], owned: bool) -> list[Span]:
        """Agents are decided trace by trace: one framework's convention says nothing of another's spans."""
        resolved = list(spans)
        for members in grouped((spans[position].trace_id, position) for position in self.top_down).values():
            index = {position: at for at, position in enumerate(members)}
            parents = [index.get(self.parents[position], -1) for position in members]
            for position, span in zip(members, resolve_agents([spans[at] for at in members], parents, owned=owned)):
                resolved[position] = span
        return resolved


def _cut_cycles(parents: list[int]) -> list[int]:
    """The same parents with every cycle made a root at its earliest member."""
    settled = [False] * len(parents)
    for start in [at for at, parent in enumerate(parents) if parent > at]:  # as some member of a cycle must stand
        path: list[int] = []
        position = start
        on_path: set[int] = set()
        while position >= 0 and not settled[position] and position not in on_path:
            path.append(position)
            on_path.add(position)
            position = parents[position]
        if position in on_path:
            parents[min(path[path.index(position) :])] = -1
        for visited in path:
            settled[visited] = True
    return parents
