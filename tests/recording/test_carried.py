"""What a trial recorded, sent to another process and made a record there."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator

import pytest
from hypothesis import given
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

from pytest_flock_trace import Span, Trace, TracedRun, TracedRuns
from pytest_flock_trace.analysis.budget import BudgetUse
from pytest_flock_trace.model.condition import Name
from pytest_flock_trace.recording.attempt import TestRecord, running_test
from pytest_flock_trace.recording.carried import Arrivals, Carrier
from pytest_flock_trace.recording.recorded_trace import Reading
from pytest_flock_trace.strategies import traces

tracer = trace.get_tracer("app")


def arrive(record: TestRecord, carrier: Carrier | None = None, arrivals: Arrivals | None = None) -> TestRecord:
    """The record as the other process has it."""
    carried = pickle.loads(pickle.dumps((carrier or Carrier()).carried(record)))
    return (arrivals or Arrivals(Carrier())).record(carried, record.title, record.reading)


def names(record: TestRecord) -> list[tuple[str, list[str]]]:
    return [(run.name, [span.name for span in run.recorded().spans]) for run in record.runs]


@pytest.fixture(scope="module")
def wide(traced_run: TracedRuns) -> Iterator[TracedRun]:
    with traced_run("wide") as run:
        yield run


def test_runs_nested_ones_and_spans_outside_every_run_arrive_as_they_were(traced_run: TracedRuns) -> None:
    with traced_run("outer", attributes={"topic": "tea"}), tracer.start_as_current_span("step") as step:
        step.add_event("asked", {"who": "critic"})
        with traced_run("inner"), tracer.start_as_current_span("deep"):
            pass
    with pytest.raises(RuntimeError), traced_run("broken"):
        raise RuntimeError("no")
    with tracer.start_as_current_span("ambient"):
        pass
    record = running_test()
    arrived = arrive(record)

    assert list(arrived.trace) == list(record.trace)
    assert [span.origin for span in arrived.trace] == [span.origin for span in record.trace]
    assert names(arrived) == names(record)
    assert names(arrived)[1] == ("inner", ["inner", "deep"])
    assert [(run.outermost, run.is_open, run.span_context.trace_id) for run in arrived.runs] == [
        (run.outermost, run.is_open, run.span_context.trace_id) for run in record.runs
    ]
    assert arrived.runs[2].status == "error"
    assert [span.name for span in arrived.read_ambient()] == ["ambient"]
    assert traced_run.test.count("ambient") == 1


def test_a_span_that_has_not_ended_arrives_unfinished_and_stays_so(traced_run: TracedRuns) -> None:
    with traced_run("review"):
        late = tracer.start_span("late")
    arrived = arrive(running_test())
    late.end()

    assert running_test().trace.one("late").unfinished is False
    assert arrived.trace.one("late").unfinished is True


def test_a_run_that_several_trials_share_is_one_run_and_as_long_as_it_was_last(wide: TracedRun) -> None:
    carrier, arrivals, record = Carrier(), Arrivals(Carrier()), running_test()
    first = arrive(record, carrier, arrivals)
    tracer.start_span("more", trace.set_span_in_context(wide._run.root)).end()
    second = arrive(record, carrier, arrivals)
    whole = TestRecord(record.title, record.reading)
    whole.adopt(first, passed=True)
    whole.adopt(second, passed=True)

    assert [run.name for run in whole.runs] == ["wide"]
    assert whole.runs[0].shared
    assert whole.runs[0].is_open
    assert whole.trace.count("wide") == 1
    assert whole.trace.count("more") == 1


def test_runs_that_trials_of_two_processes_share_are_two(wide: TracedRun) -> None:
    arrivals, record = Arrivals(Carrier()), running_test()
    whole = TestRecord(record.title, record.reading)
    for carrier in (Carrier(), Carrier()):
        whole.adopt(arrive(record, carrier, arrivals), passed=True)

    assert [run.name for run in whole.runs] == [wide.name, wide.name]


def test_a_run_that_comes_back_to_its_own_process_is_the_run_itself(wide: TracedRun) -> None:
    carrier = Carrier()
    arrived = arrive(running_test(), carrier, Arrivals(carrier))

    assert len(arrived.runs) == 1
    assert arrived.runs[0] is wide


def test_the_user_s_hooks_change_each_span_once(traced_run: TracedRuns) -> None:
    with traced_run("review"), tracer.start_as_current_span("step"):
        pass
    record = running_test()
    record.reading = Reading(transform=lambda span: span.replace(name=f"{span.name}!"))

    assert sorted(span.name for span in arrive(record).trace) == ["review!", "step!"]


def test_what_a_trial_has_found_out_arrives(traced_run: TracedRuns) -> None:
    with traced_run("review"), tracer.start_as_current_span("step"):
        pass
    record = running_test()
    record.culprits.extend(traced_run.runs[0].find("step"))
    record.lacking[Name("agent", "nobody")] = None
    record.loaded.append(Trace.of([Span("old", span_id="1")], name="file"))
    record.budgets.append(BudgetUse("latency_budget('1s')", "run 'review'", "ns", 5, 10))
    record.unbudgeted = True
    arrived = arrive(record)
    record.unbudgeted = False

    assert arrived.culprits == record.culprits == [arrived.trace.one("step")]
    assert arrived.lacking == record.lacking
    assert [(loaded.name, list(loaded)) for loaded in arrived.loaded] == [("file", list(record.loaded[0]))]
    assert arrived.budgets == record.budgets
    assert arrived.unbudgeted is True


def test_which_spans_their_process_exports_itself_is_known_where_they_arrive(traced_run: TracedRuns) -> None:
    own = TracerProvider()
    own.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter(out=io.StringIO())))
    with traced_run("review"), own.get_tracer("app").start_as_current_span("own"):
        pass
    arrived = arrive(running_test())

    exported = {key for ledger in arrived.ledgers for key in ledger.exported}
    assert exported == {arrived.trace.one("own").key}


@given(drawn=traces())
def test_any_spans_arrive(drawn: Trace) -> None:
    record = TestRecord("test_it", Reading())
    record.receive(drawn.spans)

    assert list(arrive(record).trace) == list(record.trace)
