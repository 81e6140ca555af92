"""Sizes and moments as people write them."""

from __future__ import annotations

import time
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.cli.moment import local_time, since
from pytest_flock_trace.cli.size import format_size, size_in_bytes
from pytest_flock_trace.errors import BadCommand


@pytest.mark.parametrize(
    ("text", "size"), [("200MB", 200_000_000), (" 1.5 kib ", 1536), ("0.1GB", 100_000_000), ("7B", 7)]
)
def test_sizes_are_read(text: str, size: int):
    assert size_in_bytes(text) == size


@given(st.text(max_size=8))
def test_any_text_is_a_size_or_refused(text: str):
    try:
        size = size_in_bytes(text)
    except BadCommand as exc:
        refusal = str(exc)
    else:
        refusal = f"{text!r} is {size}"
    assert repr(text) in refusal


@given(st.integers(0, 10**15))
def test_a_size_that_was_written_is_read_as_nearly_the_same(size: int):
    assert abs(size_in_bytes(format_size(size)) - size) <= size * 0.005


@given(st.integers(0, 4_000_000_000))
def test_a_moment_that_was_written_is_read_as_the_same_second(seconds: int):
    moment = datetime.fromtimestamp(seconds, timezone.utc)

    assert since(moment.isoformat()) == seconds * 10**9


def test_a_moment_in_utc_may_end_in_z():
    assert since("2026-11-23T08:00:00Z") == since("2026-11-23T08:00:00+00:00")


@given(st.integers())
def test_any_time_can_be_written(ns: int):
    assert local_time(ns)


def test_a_duration_means_so_long_ago():
    before = time.time_ns()

    assert before - 3_600 * 10**9 <= since("1h") <= time.time_ns() - 3_600 * 10**9
