"""One row of numbers for each subject of a trace, each number with the question it answers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from pytest_flock_trace.analysis.subject import By, Reader, grouped, noun_of, reader_of
from pytest_flock_trace.analysis.table import Table, lacks
from pytest_flock_trace.model.check_log import CheckLog
from pytest_flock_trace.model.duration import Duration
from pytest_flock_trace.model.question import Count, Question, Ratio
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

R = TypeVar("R", bound="DataclassInstance")

Measure = Callable[[SpanTree, Sequence[int], int], R]
"""The row, a frozen dataclass, of the spans at these positions of a tree whose trace lasts so many nanoseconds."""

_OF_FAILURES = {"errors", "error_rate"}


def tabulate(trace: Trace, by: By, measure: Measure[R]) -> Table[Hashable, R]:
    """A row for each subject: the subject with the most spans first, then by name."""
    read, noun = reader_of(by), noun_of(by)
    tree, window = trace.tree, trace.duration  # of this moment: a run that goes on has another tree later
    groups = grouped(tree, read)
    return Table(
        groups,
        lambda subject: _Row(subject, noun, read, measure).of(trace, tree, groups[subject], window),
        noun,
        asked=None if (log := trace.check_log) is None else partial(_looked_up, log, trace, read, noun),
    )


def _looked_up(log: CheckLog, trace: Trace, read: Reader, noun: str, subject: object) -> None:
    """A test has asked for a subject's row, so it would notice if there were none."""
    log.add(f"{noun} {subject!r} in {trace.title}", [trace], lambda traces: subject in grouped(traces[0].tree, read))


@dataclass(frozen=True)
class _Row(Generic[R]):
    """One subject's row, for any trace."""

    subject: Hashable
    noun: str
    read: Reader
    measure: Measure[R]

    def of(self, trace: Trace, tree: SpanTree, positions: Sequence[int], window_ns: int) -> R:
        """The row with a question in each duration, whole number and ratio."""
        row = self.measure(tree, positions, window_ns)
        return replace(row, **{field.name: self._asked(trace, row, field.name) for field in fields(row)})

    def _asked(self, trace: Trace, row: R, name: str) -> object:
        value: object = getattr(row, name)
        question = Question(
            f"{name} of {self.noun} {self.subject!r} in {trace.title}",
            trace,
            lambda other: getattr(self._again(other), name),
            lambda other: self._evidence(other.tree, name, slowest_first=isinstance(value, Duration)),
            lambda other: self._hint(other.tree),
        )
        if isinstance(value, Duration):
            return Duration(value, question)
        if isinstance(value, int):
            return Count(value, question)
        return Ratio(value, question) if isinstance(value, float) else value

    def _again(self, trace: Trace) -> R:
        return self.of(trace, trace.tree, self._positions(trace.tree), trace.duration)

    def _positions(self, tree: SpanTree) -> list[int]:
        return [at for at, span in enumerate(tree.spans) if self.read(span) == self.subject]

    def _evidence(self, tree: SpanTree, name: str, *, slowest_first: bool) -> Sequence[Span]:
        spans = [tree.spans[at] for at in self._positions(tree)]
        if name in _OF_FAILURES:
            return [span for span in spans if span.failed]
        return sorted(spans, key=lambda span: -span.duration) if slowest_first else spans

    def _hint(self, tree: SpanTree) -> Sequence[str]:
        groups = grouped(tree, self.read)
        return [] if self.subject in groups else [lacks(self.noun, self.subject, groups)]
