"""What a session comes to: the one value that every report is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pytest_flock_trace.render.agents import AgentTotals, agents_of, parts_of
from pytest_flock_trace.render.outcomes import OUTCOMES
from pytest_flock_trace.render.tally import RunSummary, TestSummary


@dataclass(frozen=True)
class SessionEnvironment:
    """Where and when a session ran."""

    started: str = ""
    """ISO 8601, in UTC."""
    duration_ns: int = 0
    python: str = ""
    platform: str = ""
    cpus: int = 0
    packages: Mapping[str, str] = field(default_factory=dict[str, str])
    """Versions of the packages that decide what is recorded."""


@dataclass(frozen=True)
class SessionResult:
    """All that the tests of a session handed over."""

    tests: Sequence[TestSummary]
    """Each attempt at each test, in the order the tests ended."""
    environment: SessionEnvironment = field(default_factory=SessionEnvironment)
    lost: Sequence[str] = ()
    """Node ids of the tests that xdist's workers died over."""
    remarks: Sequence[str] = ()
    """What the summary says besides its tables, such as checks that rest on misspelt names."""

    @cached_property
    def last_attempts(self) -> Sequence[TestSummary]:
        """Each test as it came out in the end, on each worker that ran it."""
        ordered = sorted(self.tests, key=lambda test: test.attempt)
        return list({(test.nodeid, test.worker): test for test in ordered}.values())

    @cached_property
    def worst_first(self) -> Sequence[TestSummary]:
        """Every attempt: failed ones first, then the slowest."""
        return sorted(self.tests, key=lambda test: (not test.failed, -test.total_ns, test.nodeid, test.attempt))

    @cached_property
    def outcomes(self) -> Mapping[str, int]:
        """How many tests came out how in the end, `failed` first; tests that a worker died over are errors."""
        counts = Counter(test.outcome for test in self.last_attempts)
        counts["error"] += len(set(self.lost) - {test.nodeid for test in self.tests})
        order = ("failed", "error", *OUTCOMES)
        return {outcome: counts[outcome] for outcome in dict.fromkeys(order) if counts[outcome]}

    @cached_property
    def parts(self) -> Sequence[RunSummary]:
        """Every run and what happened outside them; a run that several tests share counts once."""
        return parts_of(self.tests)

    @cached_property
    def agents(self) -> Sequence[AgentTotals]:
        """Every agent, the one with most time on critical paths first."""
        return agents_of(self.tests)
