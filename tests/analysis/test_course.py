from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis import course as module
from pytest_flock_trace.analysis.course import Deviation, Waypoint, deviations

COURSES = st.lists(st.sampled_from([Waypoint(0, label, "") for label in "abcd"]), max_size=12)


def course(labels: str) -> list[Waypoint]:
    return [Waypoint(0, label, "") for label in labels]


def told(usual: str, other: str) -> list[tuple[str, int, int]]:
    return [
        (f"{'-' if one.missing else '+'}{one.waypoint.label}", one.column, row)
        for one, row in deviations(course(usual), course(other))
    ]


@given(COURSES, COURSES)
def test_deviations_make_one_course_of_the_other(usual: list[Waypoint], other: list[Waypoint]) -> None:
    made: list[Waypoint] = []
    found = [deviation for deviation, _ in deviations(usual, other)]
    for column in range(len(usual) + 1):
        made.extend(one.waypoint for one in found if one.column == column and not one.missing)
        if column < len(usual) and Deviation(column, usual[column], missing=True) not in found:
            made.append(usual[column])

    assert made == other


@given(COURSES, COURSES)
def test_each_deviation_knows_its_place_in_the_course(usual: list[Waypoint], other: list[Waypoint]) -> None:
    for deviation, row in deviations(usual, other):
        expected = usual[deviation.column] if deviation.missing else other[row]
        assert deviation.waypoint == expected


@given(COURSES)
def test_a_course_does_not_deviate_from_itself(one: list[Waypoint]) -> None:
    assert deviations(one, one) == []


def test_the_first_of_several_equal_steps_is_the_one_that_was_to_come() -> None:
    assert told("ab", "aab") == [("+a", 1, 1)]


def test_what_came_instead_stands_beside_what_was_to_come() -> None:
    assert told("abc", "axc") == [("-b", 1, 1), ("+x", 1, 1)]


def test_courses_too_long_to_align_differ_from_their_first_difference_on(monkeypatch) -> None:
    monkeypatch.setattr(module, "_MOST_BITS", 3)

    assert told("abc", "axc") == [("-b", 1, 1), ("-c", 2, 1), ("+x", 1, 1), ("+c", 1, 2)]
