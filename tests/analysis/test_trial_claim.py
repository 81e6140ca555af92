from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.trial_claim import Settlement, TrialClaim
from pytest_flock_trace.errors import BadArgument

GATES = 20_000
RATES = (0.3, 0.5, 0.8, 0.9, 0.95)
SIZES = (10, 50, 100)


def settlement(claim: TrialClaim, outcomes: Iterator[bool]) -> tuple[Settlement, int]:
    """What comes of trials that pass and fail like this, and after how many."""
    passed = failed = 0
    for outcome in outcomes:
        passed, failed = passed + outcome, failed + (not outcome)
        if found := claim.settled(passed, failed):
            return found, passed + failed
    raise AssertionError("the claim was never settled")


def probabilities(claim: TrialClaim, chance: float) -> Counter[Settlement]:
    """How likely each settlement is if each trial passes with this chance: all courses, summed up."""
    found: Counter[Settlement] = Counter()
    open_ = {(0, 0): 1.0}
    while open_:
        reached: Counter[tuple[int, int]] = Counter()
        for (passed, failed), weight in open_.items():
            reached[passed + 1, failed] += weight * chance
            reached[passed, failed + 1] += weight * (1 - chance)
        settled = {counts: claim.settled(*counts) for counts in reached}
        for counts, settlement in settled.items():
            if settlement is not None:
                found[settlement] += reached[counts]
        open_ = {counts: reached[counts] for counts, settlement in settled.items() if settlement is None}
    return found


REFUSED = Settlement(kept=False, how="bound")
ACCEPTED = Settlement(kept=True, how="bound")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("rate", RATES)
def test_the_bound_refuses_a_workflow_that_keeps_the_rate_once_in_twenty_times_at_most(rate: float, size: int) -> None:
    claim = TrialClaim.of(size, rate)

    assert probabilities(claim, rate)[REFUSED] <= 0.05
    assert probabilities(claim, (1 + rate) / 2)[REFUSED] <= 0.05


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("rate", RATES)
def test_the_bound_accepts_a_workflow_below_the_rate_once_in_twenty_times_at_most(rate: float, size: int) -> None:
    claim = TrialClaim.of(size, rate)

    assert probabilities(claim, rate - 1e-9)[ACCEPTED] <= 0.05
    assert probabilities(claim, rate * 0.9)[ACCEPTED] <= 0.05


@pytest.mark.parametrize(("rate", "size"), [(0.8, 20), (0.5, 60), (0.9, 50)])
def test_twenty_thousand_simulated_gates_err_no_more_often_than_is_stated(rate: float, size: int) -> None:
    claim = TrialClaim.of(size, rate)
    settled = cache(claim.settled)
    random = Random(f"{rate} {size}")

    def gate(chance: float) -> Settlement:
        passed = failed = 0
        while True:
            if random.random() < chance:
                passed += 1
            else:
                failed += 1
            if found := settled(passed, failed):
                return found

    keeping = Counter(gate(rate) for _ in range(GATES))
    failing = Counter(gate(rate - 0.02) for _ in range(GATES))
    expected = probabilities(claim, rate)

    assert keeping[REFUSED] / GATES <= 0.05
    assert failing[ACCEPTED] / GATES <= 0.05
    for one in {*keeping, *expected}:  # five standard deviations
        spread = 5 * (expected[one] * (1 - expected[one]) / GATES) ** 0.5
        assert abs(keeping[one] / GATES - expected[one]) <= spread


def test_the_bound_spares_trials_where_the_answer_is_plain() -> None:
    assert settlement(TrialClaim.of(100, 0.5), iter([True] * 100)) == (ACCEPTED, 8)
    assert settlement(TrialClaim.of(100, 0.9), iter([False] * 100)) == (REFUSED, 2)


@given(st.data())
def test_a_count_is_settled_as_all_the_trials_would_have_settled_it(data: st.DataObject) -> None:
    outcomes = data.draw(st.lists(st.booleans(), min_size=1, max_size=40))
    least = data.draw(st.integers(1, len(outcomes)))
    found, run = settlement(TrialClaim.of(len(outcomes), least), iter(outcomes))

    assert found == Settlement(kept=sum(outcomes) >= least, how="count")
    rest = len(outcomes) - run
    before = sum(outcomes[: run - 1])
    assert before < least <= before + rest + 1, "it was settled before"


@given(st.data())
def test_without_the_bound_a_rate_is_settled_by_the_count_of_all_trials(data: st.DataObject) -> None:
    outcomes = data.draw(st.lists(st.booleans(), min_size=1, max_size=40))
    rate = data.draw(st.integers(1, 100)) / 100
    found, _ = settlement(TrialClaim.of(len(outcomes), rate), iter(outcomes))

    assert found.how == "bound" or found.kept == (sum(outcomes) * 100 >= round(rate * 100) * len(outcomes))


@pytest.mark.parametrize(
    ("trials", "rate", "least"), [(10, 0.7, 7), (10, 0.9, 9), (3, 0.34, 2), (5, 1.0, 5), (1, 0.01, 1)]
)
def test_a_rate_means_the_decimal_number_that_was_typed(trials: int, rate: float, least: int) -> None:
    assert TrialClaim.of(trials, rate).least == least


@pytest.mark.parametrize("trials", [0, -1, True, 2.0, "3", None])
def test_what_is_no_number_of_trials_is_refused(trials: object) -> None:
    with pytest.raises(BadArgument, match="is no number of trials; give a whole number, 1 or more"):
        TrialClaim.of(trials, 1.0)


@pytest.mark.parametrize("at_least", [0, 0.0, -1, 6, 1.01, True, "90%", None, float("nan")])
def test_what_is_neither_a_rate_nor_a_count_is_refused(at_least: object) -> None:
    with pytest.raises(BadArgument, match="neither a rate above 0.0 and up to 1.0 nor a count from 1 to 5"):
        TrialClaim.of(5, at_least)
