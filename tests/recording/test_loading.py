"""Trace files that the real Flock wrote, as traces of a test."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from flock_file import write
from oracles import trace_file

from pytest_flock_trace import Trace, acyclic, critical_path, dependencies, only_edges, red, span, traced_run
from pytest_flock_trace.errors import BadArgument, BadTraceFile, NothingCaptured
from pytest_flock_trace.interop import otlp
from pytest_flock_trace.model.span import Span

WORKFLOW = "b3a57a15b7c5ea285f423ea8bc8657d2"


@pytest.fixture(scope="module")
def loop() -> Trace:
    """Writer and critic, three rounds."""
    return traced_run.load(trace_file("flock/loop_traced.duckdb"))


@pytest.fixture(scope="module")
def linear() -> Trace:
    """Three agents in a line."""
    return traced_run.load(trace_file("flock/linear_traced.duckdb"))


def edges(trace: Trace) -> list[tuple[str, int]]:
    return [(str(edge), edge.count) for edge in dependencies(trace).edges]


def test_all_traces_of_a_file_are_one(loop: Trace, linear: Trace):
    assert (len(loop), loop.trace_id, loop.name) == (180, None, "loop_traced.duckdb")
    assert [one.name for one in loop.traces] == ["Flock.agent", "Flock.agent", "Flock.traced_run", "loop_workflow"]
    assert sum(map(len, loop.traces)) == 180
    assert (len(linear), len(linear.traces)) == (101, 5)


def test_one_trace_of_a_file_has_its_id():
    one = traced_run.load(str(trace_file("flock/loop_traced.duckdb")), trace_id=WORKFLOW)

    assert (len(one), one.trace_id) == (175, WORKFLOW)
    assert [root.name for root in one.roots] == ["loop_workflow"]
    assert one.title == f"trace '{WORKFLOW} of loop_traced.duckdb'"


def test_who_led_to_whom_in_the_loop(loop: Trace):
    assert dependencies(loop).layer == "artifact"
    assert edges(loop) == [
        ("(external) -> writer (Ticket)", 1),
        ("critic -> writer (Review)", 2),
        ("writer -> critic (Draft)", 3),
    ]


def test_the_loop_s_one_cycle_names_the_spans_and_artifacts_of_a_round(loop: Trace):
    (cycle,) = dependencies(loop).cycles

    assert cycle == ["critic", "writer"]
    assert [
        (step.producer.label, step.consumer.label, step.edge.artifact) for step in cycle.witness if step.producer
    ] == [
        ("Agent.execute[critic]", "Agent.execute[writer]", "Review"),
        ("Agent.execute[writer]", "Agent.execute[critic]", "Draft"),
    ]
    for step in cycle.witness:
        assert step.producer is not None
        assert step.artifact in step.producer.produced
        assert step.artifact in step.consumer.consumed


def test_the_loop_goes_round_but_not_more_than_three_times(loop: Trace):
    assert acyclic() not in loop
    assert acyclic(max_rounds=1) not in loop
    assert acyclic(max_rounds=3) in loop


def test_the_line_has_no_cycle_and_only_its_edges(linear: Trace):
    assert dependencies(linear).cycles == []
    assert acyclic() in linear
    assert only_edges("writer -> reviewer", "reviewer -> publisher") in linear
    assert edges(linear) == [
        ("(external) -> writer (Ticket)", 1),
        ("reviewer -> publisher (Review)", 1),
        ("writer -> reviewer (Draft)", 1),
    ]


def test_a_loaded_trace_answers_as_a_recorded_one_does(linear: Trace):
    assert span(agent="publisher", caused_by=span(agent="writer")) in linear
    assert linear.count(span(agent="*", status="ok", kind="internal")) == 3
    assert linear.find(span(status="error")) == []
    assert [one.service for one in linear.find(span(operation="execute"))] == ["Agent"] * 3
    assert red(linear)["reviewer"].errors == 0
    assert critical_path(linear).time(agent="writer") > 0
    assert linear.orphans == []


def test_a_file_without_spans_proves_nothing(tmp_path: Path):
    trace = traced_run.load(write(tmp_path / "empty.duckdb", []))

    assert len(trace) == 0
    with pytest.raises(NothingCaptured, match="trace 'empty.duckdb'"):
        assert span(status="error") not in trace


def test_what_is_no_trace_file_is_refused(tmp_path: Path):
    with pytest.raises(BadTraceFile, match="there is no file"):
        traced_run.load(tmp_path / "nope.duckdb")


WORK = [
    Span("work", span_id="cd" * 8, trace_id="ab" * 16, resource={"service.name": "crew"}),
    Span("chat", span_id="ef" * 8, parent_id="cd" * 8, trace_id="ab" * 16, start_ns=1, end_ns=2),
    Span("Crew.join", span_id="cd" * 8, trace_id="ac" * 16, start_ns=3),
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("night.json", otlp.encode(WORK, otlp.JSON)),
        ("night.jsonl.gz", gzip.compress(b"".join(otlp.write_json_lines(WORK)))),
        ("night.pb", otlp.encode(WORK, otlp.PROTOBUF)),
        ("night.duckdb", otlp.encode(WORK, otlp.PROTOBUF)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_of_other_tools_are_known_by_what_they_hold(tmp_path: Path, name: str, content: bytes):
    (tmp_path / name).write_bytes(content)

    night, one = (traced_run.load(tmp_path / name, trace_id=trace_id) for trace_id in (None, "ab" * 16))

    assert (list(night), night.name, night.trace_id, len(night.traces)) == (WORK, name, None, 2)
    assert (list(one), one.trace_id, one.title) == (WORK[:2], "ab" * 16, f"trace '{'ab' * 16} of {name}'")
    assert one.children(one.one("work")) == [WORK[1]]
    assert night.one("Crew.join").waits


@pytest.mark.parametrize(
    ("trace_id", "meant"),
    [
        ("abab", f"; did you mean '{'ab' * 16}'?"),
        ("ac" * 15, f"; did you mean '{'ac' * 16}'?"),
        ("zz", f": {'ab' * 16}, {'ac' * 16}"),
    ],
)
def test_a_trace_that_is_not_in_a_file_names_those_that_may_be_meant(tmp_path: Path, trace_id: str, meant: str):
    write(tmp_path / "a.duckdb", [one.replace(span_id=str(at)) for at, one in enumerate(WORK)])
    (tmp_path / "a.json").write_bytes(otlp.encode(WORK, otlp.JSON))

    for name in ("a.duckdb", "a.json"):
        with pytest.raises(BadArgument) as raised:
            traced_run.load(tmp_path / name, trace_id=trace_id)
        file = str(tmp_path / name)
        assert str(raised.value) == f"trace_id={trace_id!r} is none of the 2 traces in {file!r}{meant}"


def test_an_id_that_is_no_text_is_refused_for_files_of_every_kind(tmp_path: Path):
    (tmp_path / "a.json").write_bytes(otlp.encode(WORK, otlp.JSON))

    for path in (tmp_path / "a.json", write(tmp_path / "a.duckdb", [])):
        with pytest.raises(BadArgument, match="trace_id=7 is no text"):
            traced_run.load(path, trace_id=7)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", [otlp.JSON, otlp.PROTOBUF])
@pytest.mark.parametrize("file", ["flock/loop_traced.duckdb", "flock/linear_traced.duckdb"])
def test_a_real_file_says_the_same_after_a_journey_through_otlp(tmp_path: Path, file: str, encoding: str):
    original = traced_run.load(trace_file(file))
    (tmp_path / "journey").write_bytes(otlp.encode(original, encoding))

    arrived = traced_run.load(tmp_path / "journey")

    assert arrived.spans == original.spans
    assert edges(arrived) == edges(original)
    assert [cycle.nodes for cycle in dependencies(arrived).cycles] == [
        cycle.nodes for cycle in dependencies(original).cycles
    ]


def test_loading_records_nothing_and_needs_neither_pytest_nor_opentelemetry(tmp_path: Path):
    path = write(tmp_path / "a.duckdb", [Span("root", span_id="1"), Span("chat", span_id="2", parent_id="1")])
    code = f"""
import sys
from pytest_flock_trace import span, traced_run
trace = traced_run.load({str(path)!r})
assert span("chat") in trace and span("delte_db") not in trace
assert not {{"pytest", "opentelemetry.sdk"}} & set(sys.modules), sorted(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
