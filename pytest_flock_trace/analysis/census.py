"""What occurs in many traces and how long it takes, counted without keeping them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pytest_flock_trace.analysis.dependencies import dependencies
from pytest_flock_trace.model.noise import noise
from pytest_flock_trace.model.text import label_of
from pytest_flock_trace.model.trace import Trace


@dataclass
class Census:
    """Counts of the traces that were added; the housekeeping of frameworks is left out."""

    traces: int = 0
    spans: int = 0
    structures: dict[str, Counter[str]] = field(default_factory=dict[str, "Counter[str]"])
    """For each workflow, which is the label of a trace's first root: how many traces have which structure."""
    edges: Counter[str] = field(default_factory=Counter[str])
    """Who led to whom, by how many traces say so."""
    agents: Counter[str] = field(default_factory=Counter[str])
    """Invocations by agent."""
    calls: Counter[str] = field(default_factory=Counter[str])
    """Spans by label."""
    durations: dict[str, list[int]] = field(default_factory=dict[str, "list[int]"])
    """Nanoseconds of each span, by label."""
    whole: dict[str, list[int]] = field(default_factory=dict[str, "list[int]"])
    """Nanoseconds of each trace, by workflow."""

    def add(self, trace: Trace, structure: str) -> None:
        """Count one more trace; its structure is text that the caller has made of it."""
        tree = trace.tree
        if not len(tree):
            return
        workflow = label_of(tree.spans[tree.roots[0]])
        self.traces += 1
        self.spans += len(tree)
        self.structures.setdefault(workflow, Counter())[structure] += 1
        self.whole.setdefault(workflow, []).append(int(trace.duration))
        if trace.captured:
            self.edges.update({str(edge) for edge in dependencies(trace).edges})
        unseen = noise(tree)
        for at, span in enumerate(tree.spans):
            if span.agent is not None:
                self.agents[span.agent] += 1
            if at not in unseen:
                label = label_of(span)
                self.calls[label] += 1
                self.durations.setdefault(label, []).append(int(span.duration))
