"""Why a comparison failed, for pytest's assertion rewriting: expected, seen, hint; at most eight lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from operator import eq, ge, gt, le, lt, ne
from typing import Any, cast

from pytest_flock_trace.analysis.cycle import Cycles
from pytest_flock_trace.analysis.dependencies import DependencyGraph
from pytest_flock_trace.analysis.step import StepLike
from pytest_flock_trace.analysis.trajectory import Trajectory
from pytest_flock_trace.model.clock import clock_note
from pytest_flock_trace.model.condition import Name
from pytest_flock_trace.model.duration import Duration
from pytest_flock_trace.model.evidence import SHOWN, evidence
from pytest_flock_trace.model.explanation import nearest_lines
from pytest_flock_trace.model.pattern import Pattern, as_pattern
from pytest_flock_trace.model.question import Question
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.model.selection import Selection
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import count_of, one_line
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.difference import Difference, Differing
from pytest_flock_trace.render.edge_difference import edge_difference

_MOST_LINES = 8
_MOST_CHARACTERS = 600
_SNAPSHOT, _GRAPH = "snapshot difference", "graph difference"
"""The sections that have all of a difference."""
_HOLDS: Mapping[str, Callable[[Any, Any], object]] = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(frozen=True)
class Explanation:
    """Lines for the terminal and the spans to mark in the captured trace."""

    lines: list[str]
    culprits: Sequence[Span] = field(default=())
    unmet: Iterable[Name] = field(default=())
    """Names that the check hoped to find."""
    section: tuple[str, str] | None = None
    """Title and text of a section of the report, where the lines have no room for it."""


def explain(op: str, left: object, right: object) -> Explanation | None:
    """The explanation of `left op right`; None for values that are not ours.

    pytest also asks about comparisons that hold, where they stand in a larger expression: those are not explained away.
    """
    if op in ("in", "not in") and isinstance(right, Trace):
        if isinstance(left, Rule):
            return _judged(left, right, negated=op == "not in")
        if isinstance(left, (Pattern, str)):
            pattern = as_pattern(left)
            return _unexpected(pattern, right) if op == "not in" else _missing(pattern, right)
    if not (_measured(left) or _measured(right)) or (op in _HOLDS and _HOLDS[op](left, right)):
        return None
    if op == "==" and (unequal := _graphs(left, right)) is not None:
        return unequal
    if op == "==" and isinstance(left, Selection) and isinstance(right, (list, tuple)):
        return _unexpected(left.pattern, left.trace) if not right else None
    for value, other in ((left, right), (right, left)):
        question = getattr(value, "question", None)
        if isinstance(question, Question):
            return _compared(op, question, value, other, swapped=value is right)
    if op == "==" and isinstance(left, Trajectory) and isinstance(right, (list, tuple)):
        return _walked(left, cast("Sequence[StepLike]", right))
    return None


def explain_once(op: str, left: object, right: object) -> Explanation | None:
    """The same, but no snapshot is compared again, as syrupy takes each comparison for one with another snapshot."""
    for value in (left, right):
        if isinstance(value, Differing):
            return None if value.difference is None else _different(value.difference, _SNAPSHOT)
        if type(value).__module__.startswith("syrupy."):
            return None
    return explain(op, left, right)


def _measured(value: object) -> bool:
    return isinstance(value, (Cycles, DependencyGraph, Selection, Trajectory)) or isinstance(
        getattr(value, "question", None), Question
    )


def _judged(rule: Rule, trace: Trace, *, negated: bool) -> Explanation:
    verdict = (~rule if negated else rule).verdict(trace)
    names = [] if negated else [name for pattern in rule.patterns for name in pattern.names()]
    return Explanation(_cut(verdict.lines()), verdict.culprits, names if verdict.outcome == "failed" else ())


def _missing(pattern: Pattern, trace: Trace) -> Explanation:
    if found := pattern.positions(trace.tree):
        noun = "span matches" if len(found) == 1 else "spans match"
        return Explanation([f"{pattern!r} in {trace.title}: {len(found)} {noun}"])
    hints, near = nearest_lines(pattern, trace.tree)
    head = f"{pattern!r} in {trace.title}: none of {count_of(len(trace), 'span')} matches"
    return Explanation(_cut([head, *hints]), near, pattern.names())


def _unexpected(pattern: Pattern, trace: Trace) -> Explanation:
    tree = trace.tree
    found = pattern.positions(tree)
    if not found:
        return Explanation([f"{pattern!r} not in {trace.title}: none of {count_of(len(trace), 'span')} matches"])
    noun = "span matches" if len(found) == 1 else "spans match"
    head = f"{pattern!r} not in {trace.title}: {len(found)} {noun}"
    lines = [head, *evidence(tree, found), *clock_note(pattern, tree, found)]
    return Explanation(_cut(lines), [tree.spans[at] for at in found])


def _compared(op: str, question: Question, value: object, other: object, *, swapped: bool) -> Explanation:
    tree = question.trace.tree
    spans = list(question.evidence(question.trace))
    sides = (_text(other, value), _text(value)) if swapped else (_text(value), _text(other, value))
    head = f"{sides[0]} {op} {sides[1]}: {question.text} is {_text(value)}"
    hints = [] if spans else list(question.hint(question.trace))
    places = [at for span in spans if (at := tree.position(span)) is not None]
    remarks = {at: question.remark(tree.spans[at]) for at in places[:SHOWN]}
    return Explanation(_cut([head, *evidence(tree, places, remarks), *hints]), spans)


def _walked(actual: Trajectory, expected: Sequence[StepLike]) -> Explanation:
    answer = actual.matches(expected)
    head = f"{actual!r} == {list(expected)!r}"
    question = answer.question
    culprits = [] if question is None else list(question.evidence(question.trace))
    return Explanation(_cut([head, *(f"  {reason}" for reason in answer.reasons)]), culprits)


def _graphs(left: object, right: object) -> Explanation | None:
    """What tells two graphs apart, or cycles from those that were expected."""
    if isinstance(left, DependencyGraph) and isinstance(right, DependencyGraph):
        return _redrawn(left, right)
    return _circular(left, left.question) if isinstance(left, Cycles) and left.question is not None else None


def _circular(cycles: Cycles, question: Question) -> Explanation:
    """The shortest cycles, a real round of each."""
    layer = question.text.partition("cycles of ")[2]
    lines = [f"{count_of(len(cycles), 'cycle')} on {layer}" + (f" ({cycles.cap})" if cycles.cap else "")]
    for cycle in cycles:
        lines.extend([str(cycle), *(f"  {step}" for step in cycle.witness)])
    return Explanation(_cut(list(map(one_line, lines))), list(question.evidence(question.trace)))


def _redrawn(left: DependencyGraph, right: DependencyGraph) -> Explanation:
    """The edges that came and went; where one graph is written down, it is what was expected."""
    swapped = left.origin is None and right.origin is not None
    expected, actual = (left, right) if swapped else (right, left)
    known = set(expected.edges)
    culprits = [span for edge in actual.edges if edge not in known for span in edge.spans]
    difference = edge_difference(expected, actual)
    other = _drawn(expected) if expected.origin else "written down"
    head = f"{_drawn(actual)} is not as {other}: {difference.head}"
    return replace(_different(replace(difference, head=head), _GRAPH), culprits=culprits)


def _drawn(graph: DependencyGraph) -> str:
    return f"the {graph.layer} layer of {graph.origin.trace.title}" if graph.origin else "the graph"


def _different(difference: Difference, title: str) -> Explanation:
    """All of a difference where it fits; else its beginning, and all of it in a section."""
    lines = [difference.head, *difference.lines]
    shown = min(len(lines), _MOST_LINES)
    while sum(map(len, lines[:shown])) > _MOST_CHARACTERS:
        shown -= 1
    if shown == len(lines):
        return Explanation(lines)
    note = f"… {count_of(len(lines) - shown + 1, 'more line')} under 'Captured {title}'"
    return Explanation([*lines[: shown - 1], note], section=(title, "\n".join(lines)))


def _cut(lines: Sequence[str]) -> list[str]:
    """Pytest cuts more, and would cut the ends of sentences."""
    if len(lines) <= _MOST_LINES:
        return list(lines)
    return [*lines[: _MOST_LINES - 1], f"… {len(lines) - _MOST_LINES + 1} more lines"]


def _text(value: object, beside: object = None) -> str:
    if isinstance(beside, Duration) and isinstance(value, (int, str, timedelta)) and not isinstance(value, bool):
        return str(Duration(value))
    return str(value) if isinstance(value, (int, float)) else repr(value)
