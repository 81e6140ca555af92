"""Whether the runs of a session got slower than their baseline, and which parts of their time did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Final

from pytest_flock_trace.analysis.baseline import Baseline, structures
from pytest_flock_trace.analysis.baseline_change import FEWEST_RUNS, WHOLE, Change
from pytest_flock_trace.analysis.baseline_sample import Sample
from pytest_flock_trace.analysis.false_discovery import attainable, discovered
from pytest_flock_trace.analysis.rank_test import least_p

LEVEL: Final = 0.01
"""The chance that a session in which nothing has changed finds anything slower."""


@dataclass(frozen=True)
class RunComparison:
    """The runs of one name and structure in one test, at present and in the baseline."""

    test: str
    run: str
    before: Sequence[Sample]
    """Those that were recorded in the present environment; if there are none, those from elsewhere."""
    now: Sequence[Sample]
    elsewhere: bool
    """The baseline knows these runs from other environments only, so their time is told and not judged."""
    fewest_now: int = FEWEST_RUNS
    """How many present runs it takes to judge their time; less than there are where it was judged."""
    slower: Sequence[Change] = ()
    """What grew by more than chance explains and by enough to matter; the run first, then parts by their growth."""

    @property
    def judged(self) -> bool:
        """Time was judged."""
        return not self.elsewhere and len(self.before) >= FEWEST_RUNS and len(self.now) >= self.fewest_now

    @property
    def whole(self) -> Change:
        """The duration of the run."""
        return self._change(WHOLE, lambda sample: sample.duration_ns)

    def parts(self) -> list[Change]:
        """What held the critical path, the part that grew most first."""
        return self._by_growth(lambda sample: sample.path_ns)

    def totals(self) -> list[Change]:
        """The spans of each label taken together, those that grew most first. They are told and not judged."""
        return self._by_growth(lambda sample: sample.totals_ns)

    def _by_growth(self, times: Callable[[Sample], Mapping[str, int]]) -> list[Change]:
        names = {name for sample in (*self.before, *self.now) for name in times(sample)}

        def held(name: str, sample: Sample) -> int:
            return times(sample).get(name, 0)

        changes = [self._change(name, partial(held, name)) for name in names]
        return sorted(changes, key=lambda change: (-int(change.growth), change.what))

    def _change(self, what: str, time: Callable[[Sample], int]) -> Change:
        sessions: dict[str, list[int]] = {}
        for sample in self.before:
            sessions.setdefault(sample.session, []).append(time(sample))
        return Change(what, list(sessions.values()), [time(sample) for sample in self.now])


@dataclass(frozen=True)
class _Question:
    """Whether this got slower."""

    pair: int
    """Place of the comparison that it belongs to."""
    change: Change
    least_p: float


def compared(before: Baseline, now: Baseline, environment: str) -> list[RunComparison]:
    """A comparison of all runs of the present whose test, name and structure the baseline knows.

    Asked are a run's duration and every part of its critical path that is long enough to have grown by what matters,
    each with a one-sided rank test. The whole session is corrected for how much is asked: where nothing has changed,
    the chance to find anything slower is at most `LEVEL`. `environment` is the name of the present one.
    """
    pairs = [pair for test, name in _runs(now) for pair in _pairs(test, name, before, now, environment)]
    questions = [question for at, pair in enumerate(pairs) for question in _questions(at, pair)]
    able = [question for question in questions if pairs[question.pair].judged]
    asked = [able[at] for at in attainable([question.least_p for question in able], LEVEL)]
    found = discovered([question.change.p for question in asked], LEVEL)
    slower: dict[int, list[Change]] = {}
    for at, question in enumerate(asked):
        if at in found and question.change.matters:
            slower.setdefault(question.pair, []).append(question.change)
    unasked = {question.pair for question in questions} - {question.pair for question in asked}
    return [
        replace(
            pair,
            slower=slower.get(at, ()),
            fewest_now=_needed(pair, len(questions)) if at in unasked else FEWEST_RUNS,
        )
        for at, pair in enumerate(pairs)
    ]


def _runs(now: Baseline) -> Iterator[tuple[str, str]]:
    return ((test, name) for test, runs in now.tests.items() for name in runs)


def _pairs(test: str, run: str, before: Baseline, now: Baseline, environment: str) -> Iterator[RunComparison]:
    known = structures(before.tests.get(test, {}).get(run, ()))
    for structure, samples in structures(now.tests[test][run]).items():
        if structure in known:
            here = [sample for sample in known[structure] if sample.environment == environment]
            present = [sample for sample in samples if sample.environment == environment]
            yield RunComparison(test, run, here or known[structure], present, elsewhere=not here)


def _questions(at: int, pair: RunComparison) -> list[_Question]:
    if pair.elsewhere:
        return []
    least = least_p(len(pair.now), len(pair.before))
    return [_Question(at, change, least) for change in (pair.whole, *pair.parts()) if change.could_matter]


def _needed(pair: RunComparison, questions: int) -> int:
    """How many present runs can give a p-value that is small enough among so many questions."""
    before = max(FEWEST_RUNS, len(pair.before))
    return next(now for now in count(FEWEST_RUNS) if least_p(now, before) <= LEVEL / questions)
