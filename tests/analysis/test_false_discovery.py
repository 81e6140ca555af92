from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.false_discovery import attainable, discovered

P_VALUES = st.lists(st.floats(0, 1), max_size=12)


@given(P_VALUES)
def test_what_is_found_is_the_longest_start_of_the_ranks_that_ends_below_the_line(p_values: list[float]) -> None:
    ranked = sorted(p_values)
    longest = max((rank for rank, p in enumerate(ranked, 1) if p <= 0.05 * rank / len(ranked)), default=0)

    found = discovered(p_values, 0.05)

    assert sorted(p_values[at] for at in found) == ranked[:longest]


def test_the_published_example_rejects_four_hypotheses() -> None:
    """Benjamini and Hochberg (1995), 3.2: fifteen p-values of a clinical trial, at 5 %."""
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719]
    p_values += [0.6528, 0.7590, 1.0]

    assert discovered(p_values, 0.05) == {0, 1, 2, 3}


def test_where_nothing_is_to_be_found_the_level_is_the_chance_to_find_anything() -> None:
    random = Random(1)
    sessions = [[random.random() for _ in range(40)] for _ in range(2_000)]

    assert 0.035 < sum(bool(discovered(session, 0.05)) for session in sessions) / 2_000 < 0.065


def test_of_nothing_nothing_is_found() -> None:
    assert discovered([], 0.05) == set()
    assert attainable([], 0.05) == []


def test_tests_that_can_not_become_significant_do_not_count_against_the_others() -> None:
    assert attainable([0.2] * 50 + [0.03], 0.05) == [50]


def test_too_many_tests_with_few_values_can_none_of_them_be_judged() -> None:
    assert attainable([0.01] * 5, 0.05) == [0, 1, 2, 3, 4]
    assert attainable([0.01] * 6, 0.05) == []


@given(st.lists(st.sampled_from([1e-5, 0.001, 0.004, 0.01, 0.02, 0.3]), max_size=30))
def test_every_testable_one_would_survive_bonferroni_among_the_testable(least: list[float]) -> None:
    able = attainable(least, 0.05)

    assert all(least[at] * len(able) <= 0.05 for at in able)
