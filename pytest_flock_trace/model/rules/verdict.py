"""What a rule says of a trace, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pytest_flock_trace.model.clock import by_clock_only
from pytest_flock_trace.model.evidence import SHOWN, evidence
from pytest_flock_trace.model.explanation import nearest_lines
from pytest_flock_trace.model.rules.finding import Finding
from pytest_flock_trace.model.tree import SpanTree

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern
    from pytest_flock_trace.model.rules.rule import Rule
    from pytest_flock_trace.model.span import Span

Outcome = Literal["passed", "failed", "vacuous", "not captured"]


@dataclass(frozen=True)
class Verdict:
    """One of four outcomes, and the explanation of it."""

    outcome: Outcome
    """`vacuous`: the rule's subject never occurred. `not captured`: the trace has no span below its root."""
    rule: Rule
    title: str
    """What messages call the trace."""
    finding: Finding = field(repr=False)
    _tree: SpanTree = field(repr=False, compare=False)
    _cause: str | None = field(default=None, repr=False, compare=False)

    @property
    def passed(self) -> bool:
        """True for the outcome `passed` alone."""
        return self.outcome == "passed"

    @property
    def culprits(self) -> Sequence[Span]:
        """The spans that break the rule; where it is broken by what is missing, the one that comes closest."""
        if self.outcome != "failed":
            return ()
        spans = self._tree.spans
        if self.finding.spans:
            return [spans[at] for at in self.finding.spans]
        near = [span for pattern in self.finding.sought for span in nearest_lines(pattern, self._tree)[1]]
        return list(dict.fromkeys(near)) or [spans[root] for root in self._tree.roots[:1]]

    def lines(self, most: int | None = SHOWN) -> list[str]:
        """The explanation: what was claimed and what is the case, the spans that decide it, what may help."""
        return [self._head(), *self._evidence(most), *self._help()]

    def _head(self) -> str:
        claim = f"{self.rule!r} in {self.title}"
        if self.outcome == "not captured":
            return f"nothing was captured in {self.title}, so {self.rule!r} cannot be checked" + (
                f": {self._cause}" if self._cause else ""
            )
        if self.outcome == "vacuous":
            reasons = [*filter(None, [self.finding.idle]), *map(self._absence, dict.fromkeys(self.finding.missing))]
            return f"{claim} would prove nothing: {' and '.join(reasons)}"
        return f"{claim}: {self.finding.sentence}"

    def _absence(self, pattern: Pattern) -> str:
        return f"no {'event' if pattern.positions(self._tree) else 'span'} matches {pattern!r}"

    def _evidence(self, most: int | None) -> list[str]:
        if self.outcome not in {"passed", "failed"}:
            return []
        remarks = dict(zip(self.finding.spans, self.finding.remarks))
        return evidence(self._tree, self.finding.spans, remarks, most=most)

    def _help(self) -> Iterator[str]:
        if self.outcome == "not captured":
            return
        missing = dict.fromkeys(self.finding.missing if self.outcome == "vacuous" else ())
        for pattern in missing or dict.fromkeys(self.finding.sought):
            yield from nearest_lines(pattern, self._tree)[0]
        if any(pattern.positions(self._tree) for pattern in missing):
            yield "spans do match, but they are no events: they are roots, or `among` leaves them out"
        yield from by_clock_only(self._tree, self.finding.pairs)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        return f"{self.outcome}: " + "\n  ".join(self.lines())
