"""Workflows: an agent that calls models, tools and other agents, named as OpenTelemetry's conventions name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.strategies.options import checked_names, checked_sizes, outcomes
from pytest_flock_trace.strategies.rows import CHILD, climb

AGENTS: Final = ("writer", "critic", "researcher", "planner")
TOOLS: Final = ("search", "fetch", "calculate")
MODELS: Final = ("small-model", "large-model")
_MS: Final = 1_000_000
_LONGEST: Final = 2_000
"""Milliseconds that a step takes by itself."""
_TOKENS: Final = 4
"""A model reads so many tokens for each that it writes, and writes one in a millisecond."""
_TOGETHER: Final = -1
"""Stands beside the relations for a sibling that starts with the one before rather than after it."""
_RELATIONS: Final = st.sampled_from((0, CHILD, 0, CHILD, _TOGETHER, 2, 3))
_CHAT, _EXECUTE_TOOL, _INVOKE_AGENT = "chat", "execute_tool", "invoke_agent"
_NAMED_BY: Final = {
    _CHAT: "gen_ai.request.model",
    _EXECUTE_TOOL: "gen_ai.tool.name",
    _INVOKE_AGENT: "gen_ai.agent.name",
}


class _Step(NamedTuple):
    """One call, which becomes a span only beside those before it. The fewer values it has, the sooner it is small."""

    relation: int
    called: tuple[str, str]
    """What was done and with whom: the operation, and the name of an agent, a tool or a model."""
    milliseconds: int
    failed: bool

    @property
    def attributes(self) -> dict[str, Any]:
        """What the conventions have a span of this kind say."""
        what, whom = self.called
        said: dict[str, Any] = {"gen_ai.operation.name": what, _NAMED_BY[what]: whom}
        if what == _CHAT:
            said["gen_ai.usage.input_tokens"] = self.milliseconds * _TOKENS
            said["gen_ai.usage.output_tokens"] = self.milliseconds
        return {**said, "error.type": "TimeoutError"} if self.failed else said


@dataclass
class _Call:
    """A step at its place, while the calls inside it still make it longer."""

    step: _Step
    number: int
    parent: _Call | None
    start: int
    end: int
    busy_until: int
    """When the calls inside it are over."""
    latest: int
    """When the last of them began."""

    def span(self) -> Span:
        """What it is in the end."""
        return Span(
            " ".join(self.step.called),
            span_id=str(self.number),
            parent_id=None if self.parent is None else str(self.parent.number),
            start_ns=self.start * _MS,
            end_ns=self.end * _MS,
            kind="client" if self.step.called[0] == _CHAT else "internal",
            status="error" if self.step.failed else "unset",
            attributes=self.step.attributes,
        )


def workflows(
    *,
    min_spans: int = 1,
    max_spans: int = 12,
    agents: Sequence[str] = AGENTS,
    tools: Sequence[str] = TOOLS,
    models: Sequence[str] = MODELS,
    error_rate: float = 0.1,
) -> st.SearchStrategy[Trace]:
    """Traces below one invocation of an agent, in which calls follow each other or run side by side.

    Models call nothing; tools call models, tools and agents, and so do agents. A call lasts as long as those inside it.
    One that fails need not fail its caller. Raises `BadArgument` for options that can't be meant.
    """
    least, most = checked_sizes(min_spans, max_spans, least=1)
    invoked = [(_INVOKE_AGENT, name) for name in checked_names("agents", agents)]
    asked = [(_CHAT, name) for name in checked_names("models", models)]
    executed = [(_EXECUTE_TOOL, name) for name in checked_names("tools", tools)]
    rest = st.sampled_from(range(1, _LONGEST + 1)), st.sampled_from(outcomes(error_rate, (False,), failed=True))
    root = st.tuples(st.just(0), st.sampled_from(invoked), *rest)
    step = st.tuples(_RELATIONS, st.sampled_from([*asked, *executed, *invoked]), *rest)
    steps = st.lists(step, min_size=least - 1, max_size=most - 1)
    return st.builds(_workflow, root, steps)


def _workflow(root: tuple[Any, ...], steps: Sequence[tuple[Any, ...]]) -> Trace:
    calls: list[_Call] = []
    line: list[_Call] = []
    for step in map(_Step._make, (root, *steps)):
        # nothing is called by a model, and all is called by the root
        relation = 0 if line and line[-1].step.called[0] == _CHAT and step.relation == CHILD else step.relation
        climb(line, max(0, relation), top=1)
        line.append(_called(step, len(calls), line[-1] if line else None))
        calls.append(line[-1])
        _lengthen(line)
    return Trace.of([call.span() for call in calls], name="workflow")


def _called(step: _Step, number: int, parent: _Call | None) -> _Call:
    start = 0
    if parent is not None:
        start = parent.latest = parent.latest if step.relation == _TOGETHER else parent.busy_until
    return _Call(step, number, parent, start, start + step.milliseconds, start, start)


def _lengthen(line: Sequence[_Call]) -> None:
    """None of those that have led to the last call is over before it is."""
    end = line[-1].end
    for call in line[:-1]:
        call.end = max(call.end, end)
        call.busy_until = max(call.busy_until, end)
