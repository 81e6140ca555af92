"""The course of a trial: what started and what failed, one after another, and how it differs from another course."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pytest_flock_trace.analysis.alignment import aligned

_MOST_BITS = 100_000_000
"""Memory for an alignment; beyond, two courses are said to differ from their first difference on."""


class Waypoint(NamedTuple):
    """A span's start, or its end if it failed: what fails above it on that account comes after it."""

    depth: int
    label: str
    above: str
    """The label of the parent; empty for a root."""
    failed: bool = False


Course = Sequence[Waypoint]


class Deviation(NamedTuple):
    """One waypoint that a course lacks or adds."""

    column: int
    """Where in the course that it is compared with."""
    waypoint: Waypoint
    missing: bool


def deviations(usual: Course, course: Course) -> list[tuple[Deviation, int]]:
    """What a course adds or lacks from its beginning on, each with its place in that course."""
    head = _agreeing(usual, course)
    pairs = [(row + head, column + head) for row, column in _pairs(usual[head:], course[head:])]
    found: list[tuple[Deviation, int]] = []
    row = column = head
    for next_row, next_column in [*pairs, (len(course), len(usual))]:
        found.extend((Deviation(at, usual[at], missing=True), row) for at in range(column, next_column))
        found.extend((Deviation(column, course[at], missing=False), at) for at in range(row, next_row))
        row, column = next_row + 1, next_column + 1
    return found


def _agreeing(usual: Course, course: Course) -> int:
    """How many agree from the first on."""
    return next(
        (at for at, (one, other) in enumerate(zip(usual, course)) if one != other), min(len(usual), len(course))
    )


def _pairs(usual: Course, course: Course) -> list[tuple[int, int]]:
    if len(usual) * len(course) > _MOST_BITS:
        return []
    columns: dict[Waypoint, int] = {}
    for column, waypoint in enumerate(usual):
        columns[waypoint] = columns.get(waypoint, 0) | 1 << column
    return aligned([columns.get(waypoint, 0) for waypoint in course], len(usual))
