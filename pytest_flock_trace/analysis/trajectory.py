"""What was done in a trace, step by step, held against what should have been done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal, Union, cast, overload

from pytest_flock_trace.analysis.answer import Answer
from pytest_flock_trace.analysis.comparison import MODES, ORDERS, Comparison, ModeName, Order, chosen
from pytest_flock_trace.analysis.difference import differences
from pytest_flock_trace.analysis.step import ArgumentRule, Step, StepLike, as_step, as_steps
from pytest_flock_trace.analysis.subject import noun_of
from pytest_flock_trace.analysis.tool_call import arguments_of, tool_calls
from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.check_log import compared
from pytest_flock_trace.model.question import Question, Ratio
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import one_line
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree

StepReader = Callable[[Span], "StepLike | None"]
"""The step that a span is; None for a span that is none."""
StepSource = Union[Literal["tool", "agent"], StepReader]

_SHOWN = 20


class Trajectory(Sequence[Step]):
    """Steps in order. It equals a list or tuple of names or of (name, arguments); a bare name leaves arguments open.

    Raises `BadArgument` for what is no sequence of steps.
    """

    def __init__(self, steps: Iterable[StepLike], *, trace: Trace | None = None, by: StepSource = "tool") -> None:
        __tracebackhide__ = True
        self.steps = as_steps(steps)
        self.trace = trace
        """Where the steps come from; None for steps that were written down."""
        self.by: StepSource = by
        """What counts as a step there."""

    def matches(
        self, expected: Iterable[StepLike], mode: ModeName = "strict", *, arguments: ArgumentRule = "exact"
    ) -> Answer:
        """Whether the steps are as expected; an answer that says in a failing assertion why they are not.

        `strict` the same steps in the same order; `unordered` the same in any order; `subset` none but expected ones;
        `superset` all the expected ones and maybe others; `in_order` all the expected ones in their order, and maybe
        others between them. A step counts as often as it occurs. `arguments` are those of each step: `exact` the
        expected ones, `ignore` any, `subset` none but expected ones, `superset` all expected ones and maybe others,
        at their top level. An expected bare name has any arguments; unknown arguments match only none. Raises
        `BadArgument` for another mode or rule.
        """
        __tracebackhide__ = True
        wanted, meant = as_steps(expected), chosen("mode", mode, MODES)
        comparison = Comparison(self.steps, wanted, arguments)
        claim = f"{mode} match" if arguments == "exact" else f"{mode} match (arguments: {arguments})"
        question = self._asked(
            claim,
            lambda other: other.matches(wanted, mode, arguments=arguments),
            lambda other: other._unfitting(wanted, meant.order, arguments) if meant.all_done else (),
            lambda other: other.matches(wanted, mode, arguments=arguments).reasons,
        )
        return Answer(comparison.matches(meant), claim, lambda: differences(comparison, meant), question)

    def in_order(self, expected: Iterable[StepLike], *, arguments: ArgumentRule = "exact") -> Answer:
        """Whether all expected steps were done in their order, others between them or not."""
        __tracebackhide__ = True
        return self.matches(expected, "in_order", arguments=arguments)

    def any_order(self, expected: Iterable[StepLike], *, arguments: ArgumentRule = "exact") -> Answer:
        """Whether exactly the expected steps were done, in whatever order."""
        __tracebackhide__ = True
        return self.matches(expected, "unordered", arguments=arguments)

    def subset(self, expected: Iterable[StepLike], *, arguments: ArgumentRule = "exact") -> Answer:
        """Whether nothing was done but expected steps."""
        __tracebackhide__ = True
        return self.matches(expected, "subset", arguments=arguments)

    def superset(self, expected: Iterable[StepLike], *, arguments: ArgumentRule = "exact") -> Answer:
        """Whether all expected steps were done, others or not."""
        __tracebackhide__ = True
        return self.matches(expected, "superset", arguments=arguments)

    def score(
        self, expected: Iterable[StepLike], order: Order = "exact", *, arguments: ArgumentRule = "exact"
    ) -> float:
        """How close the steps come to the expected ones, 0 to 1; on a trace a number that carries its question.

        `exact` is 1 for a strict match and 0 otherwise; `in_order` the F1 score of the longest common subsequence,
        `any_order` that of the common steps, each as often as it occurs. Arguments count as in `matches`. Two empty
        sides score 1. Raises `BadArgument` for another order or rule.
        """
        __tracebackhide__ = True
        wanted, meant = as_steps(expected), chosen("order", order, ORDERS)
        score = Comparison(self.steps, wanted, arguments).score(meant)
        question = self._asked(
            f"{order} score",
            lambda other: other.score(wanted, order, arguments=arguments),
            lambda other: other._unfitting(wanted, meant, arguments),
            lambda other: other.any_order(wanted, arguments=arguments).reasons,
        )
        return score if question is None else Ratio(score, question)

    def _unfitting(self, expected: Sequence[Step], order: Order, arguments: ArgumentRule) -> Sequence[Span]:
        steps = Comparison(self.steps, expected, arguments).unfitting(order)
        return [step.span for step in steps if step.span is not None]

    def _asked(
        self,
        what: str,
        ask: Callable[[Trajectory], Any],
        evidence: Callable[[Trajectory], Sequence[Span]],
        hint: Callable[[Trajectory], Sequence[str]],
    ) -> Question | None:
        if self.trace is None:
            return None
        by = self.by
        return Question(
            f"{what} of trajectory by {noun_of(by)} of {self.trace.title}",
            self.trace,
            lambda trace: ask(trajectory(trace, by)),
            lambda trace: evidence(trajectory(trace, by)),
            lambda trace: hint(trajectory(trace, by)),
        )

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> Trajectory: ...
    def __getitem__(self, index: int | slice) -> Step | Trajectory:
        return Trajectory(self.steps[index]) if isinstance(index, slice) else self.steps[index]

    def __eq__(self, other: object) -> bool:
        if self.trace is not None and self.trace.check_log is not None:
            by = self.by
            compared(
                Question(f"steps of {self.trace.title}", self.trace, lambda trace: trajectory(trace, by)), "==", other
            )
        if isinstance(other, Trajectory):
            return self.steps == other.steps
        if isinstance(other, (list, tuple)):
            return list(self.steps) == list(cast("Sequence[object]", other))
        return NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(step.name for step in self.steps))  # as the tuple of names, which it equals

    def __repr__(self) -> str:
        names = [one_line(step.name) for step in self.steps[:_SHOWN]]
        more = [f"… {len(self) - _SHOWN} more"] if len(self) > _SHOWN else []
        return f"<{type(self).__name__} {' → '.join([*names, *more]) or 'without steps'}>"


def trajectory(trace: Trace, by: StepSource = "tool") -> Trajectory:
    """The steps of a trace in the order in which they started.

    `tool`: each call of a tool, with its arguments where they were recorded; `agent`: each invocation of an agent; or a
    function that says of a span which step it is: a name, (name, arguments), or None. A run's root is no step. Raises
    `NothingCaptured` for a trace without any span below its root, `BadArgument` for another `by`.
    """
    __tracebackhide__ = True
    if not callable(by) and by not in ("tool", "agent"):
        raise BadArgument(f"by={by!r} is no kind of step; valid: tool, agent, a function of a span")
    trace.must_hold_spans("its trajectory cannot be read")
    return Trajectory(_steps(trace.tree, by), trace=trace, by=by)


def _steps(tree: SpanTree, by: StepSource) -> Iterator[Step]:
    if by == "tool":
        return (Step(span.tool or "", arguments_of(span), span) for span in tool_calls(tree))
    read: StepReader = (lambda span: span.agent) if by == "agent" else by
    named = ((read(span), span) for span in tree.spans if span.run is None)
    return (replace(as_step(said), span=span) for said, span in named if said is not None)
