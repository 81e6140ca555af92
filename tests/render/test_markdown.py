from __future__ import annotations

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pytest_flock_trace.model.text import one_line
from pytest_flock_trace.render.markdown import escaped, fitting, name, size_of, table

HOSTILE = st.text(st.one_of(st.sampled_from("|`<>&*_[]\\\n\r#!~$:/@a. "), st.characters()), max_size=60)


@example("\ufffe")
@given(HOSTILE)
def test_a_reader_sees_the_text_as_it_is(text: str) -> None:
    assert html.unescape(escaped(text)) == one_line(text)


@given(HOSTILE)
def test_nothing_of_a_text_is_left_that_markdown_or_html_could_act_on(text: str) -> None:
    without_references = re.sub(r"&#\d+;", "", escaped(text))

    assert not set(without_references) & set('|`<>&*[]\\\n\r#!~$@{}"')
    assert "://" not in without_references
    assert re.search(r"(?<![^\W_])_|_(?![^\W_])", re.sub(r"&#\d+;", "a", without_references)) is None


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("tests/test_crew.py::test_it", "tests/test_crew.py::test_it"),
        ("a|b", "a&#124;b"),
        ("__init__", "&#95;&#95;init&#95;&#95;"),
        ("two\nlines", "two&#92;nlines"),
        ("https://x.org", "https&#58;//x.org"),
        ("www.x.org", "www&#46;x.org"),
        ("critic 61% · +2 more", "critic 61% · +2 more"),
    ],
)
def test_plain_names_stay_readable_and_the_rest_is_numbers(text: str, source: str) -> None:
    assert escaped(text) == source


def test_a_very_long_name_loses_its_middle() -> None:
    assert len(name("a" * 5_000)) < 200
    assert "…" in name("a" * 5_000)


def test_a_blank_name_is_no_code() -> None:
    assert name("") == ""


def test_a_table_without_rows_is_empty() -> None:
    assert table(["a"], "l", []) == ("", 0)


def test_columns_stand_as_they_are_asked_to() -> None:
    text, rows = table(["agent", "n"], "lr", [("writer", 3)])

    assert text == "| agent | n |\n| --- | ---: |\n| writer | 3 |\n"
    assert rows == 1


@given(st.lists(HOSTILE, max_size=20), st.integers(0, 300))
def test_a_table_takes_no_more_room_than_it_has_and_a_row_more_would_not_fit(cells: list[str], room: int) -> None:
    rows = [(escaped(cell),) for cell in cells]
    text, shown = table(["a"], "l", rows, room)

    assert size_of(text) <= room
    if shown < len(rows):
        assert size_of(table(["a"], "l", rows[: shown + 1])[0]) > room


def test_lines_are_taken_from_the_start() -> None:
    assert fitting(["aa", "b", "c"], 3) == ["aa", "b"]
    assert fitting(["aaaa", "b"], 3) == []
    assert fitting(["aa", "b"], None) == ["aa", "b"]
