"""A receiver by gRPC that is grpcio's own server: what it takes, refuses and leaves unanswered."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(
    find_spec("opentelemetry.exporter.otlp.proto.grpc") is None,
    reason="needs opentelemetry-exporter-otlp-proto-grpc installed",
)

PROGRAM = """
import pytest_flock_trace.auto
from opentelemetry import trace
with trace.get_tracer("crew").start_as_current_span("Crew", attributes={"password": "hunter2"}):
    pass
"""


class Receiver:
    """Answers each request by the next status, the last of which stays."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.requests: list[Any] = []
        self.metadata: list[dict[str, Any]] = []
        self.closed = threading.Event()
        self.url = ""

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802  # the name of the method on the wire
        import grpc
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "silent":
            self.closed.wait(60)
        elif answer != "OK":
            context.abort(grpc.StatusCode[answer], "no thanks")
        self.requests.append(request)
        self.metadata.append(dict(context.invocation_metadata()))
        return ExportTraceServiceResponse()


@contextmanager
def receiving(*answers: str) -> Iterator[Receiver]:
    import grpc
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import add_TraceServiceServicer_to_server

    receiver = Receiver(*answers)
    server = grpc.server(ThreadPoolExecutor(2))
    add_TraceServiceServicer_to_server(receiver, server)
    receiver.url = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield receiver
    finally:
        receiver.closed.set()
        server.stop(None).wait()


def run(folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    (folder / "program.py").write_text(PROGRAM, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLOCK_", "OTEL_"))}
    variables = {
        "FLOCK_AUTO_TRACE": "true",
        "OTEL_EXPORTER_OTLP_ENDPOINT": url,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
        "OTEL_EXPORTER_OTLP_HEADERS": "x-team=agents",
        "PYTHONWARNINGS": "ignore",
    }
    return subprocess.run(
        [sys.executable, "program.py"],
        cwd=folder,
        env={**kept, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("answers", [("OK",), ("UNAVAILABLE", "OK")], ids=["at once", "at the second attempt"])
def test_what_is_taken_costs_no_word(tmp_path: Path, answers: tuple[str, ...]) -> None:
    with receiving(*answers) as receiver:
        done = run(tmp_path, receiver.url)

    (request,) = receiver.requests
    assert (done.returncode, done.stderr) == (0, "")
    assert request.resource_spans[0].scope_spans[0].spans[0].name == "Crew"
    assert b"hunter2" not in request.SerializeToString()
    assert receiver.metadata[0]["x-team"] == "agents"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("INVALID_ARGUMENT", "it answered INVALID_ARGUMENT"),
        ("UNAUTHENTICATED", "it answered UNAUTHENTICATED"),
        ("UNAVAILABLE", "it answered UNAVAILABLE"),
        ("RESOURCE_EXHAUSTED", "it answered RESOURCE_EXHAUSTED"),
        ("silent", "it took too long"),
    ],
)
def test_what_is_not_taken_costs_one_line(tmp_path: Path, answer: str, reason: str) -> None:
    with receiving(answer) as receiver:
        done = run(tmp_path, receiver.url)

    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert done.stderr.startswith(f"1 of 1 span could not be sent to {receiver.url} (grpc): {reason}")


def test_a_receiver_that_is_not_there_costs_one_line(tmp_path: Path) -> None:
    with receiving("OK") as receiver:
        pass
    done = run(tmp_path, receiver.url)

    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert "it answered UNAVAILABLE" in done.stderr
