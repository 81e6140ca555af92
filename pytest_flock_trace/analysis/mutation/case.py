"""A trace before and after one change, and what a test would call the span that it concerns."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_flock_trace.model.pattern import Pattern, span
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace


@dataclass(frozen=True)
class Case:
    """A trace before and after a change."""

    trace: Trace
    """As it was."""
    after: Trace
    span: Span
    """The one that the change concerns, as it was."""

    @property
    def pattern(self) -> Pattern:
        """What a test would call the span."""
        return pattern_of(self.span)


def pattern_of(one: Span) -> Pattern:
    """What a test would call the span: its agent, its tool, else its name."""
    if one.agent is not None:
        return span(agent=one.agent)
    return span(one.name) if one.tool is None else span(tool=one.tool)
