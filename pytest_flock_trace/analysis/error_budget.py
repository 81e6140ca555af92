"""Budgets of errors: what part of the spans of an agent, service or operation may fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor

from pytest_flock_trace.analysis.budget import BudgetUse, BudgetVerdict, Conduct, amount, headline
from pytest_flock_trace.analysis.red import SUBJECTS, Red, RedSubject, red
from pytest_flock_trace.errors import BadArgument, Vacuous
from pytest_flock_trace.model.evidence import evidence
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace

_ROUNDING = 1e-9


@dataclass(frozen=True)
class ErrorBudget:
    """A limit on the error rate of every agent, service or operation, over everything that a test does."""

    title: str
    rate: float
    """Errors per span, 0 to 1."""
    by: RedSubject = "agent"

    def judge(self, conduct: Conduct) -> list[BudgetVerdict]:
        """One verdict, of the subject with the highest rate; raise `Vacuous` or `NothingCaptured` without a subject."""
        __tracebackhide__ = True
        trace = conduct.whole
        trace.must_hold_spans(f"{self.title} cannot be judged")
        table = red(trace, self.by)
        if not table:
            raise Vacuous(f"{trace.title} has no {self.by}, so nothing was judged; count by another with by=")
        worst = max(table, key=lambda subject: (table[subject].error_rate, table[subject].count))
        subject = f"{self.by} {worst!r}"
        use = BudgetUse(self.title, subject, "error rate", float(table[worst].error_rate), self.rate)
        return [BudgetVerdict(use) if use.kept else self._broken(use, table, trace)]

    def _broken(self, use: BudgetUse, table: Mapping[str, Red], trace: Trace) -> BudgetVerdict:
        over = sorted(
            (name for name, row in table.items() if row.error_rate > self.rate),
            key=lambda name: (-table[name].error_rate, name),
        )
        failed = [span for name in over for span in _failed(table[name], trace)]
        places = [at for span in failed if (at := trace.tree.position(span)) is not None]
        lines = [headline(use, "has an error rate of"), *(self._line(name, table[name]) for name in over)]
        return BudgetVerdict(use, [*lines, *evidence(trace.tree, places)], trace, failed)

    def _line(self, subject: str, row: Red) -> str:
        allowed = floor(row.count * self.rate + _ROUNDING)
        share = amount(row.error_rate, "error rate")
        return f"{self.by} {subject!r} failed {int(row.errors)} of {int(row.count)} times ({share}); {allowed} may fail"


def error_budget(rate: float, *, by: RedSubject = "agent") -> ErrorBudget:
    """The budget of a marker with these arguments; raise `BadArgument` for arguments that can't be meant."""
    if not isinstance(rate, (int, float)) or isinstance(rate, bool) or not 0 <= rate <= 1:
        raise BadArgument(f"rate={rate!r} is no error rate; write a number from 0 to 1, such as 0.05")
    if by not in SUBJECTS:
        raise BadArgument(f"by={by!r} is no subject of an error rate; valid: {', '.join(SUBJECTS)}")
    return ErrorBudget(f"error_budget(rate={rate!r}, by={by!r})", float(rate), by)


def _failed(row: Red, trace: Trace) -> Sequence[Span]:
    question = getattr(row.errors, "question", None)
    return () if question is None else question.evidence(trace)
