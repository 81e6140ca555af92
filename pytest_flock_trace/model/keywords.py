"""The keywords of `span`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from pytest_flock_trace.model.duration import DurationLike
    from pytest_flock_trace.model.matcher import TextLike
    from pytest_flock_trace.model.pattern import PatternLike
    from pytest_flock_trace.model.span import Span


class Conditions(TypedDict, total=False):
    """The keywords of `span`."""

    service: TextLike
    operation: TextLike
    agent: TextLike
    """The agent whose invocation the span is."""
    actor: TextLike
    """The nearest enclosing agent."""
    tool: TextLike
    kind: TextLike
    status: TextLike
    scope: TextLike
    """The name of the instrumentation library."""
    event: TextLike
    """The name of some event of the span."""
    attributes: Mapping[str, Any]
    """Values compare by equality; a compiled regex is searched; a callable is asked."""
    where: Callable[[Span], object]
    """Asked about each span that meets the other conditions."""
    faster_than: DurationLike
    slower_than: DurationLike
    under: PatternLike
    """Some ancestor matches."""
    over: PatternLike
    """Some descendant matches."""
    child_of: PatternLike
    """The parent matches."""
    parent_of: PatternLike
    """Some child matches."""
    beside: PatternLike
    """Some other child of the same parent matches."""
    after: PatternLike
    """The span starts at or after the end of some match."""
    before: PatternLike
    """The span ends at or before the start of some match."""
    overlapping: PatternLike
    """The span shares a moment with some match: it is neither before nor after it."""
    caused_by: PatternLike
    """A causal path of parents, links and artifacts leads to the span from some match."""
    causes: PatternLike
    """A causal path of parents, links and artifacts leads from the span to some match."""
