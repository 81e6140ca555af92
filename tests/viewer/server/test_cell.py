"""Values of answers in SQL, as they leave the process."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.model.redaction import Redaction
from pytest_flock_trace.viewer.server.cell import WIDEST, cell

REDACTION = Redaction()


@pytest.mark.parametrize(
    ("value", "made"),
    [
        (None, None),
        (True, True),
        (2**53 + 1, "9007199254740993"),
        (float("nan"), None),
        (Decimal("1.5"), 1.5),
        (date(2026, 1, 2), "2026-01-02"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"\xff", "/w=="),
        ([1, {"a": [2**60]}], [1, {"a": [str(2**60)]}]),
        ("text", "text"),
    ],
    ids=repr,
)
def test_a_value_is_what_a_page_can_read(value: object, made: object):
    assert cell(value, REDACTION)[0] == made


def test_secrets_in_texts_are_left_out():
    made, size = cell("Authorization: Bearer sk-abcdefghijklmnopqrstuvwxyz0123456789", REDACTION)

    assert "abcdefghijklmnop" not in made
    assert size == len(made)


@pytest.mark.parametrize("value", ["x" * (WIDEST + 7), list(range(WIDEST))], ids=["text", "list"])
def test_what_is_too_long_is_cut_and_says_so(value: object):
    made, size = cell(value, REDACTION)

    assert made.endswith("more characters")
    assert len(made) <= WIDEST + 50
    assert size >= WIDEST


VALUES = st.recursive(
    st.none()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary()
    | st.decimals(allow_nan=False)
    | st.timedeltas(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_any_value_can_be_written_as_json_that_every_reader_takes(value: object):
    made, size = cell(value, REDACTION)

    json.dumps(made, allow_nan=False, ensure_ascii=False).encode()
    assert size > 0 or made == ""


def test_an_interval_is_text():
    assert isinstance(cell(timedelta(days=1), REDACTION)[0], str)
