"""See and test what agent workflows really do.

Every name is imported when it is first used, so that installing the plugin costs a test run nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.backward_walk import Section
    from pytest_flock_trace.analysis.critical_path import CriticalPath, critical_path
    from pytest_flock_trace.analysis.red import Red, red
    from pytest_flock_trace.analysis.statistics import statistics
    from pytest_flock_trace.errors import FlockTraceError, NotExactlyOne, NothingCaptured, RunStillOpen, Vacuous
    from pytest_flock_trace.model.duration import Duration
    from pytest_flock_trace.model.pattern import Pattern, span
    from pytest_flock_trace.model.question import Count
    from pytest_flock_trace.model.selection import Selection
    from pytest_flock_trace.model.span import Event, Link, Span
    from pytest_flock_trace.model.trace import Trace
    from pytest_flock_trace.model.tree import SpanTree
    from pytest_flock_trace.plugin.hookspecs import DROP
    from pytest_flock_trace.recording.runs import TracedRuns, traced_run
    from pytest_flock_trace.recording.traced_run import TracedRun
    from pytest_flock_trace.render.outline import outline
    from pytest_flock_trace.store.memory import TraceStore
    from pytest_flock_trace.store.result import Rows

_HOMES = {
    "DROP": "plugin.hookspecs",
    "Count": "model.question",
    "CriticalPath": "analysis.critical_path",
    "Duration": "model.duration",
    "Event": "model.span",
    "FlockTraceError": "errors",
    "Link": "model.span",
    "NotExactlyOne": "errors",
    "NothingCaptured": "errors",
    "Pattern": "model.pattern",
    "Red": "analysis.red",
    "Rows": "store.result",
    "RunStillOpen": "errors",
    "Section": "analysis.backward_walk",
    "Selection": "model.selection",
    "Span": "model.span",
    "SpanTree": "model.tree",
    "Trace": "model.trace",
    "Vacuous": "errors",
    "TraceStore": "store.memory",
    "TracedRun": "recording.traced_run",
    "TracedRuns": "recording.runs",
    "critical_path": "analysis.critical_path",
    "outline": "render.outline",
    "red": "analysis.red",
    "span": "model.pattern",
    "statistics": "analysis.statistics",
    "traced_run": "recording.runs",
}

__all__ = [  # the names are those of the table above
    "DROP",
    "Count",
    "CriticalPath",
    "Duration",
    "Event",
    "FlockTraceError",
    "Link",
    "NotExactlyOne",
    "NothingCaptured",
    "Pattern",
    "Red",
    "Rows",
    "RunStillOpen",
    "Section",
    "Selection",
    "Span",
    "SpanTree",
    "Trace",
    "TraceStore",
    "TracedRun",
    "TracedRuns",
    "Vacuous",
    "critical_path",
    "outline",
    "red",
    "span",
    "statistics",
    "traced_run",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
