"""Rate, errors and duration of each agent, service or operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Literal, cast, get_args

from pytest_flock_trace.analysis.quantile import quantile
from pytest_flock_trace.analysis.table import Table
from pytest_flock_trace.analysis.tabulation import tabulate
from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.duration import NANOSECONDS, Duration
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree

RedSubject = Literal["agent", "service", "operation"]
SUBJECTS = get_args(RedSubject)


@dataclass(frozen=True)
class Red:
    """The RED numbers of one subject. Those that `red` returns carry the question they answer."""

    count: int
    errors: int
    """How many spans have the status `error`."""
    error_rate: float
    """Errors per span, 0 to 1."""
    rate: float | None
    """Spans per second of the window; None for fewer than two spans or an empty window."""
    p50: Duration
    p95: Duration
    p99: Duration


def summarize(durations: Sequence[int], errors: int, window_ns: int) -> Red:
    """The RED numbers of pooled samples: nanoseconds of each span, how many of them failed, the time they fell in.

    Percentiles interpolate linearly and round half a nanosecond up; without samples everything is 0.
    """
    count = len(durations)
    ordered = sorted(durations)
    measured = count > 1 and window_ns > 0
    return Red(
        count=count,
        errors=errors,
        error_rate=errors / count if count else 0.0,
        rate=count * NANOSECONDS["s"] / window_ns if measured else None,
        p50=percentile(ordered, 0.50),
        p95=percentile(ordered, 0.95),
        p99=percentile(ordered, 0.99),
    )


def percentile(durations: Sequence[int], q: float) -> Duration:
    """The quantile of nanoseconds, half a nanosecond rounded up; 0 without any."""
    return Duration(floor(quantile(durations, q) + 0.5) if durations else 0)


def red(trace: Trace, by: RedSubject = "agent") -> Mapping[str, Red]:
    """The RED numbers of every subject in the trace, the one with the most spans first, then by name.

    Agents are counted by their invocations, services and operations by every span but run roots. The window is the
    trace. Raises `BadArgument` for another `by`; a subject that the trace does not have raises a `KeyError` that names
    those it has.
    """
    if by not in SUBJECTS:
        raise BadArgument(f"by={by!r} is no subject of red(); valid: {', '.join(SUBJECTS)}")
    return cast("Table[str, Red]", tabulate(trace, by, _measure))


def _measure(tree: SpanTree, positions: Sequence[int], window_ns: int) -> Red:
    spans = [tree.spans[at] for at in positions]
    return summarize([span.duration for span in spans], sum(span.failed for span in spans), window_ns)
