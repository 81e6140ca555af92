from __future__ import annotations

import pytest

from pytest_flock_trace.analysis.table import Table
from pytest_flock_trace.errors import FlockTraceError, UnknownSubject


def table(*subjects: str) -> Table[str, str]:
    return Table(dict.fromkeys(subjects), str.upper, "agent")


def test_rows_are_made_by_subject_in_the_order_given():
    assert dict(table("writer", "critic")) == {"writer": "WRITER", "critic": "CRITIC"}
    assert list(table("writer", "critic").values()) == ["WRITER", "CRITIC"]
    assert len(table("writer")) == 1


def test_a_row_is_made_only_when_asked_for():
    made: list[str] = []
    rows = Table({"a": 1, "b": 2}, made.append, "agent")
    assert "a" in rows
    assert made == []
    rows["b"]
    assert made == ["b"]


def test_a_missing_subject_is_a_key_error_of_this_package():
    with pytest.raises(UnknownSubject) as raised:
        table("writer")["x"]
    assert isinstance(raised.value, (KeyError, FlockTraceError))
    assert str(raised.value) == "no agent is 'x' (seen: writer)"
    assert table("writer").get("x") is None
    assert "x" not in table("writer")


def test_of_many_subjects_the_first_ten_are_listed():
    with pytest.raises(UnknownSubject, match=r"\(seen: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …\)"):
        table(*map(str, range(11)))["x"]
    with pytest.raises(UnknownSubject, match=r"8, 9\)"):
        table(*map(str, range(10)))["x"]


def test_an_empty_table_says_so():
    with pytest.raises(UnknownSubject, match=r"\(seen: none\)"):
        table()["x"]


def test_a_table_shows_its_subjects():
    assert repr(table("writer", "critic")) == "<Table of 2 by agent: writer, critic>"
