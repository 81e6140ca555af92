"""Which traces of a process are kept, as far as the environment says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class SamplingSettings:
    """What the environment says about which traces of a process are kept; each is empty where it is unset."""

    sampler: str
    """OTEL_TRACES_SAMPLER."""
    argument: str
    """OTEL_TRACES_SAMPLER_ARG."""
    slow: str
    """FLOCK_TRACE_SLOW: how long a trace takes that is kept whatever the sampler says."""

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> SamplingSettings:
        """The environment as it is now, or as the mapping says."""
        values = os.environ if variables is None else variables
        names = ("OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG", "FLOCK_TRACE_SLOW")
        return cls(*(values.get(name, "").strip() for name in names))
