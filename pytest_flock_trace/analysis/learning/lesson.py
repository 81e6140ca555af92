"""What some traces teach: a few rules that all of them obey, chosen for what they notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from pytest_flock_trace.analysis.learning.another_round import another_round
from pytest_flock_trace.analysis.learning.cover import cover
from pytest_flock_trace.analysis.learning.families import candidates
from pytest_flock_trace.analysis.learning.vocabulary import Vocabulary
from pytest_flock_trace.analysis.mutation.mutant import Mutant
from pytest_flock_trace.analysis.mutation.mutants import mutants
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.model.trace import Trace

MOST_RULES: Final = 12
_MUTATED: Final = 6
"""Traces of which mutants are made, short ones and long ones."""
_MUTANTS: Final = 40
"""Of each of them; twice the number of kinds of bugs."""
_ENOUGH: Final = 3
"""Traces in which a rule must have had a subject; where there are fewer, all."""
_UNTIMED: Final = frozenset({"slow", "leave open"})
"""Kinds of mutants that no rule here speaks of: how long things take is a matter of budgets."""

Progress = Callable[[int, int], None]
"""Told how many steps are done, of how many."""


@dataclass(frozen=True)
class LearntRule:
    """A rule that no trace breaks."""

    rule: Rule
    support: int
    """How many traces had a subject for it and obeyed."""
    kills: int
    """How many mutants break it."""
    alone: int
    """How many of these break none of the rules before it."""


@dataclass(frozen=True)
class Lesson:
    """The rules, those that notice most first."""

    rules: Sequence[LearntRule]
    killed: int
    """How many mutants break at least one of the rules."""
    survivors: Sequence[str]
    """What none of them would notice: "the critic ran twice"."""
    traces: int
    """How many there were."""
    working: int
    """In how many of these somebody was at work; the others, such as those of a set-up, only must not break a rule."""
    mutants: int


def learn(traces: Sequence[Trace], *, most: int = MOST_RULES, progress: Progress = lambda done, of: None) -> Lesson:
    """Rules that hold in all of the traces, as few as notice all that any of those tried here would notice.

    A rule that had a subject in only one or two of many traces is not among them.
    """
    words = Vocabulary.of(trace.tree for trace in traces)
    working = [trace for trace in traces if words.keys(trace.tree)]
    made = candidates([trace.tree for trace in working], words, guarded=len(working) < len(traces))
    tried = list({repr(rule): rule for rule in made}.values()) if working else []
    changed = _changed(working, words)
    steps = len(traces) + len(changed)
    supports = dict.fromkeys(range(len(tried)), 0)
    for done, trace in enumerate(traces):
        progress(done, steps)
        for at in list(supports):
            outcome = tried[at].verdict(trace).outcome
            supports[at] += outcome == "passed" and trace in working
            if outcome == "failed":
                del supports[at]
    kills = {at: 0 for at, support in supports.items() if support >= min(_ENOUGH, len(working))}
    for number, mutant in enumerate(changed):
        progress(len(traces) + number, steps)
        for at in kills:
            kills[at] |= (tried[at].verdict(mutant.trace).outcome == "failed") << number
    held = [(tried[at], supports[at], killed) for at, killed in kills.items()]
    chosen = [held[place] for place in cover([killed for *_, killed in held], most, _worth(changed))]
    return Lesson(*_judged(chosen, changed), traces=len(traces), working=len(working), mutants=len(changed))


def _changed(traces: Sequence[Trace], words: Vocabulary) -> list[Mutant]:
    """What bugs would make of what the words speak of."""
    sample = (mutants(trace, most=_MUTANTS, among=words.keys(trace.tree)) for trace in _various(traces))
    return [*another_round(traces), *(one for one in chain.from_iterable(sample) if one.kind not in _UNTIMED)]


def _worth(changed: Sequence[Mutant]) -> list[float]:
    """Each kind of bug counts the same, of however many mutants."""
    kinds = Counter(mutant.kind for mutant in changed)
    return [1 / kinds[mutant.kind] for mutant in changed]


def _judged(
    chosen: Sequence[tuple[Rule, int, int]], changed: Sequence[Mutant]
) -> tuple[Sequence[LearntRule], int, Sequence[str]]:
    """The rules, how many of the mutants break them, and what they would not notice."""
    rules: list[LearntRule] = []
    noticed = 0
    for rule, support, killed in chosen:
        rules.append(LearntRule(rule, support, killed.bit_count(), (killed & ~noticed).bit_count()))
        noticed |= killed
    unseen = [mutant.sentence for number, mutant in enumerate(changed) if not noticed >> number & 1]
    return rules, noticed.bit_count(), list(dict.fromkeys(unseen))


def _various(traces: Sequence[Trace]) -> list[Trace]:
    """Some of the traces, from the shortest to the longest."""
    ordered = sorted(traces, key=len)
    if len(ordered) <= _MUTATED:
        return ordered
    return [ordered[at * (len(ordered) - 1) // (_MUTATED - 1)] for at in range(_MUTATED)]
