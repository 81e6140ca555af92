from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace import Duration
from pytest_flock_trace.errors import BadDuration


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("250ms", 250_000_000),
        ("250 ms", 250_000_000),
        ("1.5s", 1_500_000_000),
        ("1m30s", 90_000_000_000),
        ("1 m 30 s", 90_000_000_000),
        ("2h", 7_200_000_000_000),
        ("10us", 10_000),
        ("10µs", 10_000),
        ("7ns", 7),
        ("1_000ms", 1_000_000_000),
        ("0s", 0),
    ],
)
def test_texts_are_read_as_people_write_them(text: str, ns: int) -> None:
    assert Duration(text) == ns


@pytest.mark.parametrize("text", ["", " ", "fast", "10", "10 parsecs", "ms", "-5ms", "1s and 2ms", "1,5s", "5 MS"])
def test_anything_else_is_refused_with_the_value_and_the_units(text: str) -> None:
    with pytest.raises(BadDuration, match="not a duration") as caught:
        Duration(text)
    assert repr(text) in str(caught.value)
    assert "ms" in str(caught.value)


def test_a_boolean_is_no_duration() -> None:
    with pytest.raises(BadDuration, match="True"):
        Duration(True)


def test_durations_compare_with_texts_timedeltas_and_nanoseconds() -> None:
    tenth = Duration("100ms")
    assert tenth == "100ms"
    assert tenth != "101ms"
    assert tenth < "0.2s"
    assert "50ms" < tenth
    assert tenth <= timedelta(milliseconds=100)
    assert tenth >= 100_000_000
    assert tenth > Duration("99ms")


def test_a_misspelt_limit_raises_rather_than_compares() -> None:
    with pytest.raises(BadDuration):
        assert Duration("1ms") <= "1 sec."


def test_a_number_without_a_unit_is_refused() -> None:
    with pytest.raises(BadDuration, match="0.5 has no unit; write a text such as '250ms'"):
        assert Duration("1s") <= 0.5


def test_a_foreign_value_is_left_to_decide_equality() -> None:
    class Anything:
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]  # a value that equals all can't be hashed

    assert Duration("1ms") == Anything()
    assert Duration("1ms") != object()


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0 ns"),
        (999, "999 ns"),
        (1_500, "1.5 µs"),
        (250_000_000, "250 ms"),
        (999_999, "1 ms"),
        (1_250_000_000, "1.25 s"),
        (59_999_000_000, "1 min"),
        (90_000_000_000, "1 min 30 s"),
        (3_600_000_000_000, "1 h"),
        (-5_000_000, "-5 ms"),
    ],
)
def test_durations_print_with_three_digits_and_the_unit_that_fits(ns: int, text: str) -> None:
    assert str(Duration(ns)) == text


@given(st.integers(min_value=0, max_value=2**62))
def test_whole_nanoseconds_survive_being_written_out(ns: int) -> None:
    assert Duration(f"{ns}ns") == ns


@given(st.integers(min_value=0, max_value=10**15), st.integers(min_value=0, max_value=10**15))
def test_sums_are_durations(one: int, other: int) -> None:
    total = sum([Duration(one), Duration(other)], Duration())
    assert isinstance(total, Duration)
    assert total == one + other
    assert Duration(one) - Duration(other) == one - other
