"""`flock-trace receive`, in a process of its own that others send to."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pytest_flock_trace.interop.otlp import JSON, encode
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.trace_file import read_spans

SENDER = """
import sys
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider(resource=Resource.create({"service.name": "shop"}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(sys.argv[1] + "/v1/traces")))
with provider.get_tracer("sender").start_as_current_span("order", attributes={"db.password": "hunter2"}):
    for number in range(int(sys.argv[2])):
        with provider.get_tracer("sender").start_as_current_span("item", attributes={"number": number}):
            pass
provider.shutdown()
"""


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("FLOCK_", "OTEL_"))}


class Receiving:
    """A process that receives, and where."""

    def __init__(self, store: Path, *options: str) -> None:
        command = [sys.executable, "-m", "pytest_flock_trace.cli", "receive", "--port", "0", "--store", str(store)]
        self.process = subprocess.Popen(
            [*command, *options], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stderr is not None
        self.first = self.process.stderr.readline()
        found = re.search(r"receiving at (http://\S+)/v1/traces", self.first)
        assert found is not None, self.first + self.process.stderr.read()
        self.url = found[1]

    def send(self, *spans: Span) -> int:
        connection = HTTPConnection(urlsplit(self.url).hostname or "", urlsplit(self.url).port, timeout=30)
        try:
            connection.request("POST", "/v1/traces", encode(spans, JSON), {"Content-Type": JSON})
            return connection.getresponse().status
        finally:
            connection.close()

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


Receive = Callable[..., Receiving]


@pytest.fixture
def receive(tmp_path: Path) -> Iterator[Receive]:
    begun: list[Receiving] = []

    def begin(*options: str) -> Receiving:
        begun.append(Receiving(tmp_path / "traces.duckdb", *options))
        return begun[-1]

    yield begin
    for one in begun:
        one.process.kill()
        one.process.communicate()


def a_span(span_id: str, trace_id: str = "a" * 32, **fields: object) -> Span:
    return Span("work", span_id=span_id.zfill(16), trace_id=trace_id, start_ns=1, end_ns=2, **fields)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_the_sdk_sends_is_in_the_file_once_it_ends(
    receive: Receive, tmp_path: Path, number: int, flock_trace: Callable[..., object]
) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http")
    receiving = receive()
    subprocess.run([sys.executable, "-c", SENDER, receiving.url, "600"], env=environment(), check=True, timeout=60)
    store = tmp_path / "traces.duckdb"

    assert receiving.end(number) == (0, f"601 spans of 1 trace into {store}\n", "")
    found = read_spans(store)
    (order,) = [span for span in found if span.name == "order"]
    assert order.attributes["db.password"] == "[redacted]"
    assert order.resource["service.name"] == "shop"
    assert {span.attributes["number"] for span in found if span.parent_id == order.span_id} == {*range(600)}
    (listed,) = flock_trace("ls", "--store", store, "--json").json
    assert (listed["name"], listed["spans"]) == ("order", 601)
    assert "order" in flock_trace("show", "latest", "--store", store).out


def test_a_killed_receiver_loses_nothing_that_it_has_answered(receive: Receive, tmp_path: Path) -> None:
    receiving = receive()
    assert [receiving.send(a_span(str(number))) for number in range(20)] == [200] * 20
    receiving.process.kill()
    receiving.process.wait()
    after = receive()
    assert after.send(a_span("99")) == 200
    after.end()

    assert {int(span.span_id) for span in read_spans(tmp_path / "traces.duckdb")} == {*range(20), 99}


def test_two_receive_into_one_file_and_many_send(receive: Receive, tmp_path: Path) -> None:
    both = [receive(), receive()]

    def send(sender: int) -> None:
        for number in range(10):
            assert both[sender % 2].send(a_span(f"{sender}{number}", f"{sender:032x}")) == 200

    senders = [threading.Thread(target=send, args=(number,)) for number in range(1, 7)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    ends = [one.end() for one in both]

    assert [code for code, _, _ in ends] == [0, 0]
    assert len({span.key for span in read_spans(tmp_path / "traces.duckdb")}) == 60


def test_one_document_for_programs_says_what_has_come(receive: Receive, tmp_path: Path) -> None:
    receiving = receive("--json")
    receiving.send(a_span("1", resource={"service.name": "shop"}), a_span("2", "b" * 32))
    code, out, err = receiving.end()

    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "spans": 2,
        "traces": 2,
        "services": ["shop"],
        "store": str(tmp_path / "traces.duckdb"),
    }


def test_where_nothing_came_there_is_no_file(receive: Receive, tmp_path: Path) -> None:
    code, out, _ = receive().end()

    assert (code, out) == (0, f"0 spans of 0 traces into {tmp_path / 'traces.duckdb'}\n")
    assert [*tmp_path.iterdir()] == []


def test_a_port_that_is_taken_is_one_line(receive: Receive, flock_trace: Callable[..., object]) -> None:
    taken = urlsplit(receive().url).port
    answer = flock_trace("receive", "--port", taken)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"flock-trace receive: can't listen at port {taken} of '127.0.0.1': ")
    assert len(answer.err.splitlines()) == 1


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_what_is_no_port_is_refused(flock_trace: Callable[..., object], port: str) -> None:
    answer = flock_trace("receive", f"--port={port}")

    assert answer.code == 2
    assert "--port" in answer.err


def test_a_file_that_is_none_is_told_and_the_spans_wait_beside_it(receive: Receive, tmp_path: Path) -> None:
    (tmp_path / "traces.duckdb").write_text("no database")
    receiving = receive()
    assert receiving.send(a_span("1")) == 200
    code, out, err = receiving.end()

    assert code == 0
    assert out.startswith("1 span of 1 trace")
    assert "traces.duckdb" in err
    assert len([*(tmp_path / "traces.duckdb.spool").iterdir()]) == 1
