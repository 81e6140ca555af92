"""Runs in which a writer and a critic go back and forth, until the critic is content and a publisher takes over."""

from __future__ import annotations

from typing import Any

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace

MS = 1_000_000


class Loop:
    """Makes the spans of one run, one after another."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.spans = [Span("review", span_id="root", trace_id=name, end_ns=1000 * MS, status="ok")]

    def invoke(self, agent: str, *tools: str, after: str | None = None, failed: bool = False) -> str:
        """An agent takes up what another invocation left and calls its tools."""
        key = f"{agent}{len(self.spans)}"
        start = len(self.spans) * 20 * MS
        status, links = "error" if failed else "ok", [f"{self.name}{after}"] if after else []
        attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": agent}
        times = {"start_ns": start, "end_ns": start + 18 * MS}
        self._add(f"invoke_agent {agent}", key, "root", **times, attributes=attributes, status=status, links=links)
        for number, tool in enumerate(tools, 1):
            attributes = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": tool}
            times = {"start_ns": start + number * MS, "end_ns": start + (number + 1) * MS}
            self._add(f"execute_tool {tool}", f"{key}{number}", self.name + key, **times, attributes=attributes)
        return key

    def _add(self, name: str, key: str, parent: str, **more: Any) -> None:
        self.spans.append(Span(name, span_id=self.name + key, parent_id=parent, trace_id=self.name, **more))

    @property
    def trace(self) -> Trace:
        return Trace.of(self.spans, name=self.name)


def loop(name: str, rounds: int, *, unreviewed: bool = False, failing: bool = False) -> Trace:
    """A run of so many drafts, each of which the critic reviews unless the last one is to be printed as it is."""
    made, before = Loop(name), None
    for number in range(rounds):
        last = number == rounds - 1
        before = made.invoke("writer", after=before, failed=failing and last)
        if not (unreviewed and last):
            before = made.invoke("critic", "look_up", after=before)
    made.invoke("publisher", after=before)
    return made.trace
