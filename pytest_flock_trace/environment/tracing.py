"""What is traced, and where spans are kept, as far as the environment says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pytest_flock_trace.environment.words import says_yes

AUTO_TRACE = "FLOCK_AUTO_TRACE"
TRACE_FILE = "FLOCK_TRACE_FILE"
DEFAULT_FILE = Path(".flock", "traces.duckdb")
"""Where Flock puts its traces, in the working directory."""
TRACE_DAYS = "FLOCK_TRACE_TTL_DAYS"


class Environment(NamedTuple):
    """What the environment says about tracing, at one moment."""

    sdk_disabled: bool
    """OTEL_SDK_DISABLED: OpenTelemetry hands out tracers that record nothing."""
    names_provider: bool
    """OTEL_PYTHON_TRACER_PROVIDER: OpenTelemetry loads a provider by itself."""
    speaks_of_otel: bool
    """Any variable of OpenTelemetry's: somebody means to use it."""
    counts_spans: bool
    """OTEL_PYTHON_SDK_INTERNAL_METRICS_ENABLED: the SDK keeps metrics of the spans that it starts and ends."""
    auto_trace: str | None
    """FLOCK_AUTO_TRACE as it stands; None if it is unset."""
    trace_file: bool
    """FLOCK_TRACE_FILE: spans go into `.flock/traces.duckdb` of the working directory."""
    trace_days: str | None
    """FLOCK_TRACE_TTL_DAYS as it stands: for how many days a trace file keeps traces; None if it is unset."""

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> Environment:
        """The environment as it is now, or as the mapping says."""
        values = os.environ if variables is None else variables
        return cls(
            sdk_disabled=says_yes("OTEL_SDK_DISABLED", values),
            names_provider=bool(values.get("OTEL_PYTHON_TRACER_PROVIDER")),
            speaks_of_otel=any(name.startswith("OTEL_") for name in values),
            counts_spans=says_yes("OTEL_PYTHON_SDK_INTERNAL_METRICS_ENABLED", values),
            auto_trace=values.get(AUTO_TRACE),
            trace_file=says_yes(TRACE_FILE, values),
            trace_days=values.get(TRACE_DAYS, "").strip() or None,
        )


def set_auto_trace(value: str | None) -> None:
    """Set FLOCK_AUTO_TRACE, which Flock reads when it is imported; None unsets it."""
    if value is None:
        os.environ.pop(AUTO_TRACE, None)
    else:
        os.environ[AUTO_TRACE] = value
