"""What failed, what was tried again and what was recorded badly."""

from __future__ import annotations

import pytest

from pytest_flock_trace.model.span import Event, Span


def failed(number: int, message: str | None = None, **traits: object) -> Span:
    traits = {"start_ns": number, "trace_id": "t", **traits}
    return Span("step", span_id=str(number), status="error", status_description=message, **traits)


def exception(kind: object, message: object = None) -> Event:
    said = {"exception.type": kind, "exception.message": message}
    return Event("exception", 0, {key: value for key, value in said.items() if value is not None})


@pytest.mark.parametrize(
    ("message", "pattern"),
    [
        ("no artifact 17 of 3.5", "no artifact <n> of <n>"),
        ("no 123e4567-e89b-12d3-a456-426614174000 here", "no <id> here"),
        ("object at 0x7fA3", "object at <id>"),
        ("trace 0123456789abcdef0123456789abcdef", "trace <id>"),
        ("first\nsecond 5", "first"),
        ("refused", "refused"),
        (None, None),
        ("é" * 300, "é" * 200),
    ],
)
def test_what_differs_from_case_to_case_is_no_part_of_a_pattern(recording, message: str | None, pattern: str | None):
    assert recording(failed(1, message)).answer("error_patterns", "pattern") == [(pattern,)]


def test_errors_of_one_pattern_are_one_row_with_the_last_as_example(recording):
    live = recording(
        failed(1, "no artifact 1"),
        failed(2, "no artifact 22", trace_id="u"),
        failed(3, None, events=[exception("KeyError", "no artifact 333")]),
        failed(4, "refused"),
        Span("step", span_id="5"),
    )

    assert live.store.saved("error_patterns").fetchall() == [
        ("step", "no artifact <n>", 3, 2, 1, 3, "no artifact 333", "t", "3"),
        ("step", "refused", 1, 1, 4, 4, "refused", "t", "4"),
    ]


def test_an_exception_counts_once_a_span_however_often_it_was_recorded(recording):
    twice = [exception("ValueError", "bad"), exception("ValueError", "bad"), Event("exceptional")]
    live = recording(
        failed(1, events=twice),
        Span(
            "handled", span_id="2", trace_id="u", start_ns=2, events=[exception("ValueError", "fine"), exception(None)]
        ),
        Span("fine", span_id="3"),
    )

    columns = ("type", "spans", "failed", "labels", "traces", "first_seen", "last_seen", "message", "label", "span_id")
    assert live.answer("exceptions", *columns) == [
        ("ValueError", 2, 1, 2, 2, 1, 2, "fine", "handled", "2"),
        ("(without)", 1, 0, 1, 1, 2, 2, None, "handled", "2"),
    ]


def test_a_retry_follows_a_failure_of_the_same_label_under_the_same_parent(recording):
    live = recording(
        Span("root", span_id="0", end_ns=99),
        failed(1, parent_id="0", end_ns=5),
        failed(10, parent_id="0", end_ns=14),
        Span("step", span_id="20", trace_id="t", parent_id="0", start_ns=20, end_ns=21),
        Span("step", span_id="30", trace_id="t", parent_id="0", start_ns=30, end_ns=31),
        failed(40, parent_id="20", end_ns=50),
        Span("step", span_id="45", trace_id="t", parent_id="20", start_ns=45, end_ns=46),
    )
    live.spans[0] = live.spans[0].replace(trace_id="t")

    assert live.store.saved("retries").columns[:5] == ["label", "retries", "recovered", "lost", "paused"]
    assert live.store.saved("retries").fetchall() == [("step", 2, 1, 8, 11, "t", "20")]


def test_what_is_recorded_badly_is_said_by_kind_and_label(recording):
    live = recording(
        Span("a", span_id="1", trace_id="t", parent_id="lost", start_ns=5, end_ns=9),
        Span("a", span_id="2", trace_id="u", parent_id="gone", start_ns=6, end_ns=4),
        Span("b", span_id="3", trace_id="t", late=True, unfinished=True, detached=True, dropped=2),
        Span("fine", span_id="4", trace_id="t"),
    )

    assert live.store.saved("irregularities").fetchall() == [
        ("orphan", "a", 2, 2, "t", "1"),
        ("backwards", "a", 1, 1, "u", "2"),
        ("cut", "b", 1, 1, "t", "3"),
        ("detached", "b", 1, 1, "t", "3"),
        ("late", "b", 1, 1, "t", "3"),
        ("unfinished", "b", 1, 1, "t", "3"),
    ]
