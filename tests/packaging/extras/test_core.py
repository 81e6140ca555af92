"""What works without any extra: recording, asking, SQL, budgets."""

from __future__ import annotations

import pytest
from opentelemetry import trace

from pytest_flock_trace import __version__, critical_path, span

tracer = trace.get_tracer("extras")


@pytest.mark.latency_budget("1min")
def test_a_run_is_recorded_and_asked(traced_run, trace_store):
    with traced_run("work") as run, tracer.start_as_current_span("step", attributes={"agent.name": "writer"}):
        pass
    assert span(agent="writer") in run
    assert critical_path(run).time(agent="writer") > 0
    assert trace_store.sql("select count(*) from spans").fetchone() == (2,)
    assert __version__[0].isdigit()
