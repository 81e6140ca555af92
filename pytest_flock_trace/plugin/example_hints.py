"""What Hypothesis is told of the runs of an example, where somebody observes its examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pytest_flock_trace.capture.example import hint, is_observed, running_example
from pytest_flock_trace.errors import NothingCaptured, Vacuous

if TYPE_CHECKING:
    from pytest_flock_trace.recording.examples import Examples
    from pytest_flock_trace.recording.traced_run import TracedRun

_MS: Final = 1_000_000


def hint_at(run: TracedRun, examples: Examples) -> None:
    """Give its numbers to `hypothesis.event` and `hypothesis.target`; of runs of one name, those of the first."""
    if not examples.count or not run.outermost or run.name in examples.hinted:
        return
    if not is_observed() or running_example() is None:
        return
    examples.hinted.add(run.name)
    for what, number in _numbers(run).items():
        hint(f"{what} of {run.name}", number)


def _numbers(run: TracedRun) -> Mapping[str, Any]:
    from pytest_flock_trace.analysis.critical_path import critical_path
    from pytest_flock_trace.analysis.usage import usage

    found: dict[str, Any] = {"spans": len(run)}
    try:
        found["critical path in ms"] = int(critical_path(run).duration) / _MS
        found["tokens"] = int(usage(run).total_tokens)
    except (NothingCaptured, Vacuous):
        return found  # no model was asked, or nothing was recorded
    return found
