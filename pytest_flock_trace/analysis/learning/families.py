"""Rules that some traces might obey, family by family, those that are easiest to read first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from typing import Final

from pytest_flock_trace.analysis.learning.vocabulary import Vocabulary
from pytest_flock_trace.model.passages import EXTERNAL, Layer, chain_rounds, passages
from pytest_flock_trace.model.pattern import Pattern, span
from pytest_flock_trace.model.rules.counting import Occurrences, at_least, at_most, exactly, never
from pytest_flock_trace.model.rules.declare import (
    alternate_precedence,
    alternate_response,
    coexistence,
    end,
    init,
    precedence,
    response,
)
from pytest_flock_trace.model.rules.graph import acyclic, only_edges
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.model.rules.universal import each, when
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.tree import SpanTree

Trees = Sequence[SpanTree]
Family = Callable[[Trees, Vocabulary], Iterator[Rule]]
_LAYERS: Final[Sequence[Layer]] = ("artifact", "call")
_SOME_AGENT: Final = span(agent="*")


def candidates(trees: Trees, words: Vocabulary, *, guarded: bool = False) -> Iterator[Rule]:
    """Every rule that is worth trying; most of them hold in few of the traces.

    With `guarded` those that demand something do so only where somebody is at work.
    """
    for family in FAMILIES:
        for rule in family(trees, words):
            yield rule
            if guarded and isinstance(rule, Occurrences) and rule.number:
                yield when(_somebody(words), then=rule)


def _somebody(words: Vocabulary) -> Pattern:
    if words.agents or words.tools:
        return _SOME_AGENT if words.agents else span(tool="*")
    somebody = words.names[0]
    for name in words.names[1:]:
        somebody = somebody | name
    return somebody


def _failures(trees: Trees, words: Vocabulary) -> Iterator[Rule]:
    del trees
    failed = span(status="error")
    yield never(failed)
    yield from (never(party & failed) for party in words.parties)


def _numbers(trees: Trees, words: Vocabulary) -> Iterator[Rule]:
    """As many as there always were; else no fewer and no more than there were."""
    for party in words.parties:
        counts = [len(party.positions(tree)) for tree in trees]
        fewest, most = min(counts), max(counts)
        if fewest == most:
            yield exactly(most, party)
        if fewest:
            yield at_least(fewest, party)
        yield at_most(most, party)


def _graph(trees: Trees, words: Vocabulary) -> Iterator[Rule]:
    """Who leads to whom, and how often one chain comes back to the same agent."""
    if not words.agents:
        return
    edges: dict[str, None] = {}
    rounds = 0
    for tree in trees:
        for layer in _LAYERS:
            made = [one for one in passages(tree, "agent", layer) if EXTERNAL not in (one.source, one.target)]
            edges.update(dict.fromkeys(f"{one.source} -> {one.target}" for one in made))
            rounds = max(rounds, *chain_rounds(made).values(), 0)
    if edges:
        yield only_edges(*sorted(edges))
        yield acyclic(max_rounds=rounds) if rounds else acyclic()


def _orders(trees: Trees, words: Vocabulary) -> Iterator[Rule]:
    del trees
    for one, other in permutations(words.parties, 2):
        yield precedence(one, other)
        yield response(one, other)
        yield alternate_precedence(one, other)
        yield alternate_response(one, other)
    for one, other in permutations(words.parties, 2):
        if repr(one) < repr(other):
            yield coexistence(one, other)
    for agent in words.agents:
        yield init(agent, among=_SOME_AGENT)
        yield end(agent, among=_SOME_AGENT)


def _places(trees: Trees, words: Vocabulary) -> Iterator[Rule]:
    for one in words.parties:
        parents = [tree.parents[at] for tree in trees for at in one.positions(tree)]
        spans = [tree.spans for tree in trees for _ in one.positions(tree)]
        above = {_name(own[at]) if at >= 0 else None for own, at in zip(spans, parents)}
        if len(above) == 1 and (parent := above.pop()) is not None:
            yield each(one, child_of=parent)
    for one, other in permutations(words.parties, 2):
        yield each(one, under=other)


def _name(parent: Span) -> Pattern:
    """What a test would call a span that others stand under."""
    return span(parent.name) if parent.agent is None else span(agent=parent.agent)


def _causes(trees: Trees, words: Vocabulary) -> Iterator[Rule]:
    del trees
    for one, other in permutations(words.agents, 2):
        yield each(one, caused_by=other)


FAMILIES: Final[Sequence[Family]] = (_failures, _numbers, _graph, _orders, _causes, _places)
