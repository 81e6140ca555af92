"""Runs that go once more round than any has gone: the bug of loops, which a copy of one span does not make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pytest_flock_trace.analysis.mutation.mutant import Mutant
from pytest_flock_trace.analysis.mutation.repetition import copied
from pytest_flock_trace.model.span import Link, Span, SpanKey, with_contents
from pytest_flock_trace.model.text import one_line
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree

KIND = "another round"


def another_round(traces: Sequence[Trace]) -> Iterator[Mutant]:
    """For each agent that came back to work, the trace in which it did so most often with its last round twice."""
    longest: dict[str, tuple[Trace, list[int]]] = {}
    for trace in traces:
        for agent, turns in _turns(trace.tree).items():
            if len(turns) > len(longest.get(agent, (trace, [0]))[1]):
                longest[agent] = trace, turns
    for agent, (trace, turns) in longest.items():
        tree = trace.tree
        changed = trace.with_tree(SpanTree(_Round(tree, turns[-2], turns[-1]).twice(), agents_known=True))
        sentence = f"{one_line(agent)} had one turn more, with all that comes of it"
        yield Mutant(changed, sentence, tree.spans[turns[-1]], KIND)


def _turns(tree: SpanTree) -> dict[str, list[int]]:
    """Invocations of each agent that follow each other under one parent."""
    turns: dict[str, list[int]] = {}
    for at, span in enumerate(tree.spans):
        if span.agent is None:
            continue
        before = turns.setdefault(span.agent, [])
        if not before or _follows(tree, before[-1], at):
            before.append(at)
    return turns


def _follows(tree: SpanTree, turn: int, other: int) -> bool:
    start = tree.starts[other]  # later than the turn's: what takes no time has no round
    return tree.starts[turn] < start >= tree.ends[turn] and tree.parents[turn] == tree.parents[other]


@dataclass(frozen=True)
class _Round:
    """What started from one invocation of an agent up to its next."""

    tree: SpanTree
    first: int
    following: int

    def twice(self) -> list[Span]:
        """All spans and the round once more, which takes up what it left before; what came later comes after it."""
        spans, turn = self.tree.spans, self.tree.spans[self.following].start_ns
        delay = turn - spans[self.first].start_ns
        inside = [span for span in spans if turn - delay <= span.start_ns < turn]
        copies = copied(inside, delay_ns=delay)
        ids = {span.key: copy.span_id for span, copy in zip(inside, copies)}
        made = {one: two for span, copy in zip(inside, copies) for one, two in zip(span.produced, copy.produced)}
        opening = self.tree.spans[self.following]
        again = {
            spans[self.first].key: with_contents(
                copies[inside.index(spans[self.first])], consumed=opening.consumed, links=opening.links
            )
        }
        later = [self._moved(span, turn, delay, ids, made) for span in spans]
        return [*later, *(again.get(span.key, copy) for span, copy in zip(inside, copies))]

    def _moved(self, span: Span, turn: int, delay: int, ids: dict[SpanKey, str], made: dict[str, str]) -> Span:
        """The span as it is after the round has been gone twice."""
        if span.start_ns < turn:
            longer = span.end_ns + delay if span.end_ns >= turn and span.key not in ids else span.end_ns
            return with_contents(span, end_ns=longer)
        return with_contents(
            span,
            start_ns=span.start_ns + delay,
            end_ns=span.end_ns + delay,
            consumed=tuple(made.get(artifact, artifact) for artifact in span.consumed),
            links=tuple(_link(link, span.trace_id, ids) for link in span.links),
        )


def _link(link: Link, trace_id: str, ids: dict[SpanKey, str]) -> Link:
    return replace(link, span_id=ids.get((link.trace_id or trace_id, link.span_id), link.span_id))
