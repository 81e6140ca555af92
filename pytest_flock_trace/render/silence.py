"""What is said of a test's spans where it has none."""

from __future__ import annotations

from typing import Final

from pytest_flock_trace.model.text import count_of

SECTION: Final = "Captured trace"
"""Title of what the report of a failed test shows of its spans."""
NO_SPANS: Final = "(no spans)"
"""Stands where the trace of such a test would be."""


def silence(tests: int) -> str:
    """How many there are."""
    return f"{count_of(tests, 'test')} recorded no spans"
