"""A rule that would have noticed a change which no check did."""

from __future__ import annotations

from pytest_flock_trace.analysis.mutation.candidates import candidates
from pytest_flock_trace.analysis.mutation.case import Case
from pytest_flock_trace.analysis.mutation.mutant import Mutant
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree


class Remedies:
    """Finds rules that all of a trace obeys, and that a mutant of it breaks."""

    def __init__(self, whole: Trace) -> None:
        self._whole = whole
        self._parts: dict[str, Trace] = {}
        self._obeyed: dict[tuple[str, str], bool] = {}

    def against(self, mutant: Mutant) -> str:
        """The first such rule, as Python; empty where none of those tried is one."""
        trace_id = mutant.span.trace_id
        before, after = self.trace_of(mutant.span), _part(mutant.trace, trace_id)
        for text, rule in candidates(Case(before, after, mutant.span), mutant.kind):
            if self._obeys(before, trace_id, text, rule) and not rule.verdict(after).passed:
                return text
        return ""

    def trace_of(self, one: Span) -> Trace:
        """The single trace that the span is of."""
        if one.trace_id not in self._parts:
            self._parts[one.trace_id] = _part(self._whole, one.trace_id)
        return self._parts[one.trace_id]

    def run_of(self, one: Span) -> str:
        """The name of the run that the span is of; empty outside every run."""
        return next((root.run for root in self.trace_of(one).roots if root.run is not None), "")

    def _obeys(self, trace: Trace, trace_id: str, text: str, rule: Rule) -> bool:
        key = trace_id, text
        if key not in self._obeyed:
            self._obeyed[key] = rule.verdict(trace).passed
        return self._obeyed[key]


def _part(trace: Trace, trace_id: str) -> Trace:
    spans = [one for one in trace.tree.spans if one.trace_id == trace_id]
    if len(spans) == len(trace.tree):
        return trace.with_tree(trace.tree)
    return trace.with_tree(SpanTree(spans, agents_known=True))
