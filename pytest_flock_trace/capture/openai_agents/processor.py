"""A trace processor of the OpenAI Agents SDK that makes OpenTelemetry spans of what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, cast

from opentelemetry import context as otel_context
from opentelemetry import trace as otel_trace
from opentelemetry.trace import Link, Status, StatusCode

from pytest_flock_trace.capture.openai_agents.meaning import failure, meaning, workflow
from pytest_flock_trace.errors import MissingExtra

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, SpanContext
    from opentelemetry.util.types import Attributes, AttributeValue

    from pytest_flock_trace.capture.openai_agents.meaning import Meaning
    from pytest_flock_trace.capture.openai_agents.source import SourceSpan, SourceTrace

SCOPE: Final = "pytest_flock_trace.openai_agents"
_INNERMOST: Final = otel_context.create_key("openai_agents_innermost")
"""In a context: the SDK's id of the innermost of its spans or traces that are open there."""


@dataclass(frozen=True)
class _Begun:
    """A span of ours for one of the SDK's."""

    span: Span
    before: Context
    """The context that it was started in."""
    inside: Context
    """The same with the span as the current one."""


@dataclass
class _Workflow:
    """What has been begun in one of the SDK's traces, kept while anything may yet come below it."""

    root: _Begun | None
    """None where a run goes on that was interrupted: the SDK tells neither the start nor the end of its trace again."""
    begun: dict[str, _Begun] = field(default_factory=dict[str, _Begun])
    unfinished: set[str] = field(default_factory=set[str])
    handed_over: dict[str, SpanContext] = field(default_factory=dict[str, "SpanContext"])
    """By agent, the handoff that it has yet to take up."""
    over: bool = False


class OpenAIAgentsProcessor:
    """Makes a span of everything that the SDK traces; while one is open, spans of others begin below it.

    What is the SDK's `TracingProcessor` in all but the base class, which would need the SDK to be installed.
    """

    def __init__(self) -> None:
        self._workflows: dict[str, _Workflow] = {}

    def on_trace_start(self, trace: SourceTrace) -> None:
        """Open the workflow's span."""
        named = workflow(trace.name, trace.trace_id, getattr(trace, "group_id", None))
        self._workflows[trace.trace_id] = _Workflow(_begin(trace.trace_id, named, otel_context.get_current()))

    def on_trace_end(self, trace: SourceTrace) -> None:
        """Close the workflow's span."""
        around = self._workflows.get(trace.trace_id)
        if around is None:
            return
        if around.root is not None:
            _leave(trace.trace_id, around.root)
        around.over = True
        self._forget(trace.trace_id, around)

    def on_span_start(self, span: SourceSpan) -> None:
        """Open a span below that of its parent, or below what others have opened inside that since."""
        around = self._workflows.setdefault(span.trace_id, _Workflow(None, over=True))
        context = _context_of(span, around.begun.get(span.parent_id or "", around.root))
        begun = _begin(span.span_id, meaning(span.span_data), context, _taken_up(span, around))
        around.begun[span.span_id] = begun
        around.unfinished.add(span.span_id)

    def on_span_end(self, span: SourceSpan) -> None:
        """Close a span, now that all is known of it."""
        around = self._workflows.get(span.trace_id)
        if around is None or span.span_id not in around.unfinished:  # it began before this processor was there
            return
        begun = around.begun[span.span_id]
        _complete(begun.span, span)
        if span.span_data.type == "handoff" and span.span_data.to_agent:
            around.handed_over[span.span_data.to_agent] = begun.span.get_span_context()
        _leave(span.span_id, begun)
        around.unfinished.discard(span.span_id)
        self._forget(span.trace_id, around)

    def shutdown(self) -> None:
        """Close what the SDK leaves open, as the program ends."""
        for around in self._workflows.values():
            for left in around.unfinished:
                around.begun[left].span.end()
            if around.root is not None and not around.over:
                around.root.span.end()
        self._workflows.clear()

    def force_flush(self) -> None:
        """Nothing waits here: spans go to OpenTelemetry as they end."""

    def _forget(self, trace_id: str, around: _Workflow) -> None:
        if around.over and not around.unfinished:
            self._workflows.pop(trace_id, None)


def trace_openai_agents(*others: Any) -> None:
    """Make OpenTelemetry spans of what the OpenAI Agents SDK traces, in the words of the GenAI conventions.

    The SDK's other trace processors are left out, the one included that uploads to OpenAI, unless they are named here.
    Calling this again changes nothing. Raises `MissingExtra` where the SDK is not installed.
    """
    try:
        sdk: Any = import_module("agents")
    except ImportError as exc:
        raise MissingExtra(f"trace_openai_agents() needs the SDK: pip install openai-agents ({exc})") from exc
    if not hasattr(sdk, "set_trace_processors"):  # a likely name for a folder of a program's own
        raise MissingExtra(f"trace_openai_agents() needs the SDK, but {sdk!r} is imported as 'agents'")
    sdk.set_trace_processors([OpenAIAgentsProcessor(), *others])


def _begin(identity: str, meant: Meaning, context: Context, links: Sequence[Link] = ()) -> _Begun:
    before = otel_context.get_current()
    attributes = cast("Attributes", meant.attributes)
    span = otel_trace.get_tracer(SCOPE).start_span(meant.name, context, attributes=attributes, links=links)
    inside = otel_context.set_value(_INNERMOST, identity, otel_trace.set_span_in_context(span, context))
    otel_context.attach(inside)
    return _Begun(span, before, inside)


def _complete(span: Span, told: SourceSpan) -> None:
    """Say what the SDK has come to know since the start."""
    name, attributes = meaning(told.span_data)
    span.update_name(name)
    span.set_attributes(cast("dict[str, AttributeValue]", attributes))
    if told.error is not None:
        span.set_status(Status(StatusCode.ERROR, failure(told.error)))


def _leave(identity: str, begun: _Begun) -> None:
    """End the span; where it is the innermost of the SDK's, what was current before it is so again.

    The former context is put back rather than a token reset: generators end in contexts other than the one they began
    in, and a token holds in its own only.
    """
    begun.span.end()
    if otel_context.get_value(_INNERMOST) == identity:
        otel_context.attach(begun.before)


def _context_of(span: SourceSpan, parent: _Begun | None) -> Context:
    """The current context where the parent is the innermost there: the program's own spans stand in it, too."""
    current = otel_context.get_current()
    innermost = otel_context.get_value(_INNERMOST, current)
    return current if parent is None or innermost == (span.parent_id or span.trace_id) else parent.inside


def _taken_up(span: SourceSpan, around: _Workflow) -> list[Link]:
    """The handoff that an agent's invocation takes up: the SDK has the two side by side."""
    if span.span_data.type != "agent":
        return []
    cause = around.handed_over.pop(span.span_data.name, None)
    return [] if cause is None else [Link(cause)]
