"""Where a recorded test keeps what `--junit-xml` writes into its file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import pytest

PREFIX: Final = "flock_trace."
NOTHING: Final = ((f"{PREFIX}runs", 0), (f"{PREFIX}spans", 0), (f"{PREFIX}errors", 0), (f"{PREFIX}duration_ms", 0.0))
"""The properties of a test that recorded nothing."""


def bare_properties(report: pytest.TestReport) -> None:
    """What this package measures becomes plain numbers, which every plugin and process can read."""
    if report.user_properties:
        from pytest_flock_trace.model.question import bare

        report.user_properties[:] = [(name, bare(value)) for name, value in report.user_properties]


def set_properties(holders: Iterable[pytest.Item | pytest.TestReport], found: Sequence[tuple[str, object]]) -> None:
    """Give a test the properties of its latest attempt, and its last report too, which was made before they were.

    Only the properties of a test's last report reach the XML file.
    """
    for holder in holders:
        kept = [(name, value) for name, value in holder.user_properties if not name.startswith(PREFIX)]
        holder.user_properties[:] = [*kept, *found]
