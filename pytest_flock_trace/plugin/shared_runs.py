"""Runs made in fixtures: they belong to the fixture and are lent to every test that requests it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest

from pytest_flock_trace.capture.run import leaving_no_context
from pytest_flock_trace.recording.attempt import TestRecord
from pytest_flock_trace.recording.traced_run import TracedRun


class SharedRuns:
    """The runs of the fixtures that are alive."""

    def __init__(self) -> None:
        self._runs: dict[pytest.FixtureDef[Any], list[TracedRun]] = {}

    @contextmanager
    def working(self, fixture: pytest.FixtureDef[Any], record: TestRecord) -> Generator[None, None, None]:
        """While a fixture is set up, the runs that open are its own."""
        record.follow_example()
        before = record.fixture, record.sharing
        record.fixture, record.sharing = fixture, fixture.scope != "function"
        already = len(record.runs)
        try:
            # a run that a wider fixture holds open must not swallow what later tests do
            with leaving_no_context() if record.sharing else nullcontext():
                yield
        finally:
            record.fixture, record.sharing = before
            made = [run for run in record.runs[already:] if run.fixture is fixture]
            if made and fixture.scope != "function":
                self._runs.setdefault(fixture, []).extend(made)

    def lend(self, item: pytest.Item, record: TestRecord) -> None:
        """Give a test the runs that its fixtures made for an earlier one, ahead of its own."""
        lent = [run for fixture, runs in self._runs.items() if _requests(item, fixture) for run in runs]
        record.runs[:0] = [run for run in lent if run not in record.runs]

    def forget(self, fixture: pytest.FixtureDef[Any]) -> None:
        """The fixture has been torn down."""
        for run in self._runs.pop(fixture, ()):
            run.close_store()


def _requests(item: pytest.Item, fixture: pytest.FixtureDef[Any]) -> bool:
    """Whether the test resolves to this very fixture, and not to another that overrides its name."""
    if fixture.argname not in getattr(item, "fixturenames", ()):
        return False
    resolution: dict[str, Sequence[pytest.FixtureDef[Any]]] = getattr(
        getattr(item, "_fixtureinfo", None), "name2fixturedefs", {}
    )
    for candidate in reversed(resolution.get(fixture.argname, (fixture,))):
        if candidate is fixture:
            return True
        if fixture.argname not in candidate.argnames:
            return False  # overrides without asking for what it overrides
    return False
