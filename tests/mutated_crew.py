"""A crew's trace, to be changed as bugs would, and what tests check of it."""

from __future__ import annotations

from pytest_flock_trace.model.artifact import Artifact
from pytest_flock_trace.model.check_log import CheckLog
from pytest_flock_trace.model.span import RUN_ATTRIBUTE, Event, Span
from pytest_flock_trace.model.trace import Trace

MS = 1_000_000


def agent(name: str, start: int, end: int, **more) -> Span:
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
    given = {"parent_id": "run", "span_id": name, **more}
    return Span(f"invoke_agent {name}", start_ns=start * MS, end_ns=end * MS, attributes=attributes, **given)


def tool(name: str, parent: str, start: int, end: int, **more) -> Span:
    attributes = {"gen_ai.tool.name": name}
    given = {"span_id": name, **more}
    return Span(
        f"execute_tool {name}", parent_id=parent, start_ns=start * MS, end_ns=end * MS, attributes=attributes, **given
    )


def review(*more: Span, run: str = "review", trace_id: str = "t") -> Trace:
    """A writer, who uses a tool that is tried again, and a critic, who takes up the draft and fails."""
    draft = Artifact("d1", "Draft")
    spans = [
        Span(run, span_id="run", end_ns=100 * MS, attributes={RUN_ATTRIBUTE: run}),
        agent("writer", 1, 40, produced=[draft]),
        tool("search", "writer", 2, 20, events=[Event("retry", 5), Event("retry", 9)]),
        agent("critic", 50, 90, consumed=[draft], status="error"),
        tool("lookup", "critic", 55, 60),
        *more,
    ]
    return Trace.of([span.replace(trace_id=trace_id) for span in spans], name=run)


def logged(trace: Trace) -> CheckLog:
    """Have the checks of a trace taken down."""
    trace.check_log = CheckLog()
    return trace.check_log
