"""What bugs would make of a trace: a bounded, repeatable choice of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from random import Random
from typing import Final

from pytest_flock_trace.analysis.mutation.delay import slowed
from pytest_flock_trace.analysis.mutation.ending import failed, silenced, succeeded, unfinished
from pytest_flock_trace.analysis.mutation.exchange import exchanged
from pytest_flock_trace.analysis.mutation.flow import also_taken_up, not_taken_up
from pytest_flock_trace.analysis.mutation.identity import other_agent, other_tool
from pytest_flock_trace.analysis.mutation.look import Look, look_of
from pytest_flock_trace.analysis.mutation.mutant import Mutant, Operator, Proposal
from pytest_flock_trace.analysis.mutation.omission import bypassed, cut_short, dropped
from pytest_flock_trace.analysis.mutation.placement import moved_out, moved_over
from pytest_flock_trace.analysis.mutation.repetition import repeated
from pytest_flock_trace.analysis.mutation.round import called_back, came_back
from pytest_flock_trace.analysis.mutation.scene import Scene
from pytest_flock_trace.model.span import SpanKey
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree

MOST: Final = 100
"""Mutants of one trace."""
OPERATORS: Final[Mapping[str, Operator]] = {
    "drop": dropped,
    "bypass": bypassed,
    "cut short": cut_short,
    "repeat": repeated,
    "exchange": exchanged,
    "move out": moved_out,
    "move over": moved_over,
    "fail": failed,
    "succeed": succeeded,
    "lose event": silenced,
    "leave open": unfinished,
    "slow": slowed,
    "other agent": other_agent,
    "other tool": other_tool,
    "lose artifact": not_taken_up,
    "add artifact": also_taken_up,
    "come back": came_back,
    "call back": called_back,
}
"""By kind, in the order in which they take turns."""


def mutants(
    trace: Trace, *, seed: int = 0, most: int = MOST, among: Collection[SpanKey] | None = None
) -> Iterator[Mutant]:
    """The trace as each of several bugs would have left it, at most so many, the same for the same seed.

    Every kind of bug has its turn, and every kind of span before a second of that kind. A change that no check could
    see is left out, and so is one that another has made already. `among` limits the spans that they befall to those
    with these keys.
    """
    scene = Scene(trace.tree, among)
    seen: set[Look] = {look_of(trace.tree)}
    made = 0
    for kind, proposal in _in_turn(_queues(scene, Random(seed))):  # noqa: S311  # a choice of bugs guards no secret
        if made >= most:
            return
        mutant = _mutant(trace, kind, proposal)
        look = look_of(mutant.trace.tree)
        if look not in seen:
            seen.add(look)
            made += 1
            yield mutant


def _mutant(trace: Trace, kind: str, proposal: Proposal) -> Mutant:
    edit = proposal.edit()
    tree = SpanTree(edit.spans, agents_known=not edit.other_agents)
    return Mutant(trace.with_tree(tree), proposal.sentence, trace.tree.spans[proposal.at], kind, edit.copies)


def _queues(scene: Scene, random: Random) -> Mapping[str, deque[Proposal]]:
    return {kind: deque(_varied(scene, list(operator(scene)), random)) for kind, operator in OPERATORS.items()}


def _varied(scene: Scene, proposals: Sequence[Proposal], random: Random) -> list[Proposal]:
    """The same in an order in which each kind of span has one before any has its second, agents first."""
    groups: dict[tuple[str, str], list[Proposal]] = {}
    for proposal in sorted(proposals, key=lambda proposal: scene.rank(proposal.at)):
        groups.setdefault(scene.group(proposal.at), []).append(proposal)
    for group in groups.values():
        random.shuffle(group)
    rounds = max(map(len, groups.values()), default=0)
    return [group[number] for number in range(rounds) for group in groups.values() if number < len(group)]


def _in_turn(queues: Mapping[str, deque[Proposal]]) -> Iterator[tuple[str, Proposal]]:
    waiting = dict(queues)
    while waiting:
        for kind, queue in list(waiting.items()):
            if queue:
                yield kind, queue.popleft()
            else:
                del waiting[kind]
