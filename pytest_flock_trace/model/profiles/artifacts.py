"""Spans with the artifacts that their framework records."""

from __future__ import annotations

from pytest_flock_trace.model.profiles import flock
from pytest_flock_trace.model.span import Span, with_artifacts


def with_profile(span: Span) -> Span:
    """The span with the artifacts that its framework records, unless somebody has said which they are."""
    if span.name not in flock.HANDLING or span.consumed or span.produced:
        return span
    found = flock.artifacts(span)
    return with_artifacts(span, *found) if any(found) else span
