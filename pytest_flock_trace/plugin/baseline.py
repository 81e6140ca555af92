"""A test's runs beside those of its baseline: what they do is judged when the test has passed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pytest_flock_trace.analysis.baseline import Baseline, Runs, structures
from pytest_flock_trace.analysis.baseline_sample import Sample
from pytest_flock_trace.model.text import one_line
from pytest_flock_trace.plugin.baseline_file import UPDATE_FLAG, compared_with, shown_path
from pytest_flock_trace.plugin.repetition import key_of
from pytest_flock_trace.plugin.settings import Settings
from pytest_flock_trace.render.difference import Difference, tree_difference
from pytest_flock_trace.render.skeleton import skeleton

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pytest_flock_trace.recording.attempt import TestRecord
    from pytest_flock_trace.recording.traced_run import TracedRun

_HOOK_ERRORS = (Exception, pytest.fail.Exception, pytest.skip.Exception)
"""What a user's hook may raise while a trace is read."""
_INDENT = "  "


@dataclass(frozen=True)
class TestRuns:
    """What a passing test hands to the process that keeps the baseline."""

    __test__ = False

    test: str
    """Its node id, the same for each repetition."""
    runs: list[tuple[str, str, Sample]]
    """Name, trace id and sample of each outermost run that has closed."""
    note: str = ""
    """Why it has no runs for a baseline, where that needs saying."""

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> TestRuns:
        """What `to_json` wrote."""
        values: dict[str, Any] = json.loads(text)
        runs = [(name, trace_id, Sample(**sample)) for name, trace_id, sample in values.pop("runs")]
        return cls(**values, runs=runs)


class BaselineCheck:
    """Compares structures in the process that runs the tests, and makes samples of the runs of those that pass."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self._hide = settings.hide
        self._shown_path = "" if settings.baseline is None else shown_path(settings.baseline, config)
        self.known = Baseline() if settings.baseline is None else compared_with(settings.baseline, self._shown_path)
        """What to compare with; raises `BadBaseline` if it can't be read."""

    def judge(self, item: pytest.Item, record: TestRecord) -> None:
        """Fail the test if its runs do other things than in the baseline; a test that it lacks is left alone.

        Called after the test and again after its fixtures, for the runs that these held open.
        """
        __tracebackhide__ = True
        known = self.known.tests.get(key_of(item))
        if known is None or _is_property(item):
            return
        complaints = dict.fromkeys([*self._missing(record, known), *self._differing(record, known)])
        if complaints:
            advice = f"if that is as it should be, {UPDATE_FLAG}={self._shown_path} takes it over"
            pytest.fail("\n".join([*complaints, advice]), pytrace=False)

    def to_json(self, item: pytest.Item, record: TestRecord) -> str:
        """The samples of a test that has passed, as one string since reports cross process boundaries."""
        key = key_of(item)
        if _is_property(item):
            return TestRuns(key, [], "property tests do something else in every example").to_json()
        try:
            sound = (run for run in _closed(record) if run not in record.trials.unsound)
            runs = [(one_line(run.name), _id(run), self._sample(run)) for run in sound if len(run)]
        except _HOOK_ERRORS as error:  # the test's summary says so, too
            return TestRuns(key, [], f"the trace could not be read: {type(error).__name__}: {error}").to_json()
        return TestRuns(key, runs).to_json()

    def _sample(self, run: TracedRun) -> Sample:
        return Sample.of(run, skeleton(run, hide=self._hide))

    def _missing(self, record: TestRecord, known: Runs) -> list[str]:
        """Asked after the test and not once more after its fixtures."""
        opened = {one_line(run.name) for run in record.runs if run.outermost}
        gone = [] if record.closed else [name for name in known if name not in opened]
        return [f"baseline {self._shown_path}: run {name!r} is missing" for name in gone]

    def _differing(self, record: TestRecord, known: Runs) -> Iterator[str]:
        runs = [run for run in _closed(record) if run not in record.compared]
        record.compared.extend(runs)
        for run in runs:
            structure, name = skeleton(run, hide=self._hide), one_line(run.name)
            expected = structures(known.get(name, ()))
            if not expected:
                yield f"baseline {self._shown_path}: {run.title} was added"
            elif structure not in expected:
                yield self._told(run, _nearest(expected, structure))

    def _told(self, run: TracedRun, difference: Difference) -> str:
        head = f"baseline {self._shown_path}: {run.title} has another structure: {difference.head}"
        return "\n".join([head, *(_INDENT + line for line in difference.lines)])


def _nearest(expected: Iterable[str], structure: str) -> Difference:
    return min((tree_difference(one, structure) for one in expected), key=lambda told: len(told.lines))


def _closed(record: TestRecord) -> list[TracedRun]:
    return [run for run in record.runs if run.outermost and not run.is_open]


def _id(run: TracedRun) -> str:
    return format(run.span_context.trace_id, "032x")


def _is_property(item: pytest.Item) -> bool:
    """True for a Hypothesis test."""
    return bool(getattr(getattr(item, "obj", None), "is_hypothesis_test", False))
