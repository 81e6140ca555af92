"""The answer to a question of yes or no that can say why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pytest_flock_trace.model.check_log import compared, comparisons_are_checks
from pytest_flock_trace.model.question import Question
from pytest_flock_trace.model.text import ELLIPSIS, one_line

_LONGEST = 240
"""pytest cuts the middle out of a longer repr, and prints its newlines as escapes."""


@comparisons_are_checks
class Answer(int):
    """Equal to True or False. Its repr, which a failing assertion shows, is one line that says why."""

    claim: str
    """What was asked: "strict match"."""
    question: Question | None
    """What was asked of which trace; None where it was no trace."""
    _reasons: Callable[[], Sequence[str]]

    def __new__(
        cls, value: bool, claim: str, reasons: Callable[[], Sequence[str]], question: Question | None = None
    ) -> Answer:
        """An answer whose reasons are worked out only if someone wants to know them."""
        self = super().__new__(cls, value)
        self.claim, self.question = claim, question
        self._reasons = reasons
        return self

    def __bool__(self) -> bool:
        if self.question is not None:
            compared(self.question, "is", other=True)
        return int(self) != 0

    __hash__ = int.__hash__

    @property
    def reasons(self) -> Sequence[str]:
        """Why it is not so, uncut; nothing where it is."""
        return () if self else self._reasons()

    def __repr__(self) -> str:
        if self:
            return f"True: {self.claim}"
        head, reasons = f"False: no {self.claim}; ", self.reasons
        longest = (_LONGEST - len(head)) // max(1, len(reasons)) - len("; ")
        return head + "; ".join(_cut(one_line(reason), longest) for reason in reasons)

    def __reduce__(self) -> tuple[type[bool], tuple[bool]]:
        return bool, (bool(self),)  # a copy elsewhere is a plain answer: its trace stays behind


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + ELLIPSIS  # characters, not columns: so pytest counts
