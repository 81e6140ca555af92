from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.viewer.server.kept_answers import KeptAnswers


def noting(asked: list[str], name: str, text: str) -> Callable[[], str]:
    def work_out() -> str:
        asked.append(name)
        return text

    return work_out


def test_an_answer_is_worked_out_once():
    kept, asked = KeptAnswers(), list[str]()

    assert [kept.answer("red", noting(asked, "red", "{}")) for _ in range(3)] == ["{}"] * 3
    assert asked == ["red"]


def test_what_was_asked_least_recently_makes_room():
    kept, asked = KeptAnswers(most=10), list[str]()
    for name in ("a", "b", "a", "c", "a", "b"):
        kept.answer(name, noting(asked, name, name * 4))

    assert asked == ["a", "b", "c", "b"]


def test_an_answer_for_which_there_is_no_room_is_given_all_the_same():
    kept, asked = KeptAnswers(most=3), list[str]()

    assert [kept.answer("large", noting(asked, "large", "1234")) for _ in range(2)] == ["1234", "1234"]
    assert asked == ["large", "large"]


def test_a_mistake_is_not_kept():
    def fail() -> str:
        raise ValueError("not this time")

    kept = KeptAnswers()
    with pytest.raises(ValueError, match="not this time"):
        kept.answer("red", fail)

    assert kept.answer("red", lambda: "{}") == "{}"


@given(st.lists(st.integers(0, 9)), st.integers(0, 40))
def test_each_question_has_its_own_answer_whatever_is_kept(questions: list[int], most: int):
    kept = KeptAnswers(most)

    assert [kept.answer(one, lambda one=one: str(one) * one) for one in questions] == [str(o) * o for o in questions]
