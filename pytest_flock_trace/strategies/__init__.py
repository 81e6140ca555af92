"""Hypothesis strategies: random spans and traces, workflows of agents, and flows of artifacts between them.

Each takes keyword arguments only, and what it draws shrinks towards few spans that succeed. Imported when first used,
since Hypothesis opens this package whenever it is imported itself.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_flock_trace.strategies.any_shape import spans, traces
    from pytest_flock_trace.strategies.artifact_flow import artifact_flows
    from pytest_flock_trace.strategies.workflow import workflows

__all__ = ["artifact_flows", "spans", "traces", "workflows"]

# No module is called what it defines: once imported, it would stand in the way of that.
_HOMES = {"artifact_flows": "artifact_flow", "spans": "any_shape", "traces": "any_shape", "workflows": "workflow"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = f"{__name__}.{_HOMES[name]}"
    value = globals()[name] = getattr(import_module(home), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
