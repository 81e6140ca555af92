from __future__ import annotations

import os
from collections.abc import Iterator

# After each session that it runs in this process, pytester forgets the modules which that session imported. They would
# be imported again by the next one, and DuckDB's native module does not survive that.
import arro3.core  # noqa: F401
import duckdb  # noqa: F401
import pytest
from hypothesis import HealthCheck, settings
from opentelemetry import trace

import pytest_flock_trace.plugin.explain
import pytest_flock_trace.plugin.session  # noqa: F401

pytest_plugins = ["pytester"]

# How fast an example runs depends on the machine and is no property of the code. In CI a change is judged by the same
# examples each time; whoever works on the code meets others.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("CI", settings.get_profile("tests"), derandomize=True, database=None)
settings.register_profile("few", settings.get_profile("CI"), max_examples=15)
settings.load_profile("CI" if os.environ.get("CI") else "tests")


@pytest.fixture
def provider_globals() -> Iterator[None]:
    """Put the global provider back as it was."""
    before = trace._TRACER_PROVIDER
    done = trace._TRACER_PROVIDER_SET_ONCE._done
    yield
    trace._TRACER_PROVIDER = before
    trace._TRACER_PROVIDER_SET_ONCE._done = done
