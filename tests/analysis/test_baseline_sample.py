from __future__ import annotations

from hypothesis import given
from strategies import traces

from pytest_flock_trace import Span, Trace, critical_path
from pytest_flock_trace.analysis.baseline_sample import QUEUEING, WAITING, Sample

AGENT = {"gen_ai.operation.name": "invoke_agent"}


def test_time_on_the_path_is_held_by_the_agent_at_work_and_outside_agents_by_the_span() -> None:
    trace = Trace.of(
        [
            Span("review", span_id="r", end_ns=100, attributes={"flock_trace.run": "review"}),
            Span("load", span_id="l", parent_id="r", start_ns=5, end_ns=15),
            Span(
                "act", span_id="w", parent_id="r", start_ns=20, end_ns=90, attributes=AGENT | {"agent.name": "writer"}
            ),
            Span("chat", span_id="c", parent_id="w", start_ns=30, end_ns=80),
        ]
    )

    sample = Sample.of(trace, "as it was")

    assert sample.structure == "as it was"
    assert sample.duration_ns == 100
    assert sample.path_ns == {"review": 20, "load": 10, "act[writer]": 70}
    assert sample.totals_ns == {"load": 10, "act[writer]": 70, "chat": 50}


def test_waiting_and_queueing_are_nobodys_work() -> None:
    trace = Trace.of(
        [
            Span("run", span_id="r", end_ns=100, attributes={"flock_trace.run": "run"}),
            Span("publish", span_id="p", parent_id="r", start_ns=0, end_ns=10),
            Span("act", span_id="a", parent_id="r", start_ns=30, end_ns=60, links=["p"]),
            Span("join", span_id="j", parent_id="r", start_ns=60, end_ns=100, waits=True),
        ]
    )

    assert Sample.of(trace, "").path_ns == {"publish": 10, QUEUEING: 20, "act": 30, WAITING: 40}


@given(traces())
def test_the_parts_of_the_path_add_up_to_the_run(trace: Trace) -> None:
    sample = Sample.of(trace, "")

    assert sum(sample.path_ns.values()) == sample.duration_ns == int(critical_path(trace).duration)
