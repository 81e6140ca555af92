"""A trial on its way from the process that ran it to the one that judges its test."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pytest_flock_trace.model.question import bare
from pytest_flock_trace.plugin.activation import read_settings
from pytest_flock_trace.plugin.reading import reading_for
from pytest_flock_trace.plugin.trial import Trial
from pytest_flock_trace.plugin.trial_demand import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_flock_trace.analysis.mutation.grade import Grade
    from pytest_flock_trace.recording.carried import Arrivals, CarriedRecord, Carrier

_UNSENDABLE = (pickle.PicklingError, TypeError, AttributeError)
"""What `pickle` raises for objects that it can't copy."""


@dataclass(frozen=True)
class Answer:
    """What came of a trial, in values that every process can make again."""

    number: int
    reason: str
    traceback: str
    skipped: str | None
    """Why it skipped itself."""
    excused: str | None
    """Why it was expected to fail."""
    sections: Sequence[tuple[str, str, str]]
    properties: list[tuple[str, object]]
    grade: Grade | None
    record: CarriedRecord | None


def outcome_of(trial: Trial) -> Outcome:
    """What others have to know of it."""
    return Outcome(trial.passed, trial.leaving is not None, trial.grade is not None)


def sendable(trial: Trial, carrier: Carrier) -> bytes | None:
    """The trial; None where the test has given it a property that can't be copied."""
    leaving: Any = trial.leaving
    skips = isinstance(leaving, pytest.skip.Exception)
    answer = Answer(
        trial.number,
        trial.reason,
        trial.traceback,
        str(leaving.msg) if skips else None,
        str(leaving.msg) if leaving is not None and not skips else None,
        trial.sections,
        [(name, bare(value)) for name, value in trial.properties],
        trial.grade,
        None if trial.record is None else carrier.carried(trial.record),
    )
    try:
        return pickle.dumps(answer)
    except _UNSENDABLE:
        return None


def arrived(content: bytes, test: pytest.Item, arrivals: Arrivals) -> Trial:
    """The trial as if it had been run here."""
    # a process of this session wrote it, into a folder that nobody else may write to
    answer: Answer = pickle.loads(content)  # noqa: S301
    trial = Trial(answer.number, answer.reason, answer.traceback)
    trial.leaving = _leaving(answer)
    trial.sections, trial.properties, trial.grade = answer.sections, answer.properties, answer.grade
    if answer.record is not None:
        reading = reading_for(test, read_settings(test.config))
        trial.record = arrivals.record(answer.record, test.nodeid, reading)
    return trial


def _leaving(answer: Answer) -> BaseException | None:
    if answer.skipped is not None:
        leaving = pytest.skip.Exception(answer.skipped)
        vars(leaving)["_use_item_location"] = True  # the line that raised it is in the other process
        return leaving
    return None if answer.excused is None else pytest.xfail.Exception(answer.excused)
