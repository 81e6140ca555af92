from __future__ import annotations

import pytest

from pytest_flock_trace.model.span import Event, Span
from pytest_flock_trace.model.text import (
    LONGEST_LABEL,
    LONGEST_MESSAGE,
    columns_of,
    count_of,
    cut_end,
    cut_middle,
    cut_start,
    failure_of,
    label_of,
    one_line,
    pad_end,
    pad_start,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines", r"two\nlines"),
        ("\r\t\x1b[31mred", r"\r\t\x1b[31mred"),
        ("\x85 \u2028 \u2029", r"\x85 \u2028 \u2029"),
        ("\ud800", r"\ud800"),
        ("reversed \u202etxt", r"reversed \u202etxt"),
        ("""it's "quoted" </script>""", """it's "quoted" </script>"""),
        ("Übung 日本 👩‍🚀", "Übung 日本 👩‍🚀"),
    ],
)
def test_what_would_break_a_line_is_escaped_and_the_rest_stays(text: str, shown: str) -> None:
    assert one_line(text) == shown


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("é日", 3), ("", 0)])
def test_wide_characters_take_two_columns_and_combining_ones_none(text: str, columns: int) -> None:
    assert columns_of(text) == columns


@pytest.mark.parametrize(
    ("cut", "columns", "shown"),
    [
        (cut_end, 4, "abc…"),
        (cut_start, 4, "…efg"),
        (cut_middle, 4, "ab…g"),
        (cut_middle, 5, "ab…fg"),
        (cut_middle, 1, "…"),
        (cut_end, 1, "…"),
        (cut_end, 0, ""),
        (cut_start, -3, ""),
        (cut_middle, 7, "abcdefg"),
    ],
)
def test_a_cut_text_takes_no_more_than_its_columns(cut, columns: int, shown: str) -> None:
    assert cut("abcdefg", columns) == shown


def test_a_wide_character_is_not_halved() -> None:
    assert cut_end("日本語", 4) == "日…"
    assert cut_start("日本語", 4) == "…語"


def test_padding_counts_columns() -> None:
    assert pad_end("日", 4) + "|" == "日  |"
    assert pad_start("日", 4) == "  日"
    assert pad_end("long", 2) == "long"


def test_a_number_agrees_with_its_noun() -> None:
    assert [count_of(number, "test") for number in (0, 1, 2)] == ["0 tests", "1 test", "2 tests"]


def test_a_very_long_label_is_cut() -> None:
    label = label_of(Span("x" * 1_000_000, span_id="a"))

    assert len(label) == LONGEST_LABEL
    assert label.endswith("x…")


@pytest.mark.parametrize("name", ["", "   "])
def test_a_blank_label_is_said_to_be(name: str) -> None:
    assert label_of(Span(name, span_id="a")) == "(no name)"


def exception(kind: str | None = None, message: str | None = None) -> Event:
    return Event("exception", attributes={"exception.type": kind, "exception.message": message})


@pytest.mark.parametrize(
    ("description", "events", "said"),
    [
        ("it broke", [exception("ValueError", "no")], "it broke"),
        (None, [exception("ValueError", "no")], "ValueError: no"),
        ("", [exception("OSError", "first"), exception("KeyError", "last"), Event("retry")], "KeyError: last"),
        (None, [exception("ValueError")], "ValueError"),
        (None, [exception(message="no")], "no"),
        (None, [exception()], ""),
        (None, [Event("retry")], ""),
        ("assert 1 == 2\n +  where 1 = f()\x1b", [], r"assert 1 == 2 + where 1 = f()\x1b"),
    ],
)
def test_a_failure_says_its_description_or_else_its_last_exception(description, events, said: str) -> None:
    span = Span("a", span_id="a", status="error", status_description=description, events=events)

    assert failure_of(span) == said


def test_a_long_failure_is_cut() -> None:
    span = Span("a", span_id="a", status="error", status_description="\n\n" + "no " * 1_000_000)

    assert len(failure_of(span)) == LONGEST_MESSAGE


@pytest.mark.parametrize("code", [0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF])
def test_code_points_that_are_no_characters_are_written_as_escapes(code: int) -> None:
    assert one_line(f"a{chr(code)}b") == f"a{chr(code).encode('unicode_escape').decode()}b"
