"""Why too few trials of a test have passed: the count, where they part, and the first that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_flock_trace.analysis.divergence import divergences
from pytest_flock_trace.model.text import one_line
from pytest_flock_trace.plugin.activation import read_settings
from pytest_flock_trace.plugin.redacting import withholding
from pytest_flock_trace.render.course import course_of
from pytest_flock_trace.render.parting import parting_lines
from pytest_flock_trace.render.trials import refusal, told

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.course import Course
    from pytest_flock_trace.plugin.trial import Trial
    from pytest_flock_trace.plugin.trial_gate import TrialGate

_HOOK_ERRORS = (Exception, pytest.fail.Exception, pytest.skip.Exception)
"""What a user's hook may raise while a trace is read."""


def explain_failure(gate: TrialGate) -> str:
    """A few lines; the first failing trial's own traceback and output become sections of the gate's report."""
    tally = gate.tally
    assert tally is not None  # noqa: S101  # a gate that fails has one
    redacted = withholding(gate.config, read_settings(gate.config))
    first = gate.telling
    gate.add_report_section("call", f"failure of trial {first.number}", redacted(first.traceback))
    for when, kind, text in first.sections:
        gate.add_report_section(when, kind, text)
    lines = [
        f"trace_trials: {told(tally)}",
        f"  {refusal(tally)}",
        *_parting(gate),
        f"trial {first.number}: {_first_lines(first.reason)}",
    ]
    return redacted("\n".join(lines))


def _parting(gate: TrialGate) -> list[str]:
    passing = [trial for trial in gate.trials if trial.passed]
    failing = [trial for trial in gate.trials if not trial.passed]
    if not passing:
        return ["no trial passed, so there is nothing to compare the failing ones with"]
    try:
        courses = [[_course(gate, trial) for trial in trials] for trials in (passing, failing)]
    except _HOOK_ERRORS as error:  # a failing hook must not hide the trials' own failure
        return [f"the traces could not be read: {type(error).__name__}: {error}"]
    if not any(map(any, courses)):
        return ["no trial recorded a span, so where they part is not known"]
    return parting_lines(divergences(*courses), [trial.number for trial in failing])


def _course(gate: TrialGate, trial: Trial) -> Course:
    if trial.record is None:
        return ()
    return course_of(trial.record.trace, hide=read_settings(gate.config).hide)


def _first_lines(reason: str) -> str:
    lines = reason.splitlines()
    return "\n  ".join(map(one_line, lines[:6])) + ("\n  …" if len(lines) > 6 else "")
