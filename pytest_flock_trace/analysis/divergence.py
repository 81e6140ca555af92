"""Where trials that fail part from those that pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from pytest_flock_trace.analysis.course import Course, Deviation, deviations

_MOST_CANDIDATES = 20
"""Courses that are compared with all others where no single one is the most frequent."""


@dataclass(frozen=True)
class Divergence:
    """The first thing that some of the failing trials do and passing ones do not, or the other way round."""

    trials: Sequence[int]
    """Which of the failing trials, by their places."""
    usual: Course
    """What most passing trials do."""
    course: Course
    """What the first of the trials did."""
    column: int
    """Where in the usual course they part."""
    row: int
    """Where in the trial's own."""


def divergences(passing: Sequence[Course], failing: Sequence[Course]) -> list[Divergence]:
    """Where they part, the place that most failing trials share first; none for trials that do as passing ones do.

    The passing trials' most frequent course is what each trial is compared with. A failing trial parts from them with
    its first deviation that no passing trial has, or, if there is none, that failing trials have more often. Where
    passing trials each have ways of their own, so that anything may be new, one that several failing trials share goes
    before one that a single trial has.
    """
    if not passing or not failing:
        return []
    usual = _usual(passing)
    told = [_places(usual, course) for course in failing]
    passed = Counter(chain.from_iterable(_places(usual, course) for course in passing))
    failed = Counter(chain.from_iterable(told))
    noisy = any(times == 1 for times in passed.values()) and len(passing) > 1
    places: dict[Deviation, list[int]] = {}
    for trial, own in enumerate(told):
        oftener = [one for one in own if failed[one] * len(passing) > passed[one] * len(failing)]
        telling = [one for one in oftener if not passed[one]] or oftener
        shared = [one for one in telling if failed[one] > 1]
        if first := (shared or telling if noisy else telling)[:1]:
            places.setdefault(first[0], []).append(trial)
    ordered = sorted(places.items(), key=lambda place: (-len(place[1]), place[0].column))
    return [Divergence(on, usual, failing[on[0]], where.column, told[on[0]][where]) for where, on in ordered]


def _usual(courses: Sequence[Course]) -> Course:
    """The most frequent course; of several, the one that is nearest to all others, else the earliest."""
    counts = Counter(map(tuple, courses))
    most = max(counts.values())
    candidates = [course for course, times in counts.items() if times == most][:_MOST_CANDIDATES]
    if len(candidates) == 1:
        return candidates[0]
    return min(candidates, key=lambda one: sum(times * len(deviations(one, other)) for other, times in counts.items()))


def _places(usual: Course, course: Course) -> dict[Deviation, int]:
    """Each way in which the course differs, in order, with its first place in it."""
    places: dict[Deviation, int] = {}
    for deviation, row in deviations(usual, course):
        places.setdefault(deviation, row)
    return places
