"""The rule that things happen one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pytest_flock_trace.model.evidence import place
from pytest_flock_trace.model.pattern import PatternLike
from pytest_flock_trace.model.rules.counting import demanded
from pytest_flock_trace.model.rules.finding import Finding
from pytest_flock_trace.model.rules.rule import Rule

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern
    from pytest_flock_trace.model.tree import SpanTree


@dataclass(frozen=True, repr=False)
class Order(Rule):
    """Some match of each step starts at or after the end of some match of the step before, all along the chain."""

    steps: tuple[Pattern, ...]
    vacuous_ok: bool = False

    @property
    def patterns(self) -> Sequence[Pattern]:
        """The steps."""
        return self.steps

    def examine(self, tree: SpanTree) -> Finding:
        """The chain that ends earliest, as far as it goes."""
        choices = [step.positions(tree) for step in self.steps]
        chain = _earliest_chain(tree, choices)
        if len(chain) < len(choices):
            return self._broken(tree, chain, choices)
        return Finding(
            holds=True,
            sentence="each step has a match after the one before",
            spans=chain,
            pairs=list(pairwise(chain)),
        )

    def _broken(self, tree: SpanTree, chain: Sequence[int], choices: Sequence[Sequence[int]]) -> Finding:
        step, matches = self.steps[len(chain)], choices[len(chain)]
        early = [at for at in matches if at not in chain]
        complaint = f"no span matches {step!r}"
        if early:
            complaint = f"none that matches {step!r} starts after the end of {place(tree, chain[-1])}"
        elif matches:
            complaint = f"no other span matches {step!r}"
        return Finding(
            holds=False,
            sentence=complaint,
            spans=[*chain, *early],
            remarks=["in order"] * len(chain) + ["too early"] * len(early),
            missing=[pattern for pattern, found in zip(self.steps, choices) if not found],
            sought=[] if matches else [step],
        )

    def __repr__(self) -> str:
        return f"order({', '.join(map(repr, self.steps))})"


def _earliest_chain(tree: SpanTree, choices: Sequence[Sequence[int]]) -> list[int]:
    """A span for each step, all different, such that the chain ends as early as it can; as far as it goes."""
    chain: list[int] = []
    seats: dict[int, int] = {}  # spans that start and end at the moment reached, with the step that each stands for
    for step, matches in enumerate(choices):
        moment = tree.ends[chain[-1]] if chain else None
        if moment is not None and _seated(tree, choices, step, moment, seats, set()):
            chain.append(-1)
            for at, taken in seats.items():
                chain[taken] = at
            continue
        later = [at for at in matches if moment is None or tree.ends[at] > moment <= tree.starts[at]]
        if not later:
            break
        chain.append(min(later, key=lambda at: (tree.ends[at], at)))
        seats = {chain[-1]: step} if tree.starts[chain[-1]] == tree.ends[chain[-1]] else {}
    return chain


def _seated(
    tree: SpanTree, choices: Sequence[Sequence[int]], step: int, moment: int, seats: dict[int, int], asked: set[int]
) -> bool:
    """Give the step a span of no length at this moment, for which earlier steps may have to move to others there.

    Every span is asked once, and no more steps than there are move: Kuhn's algorithm for bipartite matching (1955).
    """
    for at in choices[step]:
        if at not in asked and tree.starts[at] == tree.ends[at] == moment:
            asked.add(at)
            if at not in seats or _seated(tree, choices, seats[at], moment, seats, asked):
                seats[at] = step
                return True
    return False


def order(first: PatternLike, second: PatternLike, /, *more: PatternLike) -> Rule:
    """The trace has matches of all patterns in this order, each starting at or after the end of the one before.

    It holds where one such chain exists; other matches may stand before or between. That *every* `second` comes after
    a `first` is said by `precedence`.
    """
    return Order(tuple(map(demanded, (first, second, *more))))
