"""The process that started this one, as the parent of what this one does."""

from __future__ import annotations

from pytest_flock_trace.environment.parent_span import ParentSpan


def follow_parent() -> None:
    """Where TRACEPARENT is set, what this context does from now on goes on below the span that it names."""
    carrier = ParentSpan.read().carrier
    if carrier:
        from pytest_flock_trace.capture.remote_parent import follow

        follow(carrier)
