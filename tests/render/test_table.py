from __future__ import annotations

import pytest

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.duration import Duration
from pytest_flock_trace.render.table import table


def test_columns_align_and_numbers_stand_to_the_right() -> None:
    rows = [("writer", 2, Duration("250ms"), "50%"), ("critic of the writer", 12, Duration("1m 30s"), "5%")]

    assert table(("agent", "n", "time", "share"), rows).splitlines() == [
        "agent                  n        time  share",
        "writer                 2      250 ms    50%",
        "critic of the writer  12  1 min 30 s     5%",
    ]


@pytest.mark.parametrize("number", ["1", "-1", "1.5", "1_000", "3/12", "50%", "250 ms", "2 min 5 s", "1.2/s", "1,000"])
def test_texts_that_read_as_numbers_are_numbers(number: str) -> None:
    assert table(["n"], [[number], ["123456789012"]]).splitlines()[1] == number.rjust(12)


@pytest.mark.parametrize("text", ["a1", "1st of May", "v1.2", "1 agent", "test_1"])
def test_texts_with_digits_are_texts(text: str) -> None:
    assert table(["x"], [[text], ["123456789012"]]).splitlines()[1] == text


def test_the_alignment_can_be_given() -> None:
    assert table(["a", "b"], [["x", 1], ["yy", 22]], align="rl") == " a  b\n x  1\nyy  22"
    assert table(["a", "b"], [["x", 1], ["yy", 22]], align="r") == " a  b\n x  1\nyy  22"


def test_an_unknown_alignment_is_refused() -> None:
    with pytest.raises(BadArgument, match="align='lx'"):
        table(["a", "b"], [], align="lx")


def test_the_widest_text_loses_its_middle_to_fit_the_width() -> None:
    rows = [("tests/review/test_critic.py::test_answers", "short", 1000)]

    assert table(["test", "name", "n"], rows, width=40).splitlines() == [
        "test                         name      n",
        "tests/review/…:test_answers  short  1000",
    ]


def test_numbers_are_never_cut() -> None:
    assert "1234567890" in table(["name", "n"], [["a" * 50, 1234567890]], width=10)


def test_a_table_that_fits_is_left_alone() -> None:
    assert table(["a", "b"], [["x", "y"]], width=4) == "a  b\nx  y"


def test_empty_rows_survive() -> None:
    assert table(["a", "b"], [["x", "y"], [], ["z"]]) == "a  b\nx  y\n\nz"


def test_headers_without_rows_survive() -> None:
    assert table(["a", "b"], []) == "a  b"


def test_rows_without_headers_survive() -> None:
    assert table([], [["x", 1]]) == "x  1"
    assert table(["", ""], [["x", 1]]) == "x  1"
    assert table([], []) == ""


def test_wide_characters_count_twice() -> None:
    assert table(["name", "x"], [["日本語", "a"], ["abc", "b"]]).splitlines() == ["name    x", "日本語  a", "abc     b"]
    assert table(["name"], [["日本語日本語日本語"]], width=10).splitlines()[1] == "日本…本語"


def test_a_row_is_one_line_whatever_its_cells_hold() -> None:
    assert table(["a"], [["two\nlines"]]).splitlines() == ["a", r"two\nlines"]
