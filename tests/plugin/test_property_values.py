from __future__ import annotations

from pytest_flock_trace.plugin.properties import NOTHING
from pytest_flock_trace.plugin.property_values import properties_of
from pytest_flock_trace.render.tally import TestSummary


def test_what_is_said_of_a_test_that_recorded_nothing_is_what_would_be_found() -> None:
    assert list(NOTHING) == properties_of(TestSummary("test_it"))
