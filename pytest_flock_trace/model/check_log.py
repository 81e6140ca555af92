"""What a test checks of its traces, kept so that the same can be asked of other traces."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from pytest_flock_trace.model.question import Question
    from pytest_flock_trace.model.trace import Trace

T = TypeVar("T")
_PACKAGE: Final = __name__.partition(".")[0]
_OPERATORS: Mapping[str, Callable[[Any, Any], object]] = {
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "is": lambda answer, other: bool(answer) is other,
}
_METHODS: Final = {f"__{compare.__name__}__": sign for sign, compare in _OPERATORS.items() if sign != "is"}
_KEPT: Final = 500
"""Checks of one test; of more, as in a loop, the last."""


@dataclass(frozen=True)
class Check:
    """A question that a test has put to one trace or several, and was content with the answer."""

    text: str
    """The question, as messages put it."""
    traces: Sequence[Trace]
    """What it was put to, as that was then."""
    ask: Callable[[Sequence[Trace]], object]
    """The same question put to as many other traces."""
    beside: int = 0
    """How many of the traces, the last ones, are looked at without being what the question is about."""

    @property
    def subjects(self) -> Sequence[Trace]:
        """The traces that it is about."""
        return self.traces[: len(self.traces) - self.beside]

    def verdict(self, traces: Sequence[Trace]) -> object:
        """The answer; where asking raises, the class of what it raises, for the test would have ended so."""
        try:
            return self.ask(traces)
        except Exception as exc:  # noqa: BLE001  # a user's own function may be part of the question
            return type(exc)


class CheckLog:
    """Takes down what the running test checks. Traces that are recorded have one where checks are to be asked again."""

    def __init__(self) -> None:
        self.checks: list[Check] = []
        """In the order in which they were made."""
        self.reads: dict[str, None] = {}
        """How the test has looked at spans other than by checks; what it made of them nobody can ask again."""

    def restart(self) -> None:
        """Another test begins."""
        self.checks, self.reads = [], {}

    def add(
        self, text: str, traces: Sequence[Trace], ask: Callable[[Sequence[Trace]], object], *, beside: int = 0
    ) -> None:
        """Take down a check of these traces, each as it is now; of a part of a trace, as a check of the whole.

        The last of them, as many as `beside` says, are looked at only.
        """
        __tracebackhide__ = True
        wholes = [_whole(trace) for trace in traces]
        frozen = tuple(whole.with_tree(whole.tree) for whole, _ in wholes)
        cuts = [cut for _, cut in wholes]
        self.checks.append(Check(text, frozen, lambda given: ask([cut(one) for cut, one in zip(cuts, given)]), beside))
        if len(self.checks) > _KEPT:
            del self.checks[0]

    def read(self, how: str) -> None:
        """The test has looked at spans in this way."""
        self.reads[how] = None


def compared(question: Question, op: str, other: object) -> None:
    """Take down that a test has compared an answer with something, which may be an answer, too.

    To be called by the method that compares.
    """
    log = question.trace.check_log
    if log is None or not by_a_test(above=2):
        return
    from pytest_flock_trace.model.question import Question

    holds: Callable[[Any, Any], object] = _OPERATORS[op]
    text = f"{question.text} {op} {other!r}"
    others = getattr(other, "question", None)
    if isinstance(others, Question):
        log.add(
            text,
            [question.trace, others.trace],
            lambda traces: bool(holds(question.ask(traces[0]), others.ask(traces[1]))),
        )
    else:
        log.add(text, [question.trace], lambda traces: bool(holds(question.ask(traces[0]), other)))


def comparisons_are_checks(kind: type[T]) -> type[T]:
    """Have what values of a class are compared with taken down, where they know the question that they answer.

    For classes whose values have an attribute `question`, which may be None.
    """
    for name, sign in _METHODS.items():
        setattr(kind, name, _checking(getattr(kind, name), sign))
    return kind


def _checking(compare: Callable[[Any, Any], object], sign: str) -> Callable[[Any, Any], object]:
    @wraps(compare)
    def check(self: Any, other: object) -> object:
        if self.question is not None:
            compared(self.question, sign, other)
        return compare(self, other)

    return check


def by_a_test(*, above: int = 1) -> bool:
    """Whether the function that asks this was called from outside this package, whose own comparisons are no checks.

    `above` says whose caller counts: 1 that of the function that asks, 2 the caller's.
    """
    frame = sys._getframe(above + 1)  # pyright: ignore[reportPrivateUsage]  # the one way there, in every CPython
    caller: str = frame.f_globals.get("__name__", "")
    return caller.partition(".")[0] != _PACKAGE


def _whole(trace: Trace) -> tuple[Trace, Callable[[Trace], Trace]]:
    """The trace that this one is a part of, and how to cut the same part out of another."""
    cuts: list[Callable[[Trace], Trace]] = []
    while trace.cut_from is not None:
        trace, cut = trace.cut_from
        cuts.append(cut)

    def again(other: Trace) -> Trace:
        for cut in reversed(cuts):
            other = cut(other)
        return other

    return trace, again
