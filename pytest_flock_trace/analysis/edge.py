"""An edge of a dependency graph: that one party led to another, how often, and how it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_flock_trace.analysis.quantile import quantile
from pytest_flock_trace.analysis.table import Table
from pytest_flock_trace.model.duration import Duration
from pytest_flock_trace.model.passages import EXTERNAL, NOWHERE, Passage
from pytest_flock_trace.model.question import Count, Question, Ratio

if TYPE_CHECKING:
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.model.trace import Trace
    from pytest_flock_trace.model.tree import SpanTree


@dataclass(frozen=True)
class Origin:
    """The trace that an edge was found in, and how the same edge is found in another."""

    trace: Trace
    tree: SpanTree
    edge_of: Callable[[Trace, tuple[str, str, str]], Edge]
    within: str = ""
    """The edge that it is a part of, where it is one between operations."""


@dataclass(frozen=True)
class Edge:
    """That one node led to another, by artifacts of one type, by links or by calls. Its numbers explain themselves."""

    source: str
    target: str
    artifact: str | None = None
    """The artifacts' type; None where it is not known, and for links and calls."""
    passages: tuple[Passage, ...] = field(default=(), repr=False, compare=False)
    """Each time it happened, in start order of the target's side."""
    times: int = field(default=0, repr=False, compare=False)
    """How often it happened, by those who wrote the graph down."""
    origin: Origin | None = field(default=None, repr=False, compare=False)
    """None for a graph that was written down."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from other edges; sorts."""
        return self.source, self.target, self.artifact or ""

    @property
    def spans(self) -> Sequence[Span]:
        """The consuming side's spans: invocations where there are any."""
        return [self.origin.tree.spans[passage.went_to] for passage in self.passages] if self.origin else []

    @property
    def count(self) -> int:
        """How often it happened."""
        return self._count("count", len(self.passages) or self.times, lambda edge: edge.spans)

    @property
    def errors(self) -> int:
        """How often the consuming side failed."""
        return self._count("errors", len(_failed(self)), _failed)

    @property
    def error_rate(self) -> float:
        """`errors` as a part of `count`, 0 to 1."""
        rate = len(_failed(self)) / len(self.passages) if self.passages else 0.0
        return rate if (asked := self._asked("error_rate", _failed)) is None else Ratio(rate, asked)

    @property
    def queue(self) -> Duration:
        """The median time from the end of the producing span to the start of the consuming side, never negative."""
        return self._quantile("queue", [self._queue_ns(passage) for passage in self.passages], 0.5)

    @property
    def p50(self) -> Duration:
        """The median of the consuming side's durations."""
        return self._quantile("p50", [int(span.duration) for span in self.spans], 0.5)

    @property
    def p95(self) -> Duration:
        """The 95th percentile of the consuming side's durations."""
        return self._quantile("p95", [int(span.duration) for span in self.spans], 0.95)

    @property
    def operations(self) -> Mapping[tuple[str, str], Edge]:
        """What it is made of: an edge for each pair of operations, that passed on and that took up, most taken first.

        Counts add up to its own; errors and durations are those of the span that took up, which the target's invocation
        may only hold. Asking for a pair that is none of them raises `UnknownSubject`. Empty for what was written down.
        """
        whole = self.origin
        if whole is None:
            return {}
        groups: dict[tuple[str, str], list[Passage]] = {}
        for passage in self.passages:
            part = _by_operation(passage, whole.tree)
            groups.setdefault((part.source, part.target), []).append(part)
        ordered = {pair: groups[pair] for pair in sorted(groups, key=lambda pair: (-len(groups[pair]), pair))}
        return Table(ordered, lambda pair: self._part(pair, groups[pair], whole), "operations")

    def _part(self, pair: tuple[str, str], passages: Sequence[Passage], whole: Origin) -> Edge:
        key, within = self.key, str(self)

        def again(trace: Trace, _: tuple[str, str, str]) -> Edge:
            return _part_of(whole.edge_of(trace, key), pair)

        return Edge(*pair, self.artifact, tuple(passages), origin=Origin(whole.trace, whole.tree, again, within))

    def _queue_ns(self, passage: Passage) -> int:
        if self.origin is None or passage.producer == NOWHERE:
            return 0
        return max(0, self.origin.tree.starts[passage.went_to] - self.origin.tree.ends[passage.producer])

    def _count(self, name: str, value: int, evidence: Callable[[Edge], Sequence[Span]]) -> int:
        return value if (asked := self._asked(name, evidence)) is None else Count(value, asked)

    def _quantile(self, name: str, values: Sequence[int], level: float) -> Duration:
        value = round(quantile(values, level)) if values else 0
        return Duration(value, self._asked(name, lambda edge: sorted(edge.spans, key=lambda span: -span.duration)))

    def _asked(self, name: str, evidence: Callable[[Edge], Sequence[Span]]) -> Question | None:
        if (origin := self.origin) is None:
            return None
        key = self.key
        return Question(
            f"{name} of {self}{f' within {origin.within}' if origin.within else ''} in {origin.trace.title}",
            origin.trace,
            lambda trace: getattr(origin.edge_of(trace, key), name),
            lambda trace: evidence(origin.edge_of(trace, key)),
        )

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}" + (f" ({self.artifact})" if self.artifact else "")


def _failed(edge: Edge) -> Sequence[Span]:
    return [span for span in edge.spans if span.failed]


def _by_operation(passage: Passage, tree: SpanTree) -> Passage:
    """The same between the very spans that passed on and took up."""
    source = EXTERNAL if passage.producer == NOWHERE else tree.spans[passage.producer].operation
    target = tree.spans[passage.consumer].operation
    return passage._replace(source=source, target=target, came_from=passage.producer, went_to=passage.consumer)


def _part_of(edge: Edge, pair: tuple[str, str]) -> Edge:
    """The edge between two operations of it; one that never happened where there is none."""
    return edge.operations[pair] if pair in edge.operations else Edge(*pair, edge.artifact)
