"""The span of another process below which this one works."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ParentSpan:
    """That span, as W3C and OpenTelemetry hand it down."""

    carrier: Mapping[str, str]
    """TRACEPARENT, TRACESTATE and BAGGAGE by their names in HTTP headers; empty where there is no parent."""

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> ParentSpan:
        """The environment as it is now, or as the mapping says."""
        values = os.environ if variables is None else variables
        found = {name: values.get(name.upper(), "") for name in ("traceparent", "tracestate", "baggage")}
        return cls({name: value for name, value in found.items() if value} if found["traceparent"] else {})
