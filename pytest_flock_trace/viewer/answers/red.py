"""Rate, errors and durations of each agent or service, as one number and through time, beside what budgets allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.viewer.answers.moment import milliseconds
from pytest_flock_trace.viewer.answers.overview import named_rows
from pytest_flock_trace.viewer.answers.portable import Answer, portable, ratio, whole, whole_or_none

if TYPE_CHECKING:
    from pytest_flock_trace.store.file.reading import TraceFileView
    from pytest_flock_trace.viewer.answers.told import Told

BY: Final = ("agent", "service")
MOST_SUBJECTS: Final = 30
"""Series of a chart; the subjects with fewer spans have none."""
_COUNTED: Final = ("count", "errors", "p50", "p95", "p99")


def red(view: TraceFileView, by: str, told: Told) -> Answer:
    """A row for each subject, series for the most frequent ones, and the limits that tests set."""
    if by not in BY:
        raise BadArgument(f"by={by!r} is no subject of red; valid: {', '.join(BY)}")
    rows = [_row(row) for row in named_rows(view, "red", by)]
    subjects = [row["subject"] for row in rows[:MOST_SUBJECTS]]
    return {"by": by, "rows": rows, "series": _series(view, by, subjects), "budgets": told.latency_budgets()}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "subject": portable(row["subject"]),
        **{name: whole(row[name]) for name in _COUNTED},
        "error_rate": ratio(row["error_rate"]),
        "rate": ratio(row["rate"]),
    }


def _series(view: TraceFileView, by: str, subjects: Sequence[str]) -> Answer:
    stretches = named_rows(view, "time_series")
    length = len(stretches)
    series = {subject: _empty(length) for subject in subjects}
    for row in named_rows(view, "subject_series", by):
        if (one := series.get(portable(row["subject"]))) is not None and row["number"] < length:
            _set(one, row["number"], row)
    everything = _empty(length)
    for number, row in enumerate(stretches):
        _set(everything, number, row)
    return {
        "start_ms": milliseconds(stretches[0]["start_time"]) if stretches else None,
        "width_ms": milliseconds(stretches[0]["width"]) if stretches else None,
        "subjects": series,
        "all": everything,
    }


def _empty(length: int) -> dict[str, list[Any]]:
    return {"count": [0] * length, "errors": [0] * length, "p50": [None] * length, "p95": [None] * length}


def _set(series: dict[str, list[Any]], number: int, row: dict[str, Any]) -> None:
    for name in ("count", "errors"):
        series[name][number] = whole(row[name])
    for name in ("p50", "p95"):
        series[name][number] = whole_or_none(row[name])
