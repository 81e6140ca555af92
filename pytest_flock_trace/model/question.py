"""What a compared value answers, kept so that a failing comparison can explain itself and be asked again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_flock_trace.model.check_log import compared, comparisons_are_checks
from pytest_flock_trace.model.duration import Duration

if TYPE_CHECKING:
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.model.trace import Trace


@dataclass(frozen=True)
class Question:
    """A question put to a trace."""

    text: str
    """The whole phrase, the trace included: "count of span('llm.*') in run 'review'"."""
    trace: Trace
    ask: Callable[[Trace], Any]
    """The same question put to any trace."""
    evidence: Callable[[Trace], Sequence[Span]] = lambda trace: ()
    """The spans that the answer rests on."""
    hint: Callable[[Trace], Sequence[str]] = lambda trace: ()
    """Lines that help where the answer surprises, such as the nearest span."""
    accepted: Callable[[], None] = lambda: None
    """Called when a test was content with the answer that there are none."""
    remark: Callable[[Span], str] = lambda span: ""
    """What a span of the evidence has to do with the answer, in a few words."""


def bare(value: Any) -> Any:
    """A measured value as the plain number or text that other programs can read; anything else as it is."""
    if isinstance(value, Duration):
        return str(value)
    return int(value) if isinstance(value, Count) else float(value) if isinstance(value, Ratio) else value


@comparisons_are_checks
class Count(int):
    """How many spans matched: an int that knows its question."""

    question: Question

    def __new__(cls, value: int, question: Question) -> Count:
        self = super().__new__(cls, value)
        self.question = question
        return self

    def __eq__(self, other: object) -> bool:
        equal = super().__eq__(other)
        if equal is True and int(self) == 0:
            self.question.accepted()
        return equal

    def __bool__(self) -> bool:
        compared(self.question, "is", other=True)
        if int(self) == 0:
            self.question.accepted()
        return int(self) != 0

    __hash__ = int.__hash__

    def __reduce__(self) -> tuple[type[int], tuple[int]]:
        return int, (int(self),)  # a copy elsewhere is a number: its trace stays behind


@comparisons_are_checks
class Ratio(float):
    """A share, rate or cost measured on a trace: a float that knows its question."""

    question: Question

    def __new__(cls, value: float, question: Question) -> Ratio:
        self = super().__new__(cls, value)
        self.question = question
        return self

    __hash__ = float.__hash__

    def __reduce__(self) -> tuple[type[float], tuple[float]]:
        return float, (float(self),)
