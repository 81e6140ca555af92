from __future__ import annotations

# After each session that it runs in this process, pytester forgets the modules which that session imported. They would
# be imported again by the next one, and DuckDB's native module does not survive that.
import arro3.core  # noqa: F401
import duckdb  # noqa: F401
from hypothesis import HealthCheck, settings

import pytest_flock_trace.plugin.explain
import pytest_flock_trace.plugin.session  # noqa: F401

pytest_plugins = ["pytester"]

# How fast an example runs depends on the machine and is no property of the code.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")
