"""Where failing trials part from passing ones, as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_flock_trace.analysis.course import Course, Waypoint
from pytest_flock_trace.analysis.divergence import Divergence
from pytest_flock_trace.model.text import ELLIPSIS, cut_end
from pytest_flock_trace.render.outline import indentation
from pytest_flock_trace.render.shape import FAILED

_MOST_STEPS = 2
"""Lines of either side after the one where they part."""
_MOST_ABOVE = 6
_MOST_OTHERS = 3
_WIDTH = 100


def parting_lines(found: Sequence[Divergence], trials: Sequence[int]) -> list[str]:
    """What most failing trials do otherwise with a piece of the tree around it, then the others in a line each.

    `trials` are the numbers of the failing trials by their places. Nothing found means that the trees are alike.
    """
    if not found:
        return ["the failing trials did what passing trials do; the difference is in no span's name, place or status"]
    lines = [f"{_who(found[0], trials)}: {_what(found[0])}", *_piece(found[0])]
    lines.extend(f"{_who(one, trials)}: {_what(one)}" for one in found[1 : 1 + _MOST_OTHERS])
    return [*lines, *([ELLIPSIS] if len(found) > 1 + _MOST_OTHERS else [])]


def _who(one: Divergence, trials: Sequence[int]) -> str:
    numbers = [str(trials[at]) for at in one.trials]
    if len(numbers) == 1:
        return f"trial {numbers[0]} parts from the passing trials"
    return f"trials {', '.join(numbers[:-1])} and {numbers[-1]} part from the passing trials"


def _what(one: Divergence) -> str:
    """`after chat in writer comes tool.delete, not critic`."""
    here = _place(one.course, one.row)
    came, expected = _at(one.course, one.row), _at(one.usual, one.column)
    return f"{here} comes {_said(came)}, not {_said(expected)}"


def _place(course: Course, row: int) -> str:
    if row == 0:
        return "at the beginning"
    last = course[row - 1]
    return f"after {_said(last)}" + (f" in {last.above}" if last.above else "")


def _at(course: Course, place: int) -> Waypoint | None:
    return course[place] if place < len(course) else None


def _said(waypoint: Waypoint | None) -> str:
    if waypoint is None:
        return "the end"
    return f"the failure of {waypoint.label}" if waypoint.failed else waypoint.label


def _piece(one: Divergence) -> list[str]:
    """What came before and stands above that, then what passing trials do (`-`) and what came instead (`+`)."""
    lost, came = one.usual[one.column :][:_MOST_STEPS], one.course[one.row :][:_MOST_STEPS]
    return [*_lines(" ", _way_to(one.course, one.row)), *_lines("-", lost), *_lines("+", came)]


def _way_to(course: Course, row: int) -> list[Waypoint]:
    """The last waypoint before the row and what stands above it, from the top down."""
    kept: list[Waypoint] = []
    for waypoint in reversed(course[:row]):
        if not kept or waypoint.depth < kept[-1].depth:
            kept.append(waypoint)
    return kept[:_MOST_ABOVE][::-1]


def _lines(mark: str, waypoints: Iterable[Waypoint]) -> list[str]:
    texts = (indentation(one.depth) + one.label + (FAILED if one.failed else "") for one in waypoints)
    return [cut_end(f"  {mark} {text}", _WIDTH) for text in texts]
