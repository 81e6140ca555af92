"""What `--flock-trace-mutate` makes of a test that has passed."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter_ns
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.mutation.grade import Grade
    from pytest_flock_trace.recording.attempt import TestRecord


def graded(record: TestRecord) -> Grade | None:
    """How much of what could go wrong the test's checks notice; None where nobody asks, or it recorded nothing."""
    log = record.check_log
    if log is None or not (record.rows_seen or record.loaded):
        return None
    from pytest_flock_trace.analysis.mutation.grading import grade

    began = perf_counter_ns()
    found = grade([record.trace.with_tree(record.trace.tree), *record.loaded], log.checks)
    return replace(found, reads=tuple(log.reads), took_ns=perf_counter_ns() - began)
