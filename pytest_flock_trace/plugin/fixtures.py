"""The fixtures: those of a session always speak of the running test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_flock_trace.plugin.activation import ensure_recording, read_settings, start

if TYPE_CHECKING:
    from pytest_flock_trace.recording.runs import TracedRuns
    from pytest_flock_trace.snapshots import TraceSnapshot
    from pytest_flock_trace.store.memory import TraceStore


@pytest.fixture(scope="session")
def traced_run(pytestconfig: pytest.Config) -> TracedRuns:
    """Opens runs, for `with`, `async with` or as a decorator; the test's `runs`, `test` trace and `store`."""
    start(pytestconfig)
    ensure_recording(pytestconfig)
    from pytest_flock_trace.recording.runs import traced_run as runs

    return runs


@pytest.fixture(scope="session")
def trace_store(traced_run: TracedRuns) -> TraceStore:
    """SQL over everything the test has recorded so far: `trace_store.sql("select * from spans")`."""
    return traced_run.store


@pytest.fixture
def trace_snapshot(request: pytest.FixtureRequest) -> TraceSnapshot:
    """What a trace or a dependency graph was when it was written down: `assert run == trace_snapshot`."""
    start(request.config)
    ensure_recording(request.config)
    try:
        from pytest_flock_trace.snapshots import TraceSnapshot

        return TraceSnapshot.of(request.getfixturevalue("snapshot"), hide=read_settings(request.config).hide)
    except ModuleNotFoundError as exc:
        if (exc.name or "").partition(".")[0] != "syrupy":
            raise
        pytest.fail('trace_snapshot needs syrupy: pip install "pytest-flock-trace[snapshot]"', pytrace=False)
    except pytest.FixtureLookupError:
        pytest.fail("trace_snapshot needs syrupy's fixture 'snapshot'; is syrupy's plugin switched off?", pytrace=False)
