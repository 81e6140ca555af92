"""Rules on the graph of who led to whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.errors import BadArgument, BadPattern
from pytest_flock_trace.model.calls import Level, level_of, returns
from pytest_flock_trace.model.field_condition import TextCondition
from pytest_flock_trace.model.matcher import text_test
from pytest_flock_trace.model.passages import EXTERNAL, Layer, Passage, chain_rounds, passages
from pytest_flock_trace.model.pattern import Pattern
from pytest_flock_trace.model.rules.finding import Finding
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.model.text import count_of
from pytest_flock_trace.model.ways_round import ways_round

if TYPE_CHECKING:
    from pytest_flock_trace.model.tree import SpanTree

_CHAINS: Final[dict[Layer, str]] = {"artifact": "artifacts", "call": "calls"}
"""The layers that are judged, and what their chains are made of."""
_TOLD = 5
_ARROW = re.compile(r"\s*(?:->|→)\s*")


@dataclass(frozen=True, repr=False)
class Acyclic(Rule):
    """Nobody leads back to themselves, directly or through others, or no more than so many times on one chain."""

    by: Level
    max_rounds: int | None
    vacuous_ok: bool = False

    @property
    def patterns(self) -> Sequence[Pattern]:
        """None: it speaks of all."""
        return ()

    def examine(self, tree: SpanTree) -> Finding:
        """The ways round of the first layer that has any, or the invocations that come back too often there."""
        layers = _layers(tree, self.by)
        if not layers:
            return _nobody(self.by)
        findings = [
            _cycles(layer, made) if self.max_rounds is None else self._rounds(tree, layer, made, self.max_rounds)
            for layer, made in layers
        ]
        return next((finding for finding in findings if not finding.holds), findings[0])

    def _rounds(self, tree: SpanTree, layer: Layer, made: Sequence[Passage], most: int) -> Finding:
        rounds = chain_rounds(made) if layer == "artifact" else returns(tree, self.by)
        over = [at for at, number in sorted(rounds.items()) if number > most]
        worst = max(rounds.values(), default=0)
        chain = _CHAINS[layer]
        return Finding(
            holds=not over,
            sentence=f"one chain of {chain} comes back {count_of(worst, 'time')}, expected at most {most}",
            spans=over or _targets(made),
            remarks=[f"round {rounds[at]} of one chain of {chain}" for at in over],
        )

    def __repr__(self) -> str:
        notes = [] if self.by == "agent" else [f"by={self.by!r}"]
        notes += [] if self.max_rounds is None else [f"max_rounds={self.max_rounds}"]
        return f"acyclic({', '.join(notes)})"


@dataclass(frozen=True, repr=False)
class OnlyEdges(Rule):
    """Nobody leads to anybody but as listed."""

    edges: tuple[tuple[str, str], ...]
    by: Level
    vacuous_ok: bool = False

    @property
    def patterns(self) -> Sequence[Pattern]:
        """Those whom the edges name."""
        return [Pattern([TextCondition.of(self.by, name)]) for name in dict.fromkeys(chain.from_iterable(self.edges))]

    def examine(self, tree: SpanTree) -> Finding:
        """The passages of any layer that are not listed, else all of them."""
        made = [passage for _, passages_of in _layers(tree, self.by) for passage in passages_of]
        if not made:
            return _nobody(self.by)
        listed = [(text_test("edge", source), text_test("edge", target)) for source, target in self.edges]
        other = [one for one in made if not any(test(one.source) and to(one.target) for test, to in listed)]
        edges = list(dict.fromkeys(f"{passage.source} -> {passage.target}" for passage in other))
        told = f"not listed: {', '.join(edges)}" if other else f"{count_of(len(set(_pairs(made))), 'edge')}, all listed"
        remarks = {passage.went_to: _how(passage) for passage in reversed(other)}
        return Finding(
            holds=not other,
            sentence=told,
            spans=sorted(remarks) if other else _targets(made),
            remarks=[remarks[at] for at in sorted(remarks)],
        )

    def __repr__(self) -> str:
        notes = [] if self.by == "agent" else [f"by={self.by!r}"]
        return f"only_edges({', '.join([*(repr(f'{source} -> {target}') for source, target in self.edges), *notes])})"


def acyclic(by: Level = "agent", max_rounds: int | None = None, *, vacuous_ok: bool = False) -> Rule:
    """No agent (service, operation) sets itself going again; with `max_rounds`, no chain of causes does so more often.

    That is judged on the artifact layer and on the call layer, each by itself. One round is one return of a chain to
    the same agent: writer → critic → writer.
    """
    if max_rounds is not None and (isinstance(max_rounds, bool) or not isinstance(max_rounds, int) or max_rounds < 0):
        raise BadArgument(f"max_rounds={max_rounds!r} is no count; give a whole number, 0 or more")
    return Acyclic(level_of(by), max_rounds, vacuous_ok)


def only_edges(*edges: str, by: Level = "agent", vacuous_ok: bool = False) -> Rule:
    """Nobody leads to anybody but as these say: `only_edges("planner -> researcher")`. Names may be globs.

    Artifacts and calls both count; what comes from outside, or goes there, does not.
    """
    if not edges:
        raise BadPattern("only_edges() lists no edge; write only_edges('planner -> researcher')")
    return OnlyEdges(tuple(map(_edge, edges)), level_of(by), vacuous_ok)


def _edge(text: str) -> tuple[str, str]:
    ends = _ARROW.split(text.strip()) if isinstance(text, str) else []
    if len(ends) != 2 or not all(ends):
        raise BadPattern(f"{text!r} is no edge; write each as 'planner -> researcher'")
    return ends[0], ends[1]


def _layers(tree: SpanTree, by: Level) -> list[tuple[Layer, list[Passage]]]:
    """The passages of the artifact and the call layer between those who have names, as far as there are any."""
    found: list[tuple[Layer, list[Passage]]] = []
    for layer in _CHAINS:
        named = [one for one in passages(tree, by, layer) if EXTERNAL not in (one.source, one.target)]
        if named:
            found.append((layer, named))
    return found


def _cycles(layer: Layer, made: Sequence[Passage]) -> Finding:
    edges: dict[str, dict[str, Passage]] = {}
    for passage in made:
        edges.setdefault(passage.source, {}).setdefault(passage.target, passage)
    found = ways_round(edges)
    if not found.cycles:
        return Finding(holds=True, sentence=f"there is no cycle of {_CHAINS[layer]}", spans=_targets(made))
    said = "; ".join(" → ".join([*way, way[0]]) for way in found.cycles[:_TOLD])
    more = f"; … {len(found.cycles) - _TOLD} more" if len(found.cycles) > _TOLD else ""
    cap = f" ({found.cap})" if found.cap else ""
    steps = {edges[source][target] for way in found.cycles for source, target in zip(way, [*way[1:], way[0]])}
    remarks = {passage.went_to: _how(passage) for passage in sorted(steps, key=lambda one: -one.went_to)}
    return Finding(
        holds=False,
        sentence=f"{count_of(len(found.cycles), 'cycle')} of {_CHAINS[layer]}{cap}: {said}{more}",
        spans=sorted(remarks),
        remarks=[remarks[at] for at in sorted(remarks)],
    )


def _nobody(by: Level) -> Finding:
    return Finding(holds=True, sentence="nobody led to anybody", idle=f"no {by} leads to another")


def _targets(made: Sequence[Passage]) -> Sequence[int]:
    return sorted({passage.went_to for passage in made})


def _pairs(made: Sequence[Passage]) -> Sequence[tuple[str, str]]:
    return [(passage.source, passage.target) for passage in made]


def _how(passage: Passage) -> str:
    if passage.came_from == passage.producer and passage.identifier is None and passage.artifact is None:
        return f"called by {passage.source}"
    return f"took {passage.artifact or 'an artifact'} from {passage.source}"
