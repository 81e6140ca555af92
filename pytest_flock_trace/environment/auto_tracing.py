"""Tracing without changes to the code."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from pytest_flock_trace.environment.tracing import AUTO_TRACE
from pytest_flock_trace.environment.words import names, switch


@dataclass(frozen=True)
class AutoTracing:
    """What the environment says about tracing without changes to the code."""

    enabled: bool | None
    """FLOCK_AUTO_TRACE; None if it is unset or empty."""
    services: frozenset[str] | None
    """FLOCK_TRACE_SERVICES: names of the classes to trace, in lower case; None for all."""
    ignore: frozenset[str]
    """FLOCK_TRACE_IGNORE: `Class.method` of what is not to be traced."""

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> AutoTracing:
        """The environment as it is now, or as the mapping says; raise `BadSetting` for what can't be understood."""
        values = os.environ if variables is None else variables
        services = names("FLOCK_TRACE_SERVICES", values)
        return cls(
            enabled=switch(AUTO_TRACE, values),
            services=frozenset(name.lower() for name in services) or None,
            ignore=frozenset(names("FLOCK_TRACE_IGNORE", values)),
        )
