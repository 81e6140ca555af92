"""How the time of a trace spreads over its operations, services, agents or whatever its spans have in common."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from pytest_flock_trace.analysis.red import percentile
from pytest_flock_trace.analysis.subject import By, Reader
from pytest_flock_trace.analysis.tabulation import tabulate
from pytest_flock_trace.model.duration import Duration
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree


@dataclass(frozen=True)
class Row:
    """The spans of one subject. Every number carries the question it answers."""

    count: int
    errors: int
    """How many spans have the status `error`."""
    total: Duration
    """Sum of the durations; spans inside one another count each for itself."""
    mean: Duration
    """Half a nanosecond is rounded up, as in the percentiles."""
    min: Duration
    max: Duration
    p50: Duration
    p95: Duration
    p99: Duration
    self_total: Duration
    """Time that no direct child of these spans covers."""
    share: float
    """`self_total` as a part of the time that the traces took, each from its first start to its last end; above 1 where
    spans run side by side, 0 where no time passed."""


@overload
def statistics(trace: Trace, by: str = "operation") -> Mapping[str, Row]: ...
@overload
def statistics(trace: Trace, by: Reader) -> Mapping[Hashable, Row]: ...
@overload
def statistics(trace: Trace, by: tuple[str | Reader, ...]) -> Mapping[tuple[Hashable, ...], Row]: ...
def statistics(trace: Trace, by: By = "operation") -> Mapping[Any, Row]:
    """A row for each subject in the trace, the one with the most spans first, then by name.

    `by` is `operation`, `service`, `name`, `agent` (its invocations), `attributes.KEY`, a function of a span, or a
    tuple of these, which makes tuples the subjects. Spans without a value are left out, except that those without
    the attribute form the subject `(without)`; so are run roots. Attribute values that are no text are JSON text.
    Raises `BadArgument` for another `by`; a subject that the trace does not have raises a `KeyError` that names those
    it has.
    """
    return tabulate(trace, by, _measure)


def _measure(tree: SpanTree, positions: Sequence[int], _window_ns: int) -> Row:
    spans = [tree.spans[at] for at in positions]
    ordered = sorted(int(span.duration) for span in spans)
    count, total = len(spans), sum(ordered)
    self_total = sum(map(tree.self_time, positions))
    return Row(
        count=count,
        errors=sum(span.failed for span in spans),
        total=Duration(total),
        mean=Duration((2 * total + count) // (2 * count) if count else 0),
        min=Duration(min(ordered, default=0)),
        max=Duration(max(ordered, default=0)),
        p50=percentile(ordered, 0.50),
        p95=percentile(ordered, 0.95),
        p99=percentile(ordered, 0.99),
        self_total=Duration(self_total),
        share=self_total / tree.recorded if tree.recorded else 0.0,
    )
