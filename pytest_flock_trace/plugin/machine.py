"""Where and when a session ran, for whoever reads its report elsewhere."""

from __future__ import annotations

import os
import platform
import time
from datetime import datetime, timezone

from pytest_flock_trace.plugin.installed import versions
from pytest_flock_trace.render.session_result import SessionEnvironment

_PACKAGES = ("duckdb", "flock-core", "opentelemetry-sdk", "pytest", "pytest-flock-trace", "pytest-xdist")


def session_environment(started_ns: int) -> SessionEnvironment:
    """What is known of here and now; `started_ns` is when the session started, in nanoseconds since 1970."""
    return SessionEnvironment(
        started=datetime.fromtimestamp(started_ns / 1e9, timezone.utc).isoformat(timespec="seconds"),
        duration_ns=max(0, time.time_ns() - started_ns),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        platform=platform.platform(),
        cpus=os.cpu_count() or 0,
        packages=versions(_PACKAGES),
    )
