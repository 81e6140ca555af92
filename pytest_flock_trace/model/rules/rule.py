"""Rules: what a whole trace obeys."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from pytest_flock_trace.errors import BadPattern
from pytest_flock_trace.model.rules.finding import Finding
from pytest_flock_trace.model.rules.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern
    from pytest_flock_trace.model.trace import Trace
    from pytest_flock_trace.model.tree import SpanTree


class Rule(ABC):
    """Something a whole trace obeys. A value that keeps no trace and can be asked of any.

    Rules combine with `&` (both), `|` (either) and `~` (not).
    """

    vacuous_ok: bool = False
    """True where the rule may hold because nothing was there that could break it."""

    @property
    @abstractmethod
    def patterns(self) -> Sequence[Pattern]:
        """The patterns that the rule mentions."""

    @abstractmethod
    def examine(self, tree: SpanTree) -> Finding:
        """What is the case, the guard against vacuity left aside."""

    def find(self, tree: SpanTree) -> Finding:
        """What is the case, as far as vacuity is a fault."""
        finding = self.examine(tree)
        return replace(finding, missing=(), idle="") if self.vacuous_ok else finding

    def holds(self, trace: Trace) -> bool:
        """Whether the trace obeys, by the textbook meaning: a rule without subject holds."""
        return self.examine(trace.tree).holds

    def verdict(self, trace: Trace) -> Verdict:
        """Whether the trace obeys, fails to, or could not have done otherwise; with the explanation."""
        tree = trace.tree
        finding = self.find(tree)
        cause = None
        outcome: Outcome = "passed" if finding.holds else "failed"
        if not (self.vacuous_ok or trace.captured):
            outcome, cause = "not captured", trace.cause_of_emptiness()
        elif finding.vacuous:
            outcome = "vacuous"
        return Verdict(outcome, self, trace.title, finding, tree, cause)

    def __and__(self, other: Rule) -> Rule:
        from pytest_flock_trace.model.rules.composition import all_of

        return all_of(self, other) if isinstance(other, Rule) else NotImplemented

    def __or__(self, other: Rule) -> Rule:
        from pytest_flock_trace.model.rules.composition import any_of

        return any_of(self, other) if isinstance(other, Rule) else NotImplemented

    def __invert__(self) -> Rule:
        from pytest_flock_trace.model.rules.composition import negation

        return negation(self)

    def __bool__(self) -> NoReturn:
        __tracebackhide__ = True
        raise BadPattern(
            f"{self!r} is neither true nor false by itself; ask `... in trace`, and combine rules with & | ~ "
            "instead of and, or, not"
        )
