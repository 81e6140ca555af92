"""What a baseline keeps of one run: its structure, and where its time went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pytest_flock_trace.analysis.critical_path import critical_path
from pytest_flock_trace.model.noise import noise
from pytest_flock_trace.model.text import label_of
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree

WAITING, QUEUEING = "(waiting)", "(queueing)"
"""Holders of the time on the critical path that is nobody's work."""


@dataclass(frozen=True)
class Sample:
    """One outermost run. Times are nanoseconds."""

    structure: str
    """The run's normal form as text, which is the same for every run of a program that does the same."""
    duration_ns: int
    """Of the run's root, which is the sum of `path_ns`."""
    path_ns: Mapping[str, int]
    """Time on the critical path by holder: the label of the agent at work, outside of agents of the span itself."""
    totals_ns: Mapping[str, int]
    """Sum of the durations of the spans with a label; spans inside one another count each for itself."""
    environment: str = ""
    """Under which name the baseline describes where the run was recorded."""
    session: str = ""
    """When the session began that recorded it, as ISO 8601 in UTC; the runs of one session have this in common."""

    @classmethod
    def of(cls, trace: Trace, structure: str) -> Sample:
        """The sample of a run that has closed; its structure is text that the caller has made of it."""
        path = critical_path(trace)
        labels = _holders(trace.tree)
        held: Counter[str] = Counter()
        for section in path.sections:
            held[labels[section.kind, section.span.actor] or label_of(section.span)] += int(section.duration)
        return cls(structure, int(path.duration), dict(held), _totals(trace.tree))

    def recorded(self, environment: str, session: str) -> Sample:
        """The same sample with the name of its environment and the start of its session."""
        return replace(self, environment=environment, session=session)


class _Holders(dict[tuple[str, "str | None"], str]):
    """Who holds a section of the path, by its kind and actor; nobody in particular without an actor."""

    def __missing__(self, key: tuple[str, str | None]) -> str:
        return {"wait": WAITING, "queue": QUEUEING}.get(key[0], "")


def _holders(tree: SpanTree) -> _Holders:
    """An agent is called by the label of its first invocation."""
    invocations = reversed([span for span in tree.spans if span.agent is not None])
    return _Holders({("self", span.agent): label_of(span) for span in invocations})


def _totals(tree: SpanTree) -> dict[str, int]:
    unseen = noise(tree)
    totals: Counter[str] = Counter()
    for at, span in enumerate(tree.spans):
        if at not in unseen and span.run is None:
            totals[label_of(span)] += int(span.duration)
    return dict(totals)
