"""Programs whose spans leave for a collector, each program in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from collector import Answer, Collector, collecting, dead_url
from until_a_signal import UNTIL_A_SIGNAL

from pytest_flock_trace.store.trace_file import read_spans

ON = {"FLOCK_AUTO_TRACE": "true", "OTEL_SERVICE_NAME": "crew"}
PROGRAM = """
import pytest_flock_trace.auto
from opentelemetry import trace

tracer = trace.get_tracer("crew", "1.2")

def work(name, steps=3, **attributes):
    with tracer.start_as_current_span(name, attributes=attributes):
        for at in range(steps):
            with tracer.start_as_current_span(f"{name}.step"):
                pass
"""
CREW = ["Crew", "Crew.step", "Crew.step", "Crew.step"]


def environment(to: str, variables: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLOCK_", "OTEL_"))}
    return {**kept, **ON, "OTEL_EXPORTER_OTLP_ENDPOINT": to, "PYTHONWARNINGS": "ignore", **variables}


def run(folder: Path, to: Collector | str, program: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A program that is over within a minute, whatever its collector does."""
    (folder / "program.py").write_text(PROGRAM + program, encoding="utf-8")
    url = to if isinstance(to, str) else to.url
    return subprocess.run(
        [sys.executable, "program.py"],
        cwd=folder,
        env=environment(url, variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def quiet(done: subprocess.CompletedProcess[str]) -> bool:
    return (done.returncode, done.stderr) == (0, "")


def test_an_endpoint_makes_a_program_send_its_spans_and_leave_no_file(tmp_path: Path) -> None:
    with collecting() as collector:
        done = run(tmp_path, collector, "work('Crew', answer=42)")

    assert quiet(done)
    assert collector.names == CREW
    root = next(span for span in collector.spans if span.name == "Crew")
    assert {span.parent_id for span in collector.spans} == {None, root.span_id}
    assert (root.scope.name, root.scope.version, root.attributes["answer"]) == ("crew", "1.2", 42)
    assert root.resource["service.name"] == "crew"
    assert [one.name for one in tmp_path.iterdir()] == ["program.py"]


def test_a_trace_file_is_written_as_well_where_that_is_asked_and_both_have_the_same_spans(tmp_path: Path) -> None:
    with collecting() as collector:
        done = run(tmp_path, collector, "work('Crew')", FLOCK_TRACE_FILE="true")

    assert quiet(done)
    written = read_spans(tmp_path / ".flock" / "traces.duckdb")
    assert sorted(span.key for span in written) == sorted(span.key for span in collector.spans)
    assert collector.names == CREW


def test_the_command_that_runs_programs_sends_too(tmp_path: Path) -> None:
    (tmp_path / "agent.py").write_text(
        "class Agent:\n    def act(self):\n        pass\n\nAgent().act()\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "pytest_flock_trace.cli", "run", "agent.py"]
    with collecting() as collector:
        done = subprocess.run(
            command, cwd=tmp_path, env=environment(collector.url, {}), capture_output=True, text=True, check=False
        )

    assert quiet(done)
    assert collector.names == ["Agent.act"]
    assert (tmp_path / ".flock" / "traces.duckdb").exists()


def test_no_secret_leaves(tmp_path: Path) -> None:
    program = (
        "work('Crew', 0, password='hunter2', body='{\"api_key\": \"hunter2\"}')\n"
        "with tracer.start_as_current_span('login') as span:\n"
        "    span.add_event('attempt', {'authorization': 'Bearer hunter2'})\n"
    )
    with collecting() as collector:
        done = run(tmp_path, collector, program)

    assert quiet(done)
    assert collector.names == ["Crew", "login"]
    assert all(b"hunter2" not in request.body for request in collector.requests)


def test_headers_and_compression_are_those_of_the_environment(tmp_path: Path) -> None:
    variables = {"OTEL_EXPORTER_OTLP_HEADERS": "x-team=agents,authorization=Basic%20abc"}
    with collecting() as collector:
        done = run(tmp_path, collector, "work('Crew')", OTEL_EXPORTER_OTLP_COMPRESSION="gzip", **variables)

    (request,) = collector.requests
    assert quiet(done)
    assert request.headers["content-encoding"] == "gzip"
    assert (request.headers["x-team"], request.headers["authorization"]) == ("agents", "Basic abc")
    assert (request.path, request.headers["content-type"]) == ("/v1/traces", "application/x-protobuf")


def test_an_endpoint_of_traces_alone_is_taken_as_it_stands(tmp_path: Path) -> None:
    with collecting() as collector:
        done = run(
            tmp_path, "http://nowhere.invalid", "work('Crew')", OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=f"{collector.url}/in"
        )

    assert quiet(done)
    assert [request.path for request in collector.requests] == ["/in"]


@pytest.mark.parametrize(
    "variables",
    [
        {"OTEL_TRACES_EXPORTER": "none"},
        {"OTEL_TRACES_EXPORTER": "console"},
        {"OTEL_SDK_DISABLED": "true"},
        {"FLOCK_AUTO_TRACE": "false"},
    ],
    ids=lambda variables: next(iter(variables)),
)
def test_nothing_is_sent_where_the_environment_says_so(tmp_path: Path, variables: dict[str, str]) -> None:
    with collecting() as collector:
        done = run(tmp_path, collector, "work('Crew')", **variables)

    assert quiet(done)
    assert collector.requests == []


TROUBLE = {
    "503 always": (Answer(503, b"come back later"), "it answered 503 Service Unavailable: come back later"),
    "400": (Answer(400, b"what is\nthis"), "it answered 400 Bad Request: what is this"),
    "401": (Answer(401), "it answered 401 Unauthorized"),
    "never answers": (Answer(silent=True), "it took too long"),
}


@pytest.mark.parametrize(("answer", "reason"), TROUBLE.values(), ids=TROUBLE)
def test_a_collector_that_does_not_take_spans_costs_one_line_and_no_more(
    tmp_path: Path, answer: Answer, reason: str
) -> None:
    with collecting(answer) as collector:
        done = run(tmp_path, collector, "work('Crew')\nprint('worked')")

    where = f"{collector.url}/v1/traces (http/protobuf)"
    assert (done.returncode, done.stdout) == (0, "worked\n")
    assert done.stderr == f"4 of 4 spans could not be sent to {where}: {reason}\n"


def test_a_collector_that_is_not_there_costs_one_line_and_no_more(tmp_path: Path) -> None:
    done = run(tmp_path, dead_url(), "work('Crew')\nprint('worked')")

    assert (done.returncode, done.stdout) == (0, "worked\n")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("4 of 4 spans could not be sent to http://127.0.0.1:")
    assert "refused" in done.stderr


def test_a_collector_that_takes_only_some_is_believed(tmp_path: Path) -> None:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

    partial = ExportTraceServiceResponse()
    partial.partial_success.rejected_spans = 3
    partial.partial_success.error_message = "too many steps"
    with collecting(Answer(200, partial.SerializeToString())) as collector:
        done = run(tmp_path, collector, "work('Crew')")

    assert done.returncode == 0
    assert done.stderr.startswith("3 of 4 spans could not be sent")
    assert done.stderr.endswith(": it rejected some: too many steps\n")


def test_a_collector_that_recovers_gets_everything(tmp_path: Path) -> None:
    answers = iter([Answer(503)])
    with collecting(lambda _: next(answers, Answer())) as collector:
        done = run(tmp_path, collector, "work('Crew')")

    assert quiet(done)
    assert collector.refused == 1
    assert collector.names == CREW


def test_requests_that_are_too_large_are_made_smaller(tmp_path: Path) -> None:
    with collecting(lambda request: Answer(413 if len(request.spans) > 2 else 200)) as collector:
        done = run(tmp_path, collector, "work('Crew', 9)")

    assert quiet(done)
    assert len(collector.spans) == len({span.key for span in collector.spans}) == 10


@pytest.mark.parametrize("protocol", ["http/json", "nonsense"])
def test_a_protocol_that_is_not_supported_is_told_once_with_those_that_are(tmp_path: Path, protocol: str) -> None:
    with collecting() as collector:
        done = run(tmp_path, collector, "work('Crew')", OTEL_EXPORTER_OTLP_PROTOCOL=protocol)

    assert done.returncode == 0
    assert done.stderr == (
        f"spans are not sent: OTEL_EXPORTER_OTLP_PROTOCOL={protocol!r} is no protocol that spans can be sent by; "
        "supported: http/protobuf, grpc\n"
    )


@pytest.mark.parametrize(("protocol", "extra"), [("http/protobuf", "otlp"), ("grpc", "otlp-grpc")])
def test_a_missing_extra_is_told_once_with_what_to_type(tmp_path: Path, protocol: str, extra: str) -> None:
    package = f"opentelemetry.exporter.otlp.proto.{protocol.partition('/')[0]}"
    (tmp_path / "sitecustomize.py").write_text(f"import sys\nsys.modules[{package!r}] = None\n", encoding="utf-8")
    variables = {"OTEL_EXPORTER_OTLP_PROTOCOL": protocol, "PYTHONPATH": str(tmp_path)}
    done = run(tmp_path, "http://localhost:4318", "work('Crew')", **variables)

    assert done.returncode == 0
    assert done.stderr == (
        f"spans are not sent: sending to a collector by {protocol} needs an extra: "
        f'pip install "pytest-flock-trace[{extra}]"\n'
    )


def test_spans_of_a_provider_with_an_exporter_of_its_own_are_left_to_that(tmp_path: Path) -> None:
    program = """
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

work("Ours", 0)
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
work("Theirs", 0)
"""
    with collecting() as collector:
        done = run(tmp_path, collector, program)

    assert quiet(done)
    assert collector.names == ["Ours", "Theirs"]


def test_the_log_of_an_exporter_of_the_program_s_own_is_not_silenced(tmp_path: Path) -> None:
    program = """
import logging
logging.basicConfig(format="%(name)s")
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

work("Ours", 0)
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
work("Theirs", 0)
"""
    with collecting(Answer(400)) as collector:
        done = run(tmp_path, collector, program)

    assert done.stderr == "opentelemetry.exporter.otlp.proto.http.trace_exporter\npytest_flock_trace\n"


@pytest.mark.parametrize(
    "exporter",
    ["", "provider.add_span_processor(SimpleSpanProcessor(InMemorySpanExporter()))"],
    ids=["none", "in memory"],
)
def test_spans_of_a_provider_that_sends_them_nowhere_are_sent(tmp_path: Path, exporter: str) -> None:
    program = f"""
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

provider = TracerProvider()
{exporter}
trace.set_tracer_provider(provider)
work("Theirs", 0)
"""
    with collecting() as collector:
        done = run(tmp_path, collector, program)

    assert quiet(done)
    assert collector.names == ["Theirs"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals here")
def test_a_signal_ends_the_program_as_before_once_everything_is_sent(tmp_path: Path) -> None:
    program = f"import sys\nwork('Crew')\nprint('ready', flush=True)\n{UNTIL_A_SIGNAL}"
    (tmp_path / "program.py").write_text(PROGRAM + program, encoding="utf-8")
    with (
        collecting() as collector,
        subprocess.Popen(
            [sys.executable, "program.py"],
            cwd=tmp_path,
            env=environment(collector.url, {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        process.wait(60)

    assert process.returncode == -signal.SIGTERM
    assert collector.names == CREW


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.parametrize("connected", [False, True], ids=["at once", "after a first request"])
def test_forked_children_send_their_own_spans_and_no_others(tmp_path: Path, connected: bool) -> None:
    program = """
import multiprocessing, os, sys
work("Crew")
CONNECTED and sys.stdin.read()
if (pid := os.fork()) == 0:
    work("Fork", 0)
    sys.exit()
os.waitpid(pid, 0)
children = [multiprocessing.get_context("fork").Process(target=work, args=("Child", 0)) for _ in range(2)]
for child in children:
    child.start()
for child in children:
    child.join()
assert [child.exitcode for child in children] == [0, 0]
"""
    (tmp_path / "program.py").write_text(PROGRAM + program.replace("CONNECTED", str(connected)), encoding="utf-8")
    with collecting(lambda _: seen() or Answer()) as collector:
        process = subprocess.Popen(
            [sys.executable, "program.py"], cwd=tmp_path, env=environment(collector.url, {}), stdin=subprocess.PIPE
        )
        assert process.stdin is not None
        seen = process.stdin.close  # the first request lets the program go on
        if not connected:
            seen()
        assert process.wait(60) == 0

    assert collector.names == sorted([*CREW, "Fork", "Child", "Child"])


def test_a_program_that_makes_more_than_can_wait_loses_the_newest_and_is_told_how_many(tmp_path: Path) -> None:
    program = """
from pytest_flock_trace.capture.otlp import outbox
import pytest_flock_trace.recording.process as process
process._recording._export.outbox._most = 5
work("Crew", 9)
"""
    with collecting() as collector:
        done = run(tmp_path, collector, program)

    assert len(collector.spans) == 5
    assert done.stderr.startswith("5 of 10 spans could not be sent")
    assert done.stderr.endswith("more than 5 were waiting\n")


AGENT = "**{'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'writer'}"


def test_metrics_are_sent_where_they_are_asked_for(tmp_path: Path) -> None:
    with collecting() as collector:
        done = run(tmp_path, collector, f"work('Crew', 2, {AGENT})", OTEL_METRICS_EXPORTER="otlp")

    (request,) = [one for one in collector.requests if one.path == "/v1/metrics"]
    found = {
        metric.name: metric
        for resource in request.metrics.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }
    assert quiet(done)
    assert set(found) == {"traces.span.metrics.calls", "traces.span.metrics.duration"}
    points = {
        tuple(sorted((pair.key, pair.value.string_value) for pair in point.attributes)): point.as_int
        for point in found["traces.span.metrics.calls"].sum.data_points
    }
    same = [("service.name", "crew"), ("span.kind", "SPAN_KIND_INTERNAL")]
    assert points == {
        (("agent", "writer"), *same, ("span.name", "Crew"), ("status.code", "STATUS_CODE_UNSET")): 1,
        (*same, ("span.name", "Crew.step"), ("status.code", "STATUS_CODE_UNSET")): 2,
    }
    assert {point.count for point in found["traces.span.metrics.duration"].histogram.data_points} == {1, 2}


def test_metrics_are_not_sent_unless_they_are_asked_for(tmp_path: Path) -> None:
    with collecting() as collector:
        done = run(tmp_path, collector, "work('Crew')")

    assert quiet(done)
    assert {request.path for request in collector.requests} == {"/v1/traces"}


def test_metrics_that_are_not_taken_are_told_once_and_spans_are_sent_all_the_same(tmp_path: Path) -> None:
    def answers(request: object) -> Answer:
        return Answer(404 if "metrics" in getattr(request, "path", "") else 200)

    with collecting(answers) as collector:
        done = run(tmp_path, collector, "work('Crew')", OTEL_METRICS_EXPORTER="otlp")

    where = f"{collector.url}/v1/metrics (http/protobuf)"
    assert done.stderr == f"metrics cannot be sent to {where}: it answered 404 Not Found\n"
    assert collector.names == CREW
