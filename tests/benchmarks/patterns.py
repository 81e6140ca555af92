"""What asking a trace many questions costs, against pydantic-evals with the same questions.

Each measurement builds the tree anew, then makes and asks as many patterns as there are spans: for all matches
(`find`; theirs, too), or for whether there is any (`in`; their `any` stops at the first). Pydantic-evals is asked a
part of the questions, evenly taken, and the time counted up, since a thousand of them take seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import cached_property
from importlib.util import find_spec
from statistics import median_high
from typing import Any

from comparison import Result, Row, Unmeasured, compared, seconds
from crew import Node, crew
from questions import KINDS, Kind

from pytest_flock_trace import Span, Trace

EVERY = 23
"""Pydantic-evals is asked every so many questions; a prime, so that all kinds of literals come up."""
WAYS = {
    "find": (lambda trace, pattern: trace.find(pattern), lambda tree, query: tree.find(query)),
    "in": (lambda trace, pattern: pattern in trace, lambda tree, query: tree.any(query)),
}
"""How a trace is asked, and how their tree is."""


def unavailable() -> str:
    """Why these rows cannot be measured here; empty if they can."""
    return "" if find_spec("pydantic_evals") else "pydantic-evals is not installed (dependency group `bench`)"


def rows(*, small: bool) -> list[Result]:
    """A row for each way of asking and condition, over a trace of so many spans; the median and the slowest first."""
    if lacking := unavailable():
        return [Unmeasured("pattern matching", lacking)]
    bench = Bench(crew(100 if small else 1_000))
    for kind in KINDS:
        bench.must_agree(kind)
    return [row for way in WAYS for row in _with_summary(way, [bench.row(way, kind) for kind in KINDS])]


@dataclass
class Bench:
    """One trace in both libraries' terms."""

    nodes: Sequence[Node]

    @cached_property
    def spans(self) -> list[Span]:
        """Ours."""
        return [
            Span(
                node.name,
                span_id=_hex(node.id),
                parent_id=node.parent and _hex(node.parent),
                start_ns=node.start_ns,
                end_ns=node.end_ns,
                status=node.status,
                attributes=node.attributes,
            )
            for node in self.nodes
        ]

    @cached_property
    def span_nodes(self) -> list[Any]:
        """Theirs; making them is not measured."""
        from pydantic_evals.otel.span_tree import SpanNode

        return [
            SpanNode(
                name=node.name,
                trace_id=1,
                span_id=node.id,
                parent_span_id=node.parent,
                start_timestamp=_moment(node.start_ns),
                end_timestamp=_moment(node.end_ns),
                attributes=node.attributes,
                status=node.status,
            )
            for node in self.nodes
        ]

    @property
    def asked(self) -> Sequence[int]:
        """The numbers of the questions that pydantic-evals is asked."""
        return range(0, len(self.nodes), EVERY)

    def span_tree(self) -> Any:
        """Their tree, built."""
        from pydantic_evals.otel import SpanTree

        tree = SpanTree()
        tree.add_spans(self.span_nodes)
        return tree

    def row(self, way: str, kind: Kind) -> Row:
        """Milliseconds for as many questions as there are spans, the building of the tree included."""
        ask, ask_theirs = WAYS[way]

        def ours() -> None:
            trace = Trace.of(self.spans)
            for number in range(len(self.nodes)):
                ask(trace, kind.ours(number))

        def theirs() -> float:
            building = seconds(self.span_tree)
            tree = self.span_tree()
            asking = seconds(lambda: [ask_theirs(tree, kind.theirs(number)) for number in self.asked])
            return (building + asking * len(self.nodes) / len(self.asked)) * 1e3

        reference = f"pydantic-evals, {len(self.asked)} asked of {len(self.nodes):,}"
        return compared(f"{way}: {kind.condition}", "ms", lambda: seconds(ours) * 1e3, reference, theirs)

    def must_agree(self, kind: Kind) -> None:
        """Refuse to compare the costs of different answers."""
        trace, tree = Trace.of(self.spans), self.span_tree()
        for number in self.asked:
            ours = [span.span_id for span in trace.find(kind.ours(number))]
            theirs = [_hex(node.span_id) for node in tree.find(kind.theirs(number))]
            if ours != theirs:
                raise SystemExit(f"{kind.ours(number)!r} finds {ours}, {kind.theirs(number)!r} finds {theirs}")


def _with_summary(way: str, measured: list[Row]) -> list[Row]:
    ratios = {row.ratio: row for row in measured}
    middle, slowest = ratios[median_high(ratios)], ratios[max(ratios)]
    return [
        replace(middle, what=f"{way}, median of {len(measured)}: {_condition(middle)}", target=0.1),
        replace(slowest, what=f"{way}, slowest: {_condition(slowest)}", target=1.0),
        *measured,
    ]


def _condition(row: Row) -> str:
    return row.what.partition(": ")[2]


def _hex(number: int) -> str:
    return format(number, "016x")


def _moment(ns: int) -> datetime:
    return datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=ns // 1000)
