"""What a file says of the tests that filled it."""

from __future__ import annotations

from pathlib import Path

import flock_file
import pytest

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.reading import viewed
from pytest_flock_trace.store.file.schema import TABLES
from pytest_flock_trace.store.result import Rows


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return flock_file.write(
        tmp_path / "traces.duckdb",
        [
            Span("publish", span_id="1", trace_id="t1", end_ns=10),
            Span("Agent.execute", span_id="2", trace_id="t1", parent_id="1", end_ns=8, status="error"),
            Span("publish", span_id="3", trace_id="t2", end_ns=5),
            Span("elsewhere", span_id="4", trace_id="t3", end_ns=5),
        ],
        TABLES,
        """INSERT INTO tests VALUES
            ('s', 'test_flaky', 1, 'failed', NULL, 100, 30, 'boom'),
            ('s', 'test_flaky', 2, 'passed', NULL, 200, 10, NULL),
            ('s', 'test_bad', 1, 'error', 'gw0', 100, 50, 'no fixture'),
            ('s', 'test_good', 1, 'passed', NULL, 100, 7, NULL)
        """,
        """INSERT INTO test_traces VALUES
            ('s', 'test_flaky', 1, 't1'), ('s', 'test_flaky', 2, 't2'), ('s', 'test_flaky', 2, 't1'),
            ('s', 'test_bad', 1, 'gone')
        """,
    )


def answer(file: Path, name: str) -> Rows:
    with viewed(file) as view:
        return view.saved(name)


def test_outcomes_of_all_attempts_are_one_row_a_test_flaky_ones_first(file: Path):
    rows = answer(file, "test_outcomes")

    assert rows.columns == [
        *("test", "attempts", "passed", "failed", "flaky", "last", "failure", "spans", "errors", "p50", "max")
    ]
    assert rows.fetchall() == [
        ("test_flaky", 2, 1, 1, True, "passed", "boom", 3, 1, 20, 30),
        ("test_bad", 1, 0, 1, False, "error", "no fixture", 0, 0, 50, 50),
        ("test_good", 1, 1, 0, False, "passed", None, 0, 0, 7, 7),
    ]


def test_the_slowest_attempts_say_what_took_their_time(file: Path):
    rows = answer(file, "slowest_tests")

    assert rows.columns == [
        *("test", "attempt", "outcome", "worker", "duration", "traces", "spans", "errors", "busiest", "busiest_time")
    ]
    assert rows.fetchall() == [
        ("test_bad", 1, "error", "gw0", 50, 1, 0, 0, None, None),
        ("test_flaky", 1, "failed", None, 30, 1, 2, 1, "Agent.execute", 8),
        ("test_flaky", 2, "passed", None, 10, 2, 3, 1, "Agent.execute", 8),
        ("test_good", 1, "passed", None, 7, 0, 0, 0, None, None),
    ]
