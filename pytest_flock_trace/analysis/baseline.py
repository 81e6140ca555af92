"""What tests are known to do, from repeated runs in known environments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pytest_flock_trace.analysis.baseline_sample import Sample

MOST_SAMPLES = 30
"""Of the runs of one name in one test."""

Environment = Mapping[str, str]
"""What makes two machines comparable, by name: `python`, `cpus`, packages with their versions."""
Runs = Mapping[str, Sequence[Sample]]
"""Samples by the name of the run, the newest first."""


@dataclass(frozen=True)
class Baseline:
    """Samples by test and run, and the environments that they were recorded in."""

    tests: Mapping[str, Runs] = field(default_factory=dict[str, Runs])
    """By node id."""
    environments: Mapping[str, Environment] = field(default_factory=dict[str, Environment])
    """By the name that samples call them."""

    def updated(self, session: Baseline) -> Baseline:
        """With a session's samples ahead of those that are here; tests that did not run stay as they are.

        What a test has done in this session is what it does: older samples of another structure, and runs of a name
        that the test has no more, are dropped. So are samples beyond `MOST_SAMPLES`, the oldest first, and environments
        of which no sample is left.
        """
        tests = dict(self.tests)
        for test, runs in session.tests.items():
            known = tests.get(test, {})
            tests[test] = {name: _merged(known.get(name, ()), samples) for name, samples in runs.items()}
        described = {**self.environments, **session.environments}
        used = {sample.environment for runs in tests.values() for samples in runs.values() for sample in samples}
        return Baseline(tests, {name: described[name] for name in sorted(used)})


def structures(samples: Sequence[Sample]) -> dict[str, list[Sample]]:
    """The samples by their structure, that of the newest first."""
    groups: dict[str, list[Sample]] = {}
    for sample in samples:
        groups.setdefault(sample.structure, []).append(sample)
    return groups


def _merged(known: Sequence[Sample], new: Sequence[Sample]) -> list[Sample]:
    current = structures(new)
    return [*new, *(sample for sample in known if sample.structure in current)][:MOST_SAMPLES]
