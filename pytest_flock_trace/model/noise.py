"""Spans that a framework makes for its own housekeeping: most of the lines of a trace, and none of its story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_flock_trace.model.profiles import flock

if TYPE_CHECKING:
    from pytest_flock_trace.model.tree import SpanTree


def noise(tree: SpanTree) -> dict[int, str]:
    """What the spans of no interest are, by position. One that failed is of interest."""
    return {at: flock.HOOK for at, span in enumerate(tree.spans) if flock.is_hook(span) and not span.failed}
