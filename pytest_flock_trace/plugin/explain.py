"""Why a comparison failed, for pytest's assertion rewriting: expected, seen, hint; at most eight lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from pytest_flock_trace.model.duration import Duration
from pytest_flock_trace.model.explanation import nearest_lines
from pytest_flock_trace.model.pattern import Pattern, as_pattern
from pytest_flock_trace.model.question import Question
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.text import failure_of, label_of

_MOST_LINES = 8
_MOST_SPANS = 5


@dataclass(frozen=True)
class Explanation:
    """Lines for the terminal and the spans to mark in the captured trace."""

    lines: list[str]
    culprits: Sequence[Span] = field(default=())


def explain(op: str, left: object, right: object) -> Explanation | None:
    """The explanation of a failed `left op right`; None for values that are not ours."""
    if op in ("in", "not in") and isinstance(right, Trace) and isinstance(left, (Pattern, str)):
        pattern = as_pattern(left)
        return _unexpected(pattern, right) if op == "not in" else _missing(pattern, right)
    for value, other in ((left, right), (right, left)):
        question = getattr(value, "question", None)
        if isinstance(question, Question):
            return _compared(op, question, value, other, swapped=value is right)
    return None


def _missing(pattern: Pattern, trace: Trace) -> Explanation:
    hints, near = nearest_lines(pattern, trace.tree)
    head = f"{pattern!r} in {trace.title}: none of {len(trace)} spans matches"
    return Explanation([head, *hints][:_MOST_LINES], near)


def _unexpected(pattern: Pattern, trace: Trace) -> Explanation:
    found = list(trace.find(pattern))
    noun = "span matches" if len(found) == 1 else "spans match"
    head = f"{pattern!r} not in {trace.title}: {len(found)} {noun}"
    return Explanation([head, *_shown(found)], found)


def _compared(op: str, question: Question, value: object, other: object, *, swapped: bool) -> Explanation:
    evidence = list(question.evidence(question.trace))
    sides = (_text(other, value), _text(value)) if swapped else (_text(value), _text(other, value))
    head = f"{sides[0]} {op} {sides[1]}: {question.text} is {_text(value)}"
    hints = [] if evidence else list(question.hint(question.trace))
    return Explanation([head, *_shown(evidence), *hints][:_MOST_LINES], evidence)


def _shown(spans: Sequence[Span]) -> list[str]:
    lines = [f"  {_line(span)}" for span in spans[:_MOST_SPANS]]
    return [*lines, f"  … and {len(spans) - _MOST_SPANS} more"] if len(spans) > _MOST_SPANS else lines


def _line(span: Span) -> str:
    failure = f"  ERROR {failure_of(span)}".rstrip() if span.failed else ""
    return f"{label_of(span)}  {span.duration}{failure}"


def _text(value: object, beside: object = None) -> str:
    if isinstance(beside, Duration) and isinstance(value, (int, str, timedelta)) and not isinstance(value, bool):
        return str(Duration(value))
    return str(value) if isinstance(value, (int, float)) else repr(value)
