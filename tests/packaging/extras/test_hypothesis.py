"""What the extra `hypothesis` brings."""

from __future__ import annotations

import hypothesis
from opentelemetry import trace


@hypothesis.settings(database=None, max_examples=5, deadline=None)
@hypothesis.given(count=hypothesis.strategies.integers(1, 3))
def test_every_example_has_runs_of_its_own(traced_run, count):
    with traced_run("work") as run:
        for _ in range(count):
            trace.get_tracer("extras").start_span("step").end()
    assert run.count("step") == count
