from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.answer import Answer


def no(*reasons: str) -> Answer:
    return Answer(False, "strict match", lambda: reasons)


def yes() -> Answer:
    return Answer(True, "strict match", lambda: pytest.fail("nobody asked why"))


def test_an_answer_equals_its_truth():
    assert yes() == True  # noqa: E712  # what is tested
    assert no() == False  # noqa: E712  # what is tested
    assert yes()
    assert not no()


def test_a_no_gives_its_reasons():
    assert repr(no("too late", "too long")) == "False: no strict match; too late; too long"
    assert no("too late").reasons == ("too late",)


def test_a_yes_gives_what_was_asked_and_works_out_no_reasons():
    assert repr(yes()) == "True: strict match"
    assert yes().reasons == ()


def test_reasons_are_worked_out_only_when_asked_for():
    assert not Answer(False, "match", lambda: pytest.fail("nobody asked why"))


@given(st.lists(st.text(max_size=400), max_size=5))
def test_what_is_printed_is_one_line_that_pytest_does_not_cut(reasons):
    text = repr(no(*reasons))
    assert len(text) <= 240
    assert len(text.splitlines()) == 1


def test_marks_that_take_no_column_are_cut_like_other_characters():
    assert len(repr(no("a" + "\N{COMBINING ACUTE ACCENT}" * 1_000))) <= 240


def test_a_copy_elsewhere_is_a_plain_answer():
    assert pickle.loads(pickle.dumps(no("why"))) is False
    assert copy.copy(yes()) is True
