"""Flows of artifacts: agents that take up what others have produced, as on a blackboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from pytest_flock_trace.model.artifact import Artifact
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.strategies.options import checked_names, checked_sizes, outcomes
from pytest_flock_trace.strategies.workflow import AGENTS

TYPES: Final = ("Draft", "Review", "Report")
_MS: Final = 1_000_000
_LONGEST: Final = 2_000
"""Milliseconds that an invocation takes, or waits before it takes up what it could."""


class _Turn(NamedTuple):
    """One invocation, which becomes a span only beside those before it."""

    agent: str
    taken: Sequence[str]
    """Types of what it takes up: the latest of each, if there is any."""
    produced: Sequence[str] | None
    """Types of what it brings forth; None where it fails."""
    times: int
    """How long it waits and how long it takes, in one number."""


def artifact_flows(
    *,
    min_spans: int = 1,
    max_spans: int = 8,
    agents: Sequence[str] = AGENTS,
    types: Sequence[str] = TYPES,
    error_rate: float = 0.1,
) -> st.SearchStrategy[Trace]:
    """Traces of invocations side by side, each of which starts after those have ended whose artifacts it takes up.

    Of up to two types each takes up the latest artifact, its own if that is it, and of up to two it produces one; an
    invocation that fails produces nothing. Raises `BadArgument` for options that can't be meant.
    """
    least, most = checked_sizes(min_spans, max_spans, least=1)
    kinds = checked_names("types", types)
    some = [(), *((kind,) for kind in kinds), *zip(kinds, (*kinds[1:], kinds[0]), strict=True)]
    turn = st.tuples(
        st.sampled_from(checked_names("agents", agents)),
        st.sampled_from(some),
        st.sampled_from(outcomes(error_rate, some, failed=None)),
        st.sampled_from(range(_LONGEST**2)),
    )
    return st.lists(turn, min_size=least, max_size=most).map(_flow)


def _flow(turns: Sequence[tuple[Any, ...]]) -> Trace:
    spans: list[Span] = []
    latest: dict[str, tuple[Artifact, int]] = {}
    count = 0
    for number, turn in enumerate(map(_Turn._make, turns)):
        taken = [latest[kind] for kind in dict.fromkeys(turn.taken) if kind in latest]
        start = max((ready for _, ready in taken), default=0) + turn.times // _LONGEST * _MS
        kinds = turn.produced or ()
        produced = [Artifact(f"{kind.lower()}-{count + place}", kind) for place, kind in enumerate(kinds, 1)]
        spans.append(_span(number, turn, start, [artifact for artifact, _ in taken], produced))
        latest.update((kind, (artifact, spans[-1].end_ns)) for kind, artifact in zip(kinds, produced, strict=True))
        count += len(produced)
    return Trace.of(spans, name="artifact flow")


def _span(number: int, turn: _Turn, start: int, consumed: Sequence[Artifact], produced: Sequence[Artifact]) -> Span:
    return Span(
        f"invoke_agent {turn.agent}",
        span_id=str(number),
        start_ns=start,
        end_ns=start + (1 + turn.times % _LONGEST) * _MS,
        status="error" if turn.produced is None else "unset",
        attributes={"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": turn.agent},
        consumed=consumed,
        produced=produced,
    )
