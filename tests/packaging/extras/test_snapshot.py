"""What the extra `snapshot` brings."""

from __future__ import annotations

from opentelemetry import trace


def test_a_run_is_written_as_a_snapshot(traced_run, trace_snapshot):
    with traced_run("work") as run, trace.get_tracer("extras").start_as_current_span("step"):
        pass
    assert run == trace_snapshot
