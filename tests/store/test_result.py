from __future__ import annotations

from pytest_flock_trace.store.result import Rows

THREE = [(1, "a"), (2, "b"), (3, "c")]


def rows() -> Rows:
    return Rows(["n", "letter"], THREE)


def test_columns_are_a_list_of_names():
    assert rows().columns == ["n", "letter"]


def test_fetchone_gives_the_rows_in_turn_and_then_none():
    three = rows()

    assert [three.fetchone() for _ in range(5)] == [*THREE, None, None]


def test_fetchall_gives_what_is_left():
    three = rows()
    three.fetchone()

    assert three.fetchall() == THREE[1:]
    assert three.fetchall() == []
    assert three.fetchone() is None


def test_iteration_and_length_know_of_all_rows_whatever_was_fetched():
    three = rows()
    three.fetchall()

    assert list(three) == list(three) == THREE
    assert len(three) == 3


def test_an_answer_without_rows_is_falsy():
    assert not Rows(["n"], [])
    assert rows()


def test_printed_it_is_a_table_with_numbers_to_the_right():
    table = Rows(["count", "name", "rate"], [(7, "writer", 0.5), (12, "critic", None)])

    assert str(table).splitlines() == [
        "count  name    rate",
        "─────  ──────  ────",
        "    7  writer   0.5",
        "   12  critic  NULL",
    ]


def test_printed_it_keeps_to_one_line_a_row():
    table = Rows(["text"], [("two\nlines",), ("x" * 500,)])

    lines = str(table).splitlines()
    assert lines[2] == "two lines"
    assert lines[3] == "x" * 79 + "…"


def test_printed_it_stops_after_forty_rows_and_says_how_many_follow():
    assert str(Rows(["n"], [(n,) for n in range(40)])).splitlines()[-1].strip() == "39"
    assert str(Rows(["n"], [(n,) for n in range(41)])).splitlines()[-1] == "… and 1 more row"
    assert str(Rows(["n"], [(n,) for n in range(1000)])).splitlines()[-1] == "… and 960 more rows"


def test_printed_without_rows_it_shows_its_columns():
    assert str(Rows(["n", "letter"], [])).splitlines() == ["n  letter", "─  ──────"]


def test_its_repr_says_how_much_there_is():
    assert repr(rows()) == "<Rows: 3 of (n, letter)>"
