from __future__ import annotations

import pytest

from pytest_flock_trace import Event, Span, Trace
from pytest_flock_trace.model.evidence import evidence, place


@pytest.fixture
def tree():
    failure = Event("exception", attributes={"exception.type": "TimeoutError", "exception.message": "no answer"})
    return Trace.of(
        [
            Span("root", span_id="root", start_ns=1_000, end_ns=3_001_000, status="ok"),
            Span("chat", span_id="1", start_ns=501_000, end_ns=1_501_000, attributes={"gen_ai.request.model": "gpt"}),
            Span("search", span_id="2", start_ns=1_000_000, end_ns=1_000_000, status="error", events=[failure]),
        ]
    ).tree


def test_a_line_tells_label_offset_duration_and_status(tree):
    assert evidence(tree, [0, 1, 2]) == [
        "  root  at +0 ns for 3 ms  ok",
        "  chat[gpt]  at +500 µs for 1 ms  unset",
        "  search  at +999 µs for 0 ns  ERROR TimeoutError: no answer",
    ]


def test_a_remark_stands_behind_the_span_that_it_is_about(tree):
    assert evidence(tree, [1, 2], {1: "too early"})[0] == "  chat[gpt]  at +500 µs for 1 ms  unset — too early"


@pytest.mark.parametrize(("most", "lines"), [(0, 1), (1, 2), (2, 3), (3, 3), (4, 3), (None, 3)])
def test_what_is_left_out_is_counted(tree, most, lines):
    told = evidence(tree, [0, 1, 2], most=most)
    assert len(told) == lines
    assert (told[-1] == f"  … and {3 - (most or 0)} more") == (most in {0, 1, 2})


def test_a_span_in_a_sentence_has_its_label_and_start(tree):
    assert place(tree, 1) == "chat[gpt] at +500 µs"
