from __future__ import annotations

from pytest_flock_trace.analysis.course import Waypoint
from pytest_flock_trace.analysis.divergence import divergences
from pytest_flock_trace.render.parting import parting_lines

REVIEW = [
    Waypoint(0, "review", ""),
    Waypoint(1, "writer", "review"),
    Waypoint(2, "chat", "writer"),
    Waypoint(1, "critic", "review"),
    Waypoint(2, "chat", "critic"),
]


def lines(*failing: list[Waypoint], trials: tuple[int, ...] = (3,)) -> list[str]:
    return parting_lines(divergences([REVIEW, REVIEW], failing), trials)


def test_it_is_said_what_comes_instead_with_a_piece_of_the_tree() -> None:
    assert lines([*REVIEW[:3], Waypoint(2, "delete", "writer"), *REVIEW[3:]]) == [
        "trial 3 parts from the passing trials: after chat in writer comes delete, not critic",
        "    review",
        "      writer",
        "        chat",
        "  -   critic",
        "  -     chat",
        "  +     delete",
        "  +   critic",
    ]


def test_a_failure_is_called_one() -> None:
    first, *_, last = lines([*REVIEW[:3], Waypoint(2, "chat", "writer", failed=True)])

    assert first.endswith("after chat in writer comes the failure of chat, not critic")
    assert last == "  +     chat  ERROR"


def test_a_trial_that_ends_early_or_begins_otherwise_is_told() -> None:
    assert lines(REVIEW[:3])[0].endswith("after chat in writer comes the end, not critic")
    assert lines([Waypoint(0, "other", "")])[0].endswith("at the beginning comes other, not review")


def test_trials_that_part_elsewhere_have_a_line_each_and_a_few_are_enough() -> None:
    cut = [[*REVIEW[:at], Waypoint(0, f"odd {at}", "")] for at in (1, 2, 3, 4, 5)]
    told = lines(*cut, cut[0], trials=(1, 2, 4, 5, 6, 9))

    assert told[0].startswith("trials 1 and 9 part from the passing trials: after review comes odd 1")
    assert [line.split(" parts")[0] for line in told if line.startswith("trial ")] == ["trial 2", "trial 4", "trial 5"]
    assert told[-1] == "…"


def test_trials_that_do_the_same_are_said_to() -> None:
    (line,) = lines(REVIEW)

    assert line.startswith("the failing trials did what passing trials do")


def test_no_label_makes_a_line_of_more_than_a_hundred_columns() -> None:
    assert max(map(len, lines([Waypoint(0, "x" * 500, "")])[1:])) == 100
