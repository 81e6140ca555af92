"""Runs of a test in which agents write and review, as a trace file holds them."""

from __future__ import annotations

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.attempts import AttemptRow

MS = 1_000_000
START = 1_764_000_000_000_000_000


def review(trace_id: str, at: int, *, failed: bool = False, critics: int = 1, length: int = 9) -> list[Span]:
    """A run of a writer that calls some critics, each working so many milliseconds."""
    start = START + at * 1000 * MS
    names = ["writer", *["critic"] * critics]
    run = {"flock_trace.run": "review", "flock_trace.test": "test_it.py::test_review"}
    spans = [
        Span(
            "review", span_id=f"{trace_id}0", trace_id=trace_id, start_ns=start, end_ns=start + 900 * MS, attributes=run
        )
    ]
    for number, name in enumerate(names):
        began = start + number * 2 * length * MS
        spans.append(
            Span(
                f"invoke_agent {name}",
                span_id=f"{trace_id}{number + 1}",
                parent_id=f"{trace_id}{min(number, 1)}",
                trace_id=trace_id,
                start_ns=began,
                end_ns=began + length * MS,
                status="error" if failed and name == "critic" else "ok",
                attributes={"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name, "password": "hunter2"},
            )
        )
    return spans


def attempt(session: str, at: int, *traces: str, test: str = "test_it.py::test_review") -> AttemptRow:
    return AttemptRow(session, test, 1, "passed", None, START + at * 1000 * MS, MS, None, traces)
