"""Two traces of the same work: what was added, what is missing, what takes another time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from pytest_flock_trace.analysis.paired_trees import Row, paired, speed
from pytest_flock_trace.analysis.red import percentile
from pytest_flock_trace.model.text import count_of
from pytest_flock_trace.viewer.answers.portable import Answer, portable, ratio, whole
from pytest_flock_trace.viewer.answers.trace_key import key_of

if TYPE_CHECKING:
    from pytest_flock_trace.model.trace import Trace
    from pytest_flock_trace.store.file.reading import TraceFileView

MOST_PAIRS: Final = 50
"""Pairs of traces that a static page compares; those of the latest tests."""
_PAIRS: Final = """
    WITH attempts AS (
        SELECT session, test_traces.test, attempt, run, arg_min(trace_id, start_time) AS trace_id,
            min(start_time) AS started
        FROM test_traces
        JOIN runs USING (trace_id)
        WHERE NOT nested
        GROUP BY ALL
    ),
    ranked AS (
        SELECT *, row_number() OVER (PARTITION BY test, run ORDER BY started DESC, session, attempt DESC) AS place
        FROM attempts
    )
    SELECT earlier.trace_id AS a, later.trace_id AS b, test, run
    FROM ranked AS later
    JOIN ranked AS earlier USING (test, run)
    WHERE later.place = 1 AND earlier.place = 2 AND earlier.trace_id <> later.trace_id
    ORDER BY later.started DESC, test, run
"""


def pairs(view: TraceFileView, *, most: int | None = None) -> Answer:
    """For each run of each test its last two traces, the earlier first: of two sessions, or of two attempts."""
    found = list(view.sql(_PAIRS))[:most]
    return {
        "rows": [
            {"a": key_of(a), "b": key_of(b), "test": portable(test), "run": portable(run)} for a, b, test, run in found
        ]
    }


def compare(before: Trace, now: Trace) -> Answer:
    """The second trace beside the first: by label, and span by span."""
    rows = paired(before, now)
    labels = _by_label(before), _by_label(now)
    return {
        "a": key_of(before.name),
        "b": key_of(now.name),
        "added": _only(rows, now, "added"),
        "missing": _only(rows, before, "missing"),
        "changed": _changed(*labels),
        "rows": [_row(row, before, now) for row in rows],
        "sentence": _sentence(rows),
    }


def _row(row: Row, before: Trace, now: Trace) -> dict[str, Any]:
    one = None if row.before is None else before.tree.spans[row.before]
    other = None if row.now is None else now.tree.spans[row.now]
    present = one or other
    return {
        "depth": row.depth,
        "label": "" if present is None else portable(present.label),
        "state": row.state,
        "a": row.before,
        "b": row.now,
        "a_ns": None if one is None else whole(int(one.duration)),
        "b_ns": None if other is None else whole(int(other.duration)),
    }


def _only(rows: list[Row], trace: Trace, state: str) -> list[dict[str, Any]]:
    """Labels of the spans that only this trace has, the most frequent first."""
    places = [row.before if row.now is None else row.now for row in rows if row.state == state]
    counts = Counter(trace.tree.spans[at].label for at in places if at is not None)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"label": portable(label), "count": count} for label, count in ranked]


def _by_label(trace: Trace) -> dict[str, tuple[list[int], int]]:
    """Durations in ascending order and failures, by label."""
    found: dict[str, tuple[list[int], int]] = {}
    for span in trace.tree.spans:
        durations, errors = found.get(span.label, ([], 0))
        durations.append(int(span.duration))
        found[span.label] = durations, errors + span.failed
    return {label: (sorted(durations), errors) for label, (durations, errors) in found.items()}


def _changed(before: dict[str, tuple[list[int], int]], now: dict[str, tuple[list[int], int]]) -> list[dict[str, Any]]:
    """Labels that both have, of which there are more or fewer, other failures, or another median that matters."""
    found: list[dict[str, Any]] = []
    for label in sorted(before.keys() & now.keys()):
        one, other = _numbers(*before[label]), _numbers(*now[label])
        same = speed(one["p50"], other["p50"]) == "same"
        if not same or (one["count"], one["errors"]) != (other["count"], other["errors"]):
            times = other["p50"] / one["p50"] if one["p50"] else None
            found.append({"label": portable(label), "a": one, "b": other, "ratio": ratio(times)})
    return sorted(found, key=lambda row: -abs(row["b"]["p50"] - row["a"]["p50"]))


def _numbers(durations: list[int], errors: int) -> dict[str, int]:
    return {"count": len(durations), "p50": whole(int(percentile(durations, 0.5))), "errors": errors}


def _sentence(rows: list[Row]) -> str:
    counts = Counter(row.state for row in rows)
    if not counts.keys() - {"same"}:
        return f"Both have the same {count_of(len(rows), 'span')}, and none takes clearly longer in one of them."
    parts = [f"{count_of(counts[state], 'span')} {state}" for state in ("added", "missing", "slower", "faster")]
    return f"{', '.join(part for part in parts if not part.startswith('0 '))}; {counts['same']} unchanged."
