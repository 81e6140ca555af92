"""Rules on the graph of who called whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_flock_trace.errors import BadArgument, BadPattern
from pytest_flock_trace.model.calls import Call, Level, calls, level_of, returns
from pytest_flock_trace.model.cycles import components, shortest_cycle
from pytest_flock_trace.model.matcher import text_test
from pytest_flock_trace.model.rules.finding import Finding
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.model.text import count_of

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern
    from pytest_flock_trace.model.tree import SpanTree

_ARROW = re.compile(r"\s*(?:->|→)\s*")


@dataclass(frozen=True, repr=False)
class Acyclic(Rule):
    """Nobody calls themselves, directly or through others, or no more than so many times on one chain of calls."""

    by: Level
    max_rounds: int | None
    vacuous_ok: bool = False

    @property
    def patterns(self) -> Sequence[Pattern]:
        """None: it speaks of all."""
        return ()

    def examine(self, tree: SpanTree) -> Finding:
        """The calls of a shortest way round in each component, or those that come back too often."""
        made = calls(tree, self.by)
        if not made:
            return Finding(holds=True, sentence="nobody called anybody", idle=f"no {self.by} calls another")
        return self._cycles(made) if self.max_rounds is None else self._rounds(tree, made, self.max_rounds)

    def _cycles(self, made: Sequence[Call]) -> Finding:
        edges: dict[str, dict[str, Call]] = {}
        for call in made:
            edges.setdefault(call.source, {}).setdefault(call.target, call)
        ways = [shortest_cycle(component, edges) for component in components(edges)]
        if not ways:
            return Finding(holds=True, sentence="there is no cycle", spans=[call.callee for call in made])
        said = "; ".join(" → ".join([*way, way[0]]) for way in ways)
        steps = [edges[source][target] for way in ways for source, target in zip(way, [*way[1:], way[0]])]
        remarks = [f"called by {call.source}" for call in steps]
        return Finding(
            holds=False,
            sentence=f"{count_of(len(ways), 'cycle')}: {said}",
            spans=[call.callee for call in steps],
            remarks=remarks,
        )

    def _rounds(self, tree: SpanTree, made: Sequence[Call], most: int) -> Finding:
        rounds = returns(tree, self.by)
        over = [at for at, number in rounds.items() if number > most]
        worst = max(rounds.values(), default=0)
        return Finding(
            holds=not over,
            sentence=f"one chain of calls comes back {count_of(worst, 'time')}, expected at most {most}",
            spans=over or [call.callee for call in made],
            remarks=[f"round {rounds[at]} of one chain of calls" for at in over],
        )

    def __repr__(self) -> str:
        notes = [] if self.by == "agent" else [f"by={self.by!r}"]
        notes += [] if self.max_rounds is None else [f"max_rounds={self.max_rounds}"]
        return f"acyclic({', '.join(notes)})"


@dataclass(frozen=True, repr=False)
class OnlyEdges(Rule):
    """Nobody calls anybody but as listed."""

    edges: tuple[tuple[str, str], ...]
    by: Level
    vacuous_ok: bool = False

    @property
    def patterns(self) -> Sequence[Pattern]:
        """None: it speaks of all."""
        return ()

    def examine(self, tree: SpanTree) -> Finding:
        """The calls that are not listed, else all calls."""
        made = calls(tree, self.by)
        if not made:
            return Finding(holds=True, sentence="nobody called anybody", idle=f"no {self.by} calls another")
        listed = [(text_test("edge", source), text_test("edge", target)) for source, target in self.edges]
        other = [call for call in made if not any(test(call.source) and to(call.target) for test, to in listed)]
        edges = list(dict.fromkeys(f"{call.source} -> {call.target}" for call in other))
        return Finding(
            holds=not other,
            sentence=f"{len(other) or 'none'} of {count_of(len(made), 'call')} not listed{': ' * bool(other)}"
            + ", ".join(edges),
            spans=[call.callee for call in other or made],
            remarks=[f"called by {call.source}" for call in other],
        )

    def __repr__(self) -> str:
        notes = [] if self.by == "agent" else [f"by={self.by!r}"]
        return f"only_edges({', '.join([*(repr(f'{source} -> {target}') for source, target in self.edges), *notes])})"


def acyclic(by: Level = "agent", max_rounds: int | None = None, *, vacuous_ok: bool = False) -> Rule:
    """No agent (service, operation) causes itself to be called again; with `max_rounds`, no chain does so more often.

    One round is one return of a chain of calls to the same agent: writer → critic → writer.
    """
    if max_rounds is not None and (isinstance(max_rounds, bool) or not isinstance(max_rounds, int) or max_rounds < 0):
        raise BadArgument(f"max_rounds={max_rounds!r} is no count; give a whole number, 0 or more")
    return Acyclic(level_of(by), max_rounds, vacuous_ok)


def only_edges(*edges: str, by: Level = "agent", vacuous_ok: bool = False) -> Rule:
    """Nobody calls anybody but as these say: `only_edges("planner -> researcher")`. Names may be globs."""
    if not edges:
        raise BadPattern("only_edges() lists no edge; write only_edges('planner -> researcher')")
    return OnlyEdges(tuple(map(_edge, edges)), level_of(by), vacuous_ok)


def _edge(text: str) -> tuple[str, str]:
    ends = _ARROW.split(text.strip()) if isinstance(text, str) else []
    if len(ends) != 2 or not all(ends):
        raise BadPattern(f"{text!r} is no edge; write each as 'planner -> researcher'")
    return ends[0], ends[1]
