"""Living with Flock: its tracing on, its debug logs down, its module never imported by us."""

from __future__ import annotations

import sys

from pytest_flock_trace.environment.tracing import Environment, set_auto_trace

_LOGGING = "flock.logging.logging"
_AUTO_TRACE = "flock.logging.auto_trace"


class FlockManners:
    """Turns Flock's own auto-tracing on while we record, unless the user decided, and quiets what it logs."""

    def __init__(self) -> None:
        self._before = Environment.read().auto_trace
        self._quieted = False
        if self._before is None:
            set_auto_trace("true")

    def quiet(self) -> None:
        """Lower Flock's log levels, which its auto-tracing sets to DEBUG, once Flock has been imported."""
        if self._quieted or _AUTO_TRACE not in sys.modules or _LOGGING not in sys.modules:
            return
        configure = getattr(sys.modules[_LOGGING], "configure_logging", None)
        if configure is not None:
            configure("ERROR", "ERROR", {"tools": "ERROR", "agent": "ERROR", "flock": "ERROR"})
            self._quieted = True

    def restore(self) -> None:
        """Leave the environment as it was."""
        if self._before is None:
            set_auto_trace(None)
