from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.confidence_sequence import above, below, confidence_sequence, log_evidence

COUNTS = st.integers(0, 300)
CHANCES = st.floats(0.001, 0.999)


def test_evidence_against_a_coin_that_always_falls_on_one_side_is_a_fair_bet_won() -> None:
    assert exp(log_evidence(10, 0, 0.5)) == pytest.approx(2**10 / 11)


@given(COUNTS, COUNTS, CHANCES)
def test_evidence_is_a_martingale_under_the_chance_that_it_is_against(passed: int, failed: int, chance: float) -> None:
    now = log_evidence(passed, failed, chance)
    won = log_evidence(passed + 1, failed, chance) - now
    lost = log_evidence(passed, failed + 1, chance) - now

    assert chance * exp(won) + (1 - chance) * exp(lost) == pytest.approx(1, abs=1e-9)


def test_nothing_is_known_before_the_first_trial() -> None:
    assert confidence_sequence(0, 0) == (0, 1)


@given(COUNTS, COUNTS)
def test_what_was_seen_is_always_inside(passed: int, failed: int) -> None:
    low, high = confidence_sequence(passed, failed)

    assert 0 <= low <= high <= 1
    assert passed + failed == 0 or low <= passed / (passed + failed) <= high


@given(COUNTS, COUNTS)
def test_passes_and_failures_are_mirror_images(passed: int, failed: int) -> None:
    low, high = confidence_sequence(passed, failed)

    assert confidence_sequence(failed, passed) == pytest.approx((1 - high, 1 - low))


@given(COUNTS, COUNTS, CHANCES)
def test_a_chance_is_outside_where_the_evidence_against_it_is_enough(passed: int, failed: int, chance: float) -> None:
    low, high = confidence_sequence(passed, failed, 0.95)
    enough = log_evidence(passed, failed, chance) >= log(20)

    if low + 1e-9 < chance < high - 1e-9:
        assert not enough
    elif chance < low - 1e-9 or chance > high + 1e-9:
        assert enough


@given(COUNTS, COUNTS, CHANCES)
def test_below_and_above_say_on_which_side_of_a_chance_all_of_it_is(passed: int, failed: int, chance: float) -> None:
    low, high = confidence_sequence(passed, failed)

    if abs(high - chance) > 1e-9:
        assert below(passed, failed, chance) == (high < chance)
    if abs(low - chance) > 1e-9:
        assert above(passed, failed, chance) == (low > chance)


def test_certainty_is_refuted_by_one_failure_and_confirmed_by_no_number_of_passes() -> None:
    assert below(50, 1, 1.0)
    assert not above(10_000, 0, 1.0)


@given(st.integers(1, 200))
def test_the_end_that_nothing_speaks_against_is_closed(number: int) -> None:
    assert confidence_sequence(number, 0).high == 1
    assert confidence_sequence(0, number).low == 0
