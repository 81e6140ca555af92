"""A collector on loopback, which keeps what it is sent and answers as it is told."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from pytest_flock_trace.interop import otlp
from pytest_flock_trace.model.span import Span


@dataclass
class Answer:
    """What a request is answered by; with `silent`, nothing until the collector is closed."""

    status: int = 200
    body: bytes = b""
    silent: bool = False


Answers = Callable[["Request"], Answer]


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def spans(self) -> list[Span]:
        return otlp.decode(self.body, otlp.PROTOBUF)

    @property
    def metrics(self) -> Any:
        return ExportMetricsServiceRequest.FromString(self.body)


@dataclass
class Collector:
    port: int
    answers: Answers
    requests: list[Request] = field(default_factory=list)
    """Those that were answered by a success."""
    refused: int = 0
    closed: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def spans(self) -> list[Span]:
        return [span for request in self.requests if request.path.endswith("/v1/traces") for span in request.spans]

    @property
    def names(self) -> list[str]:
        return sorted(span.name for span in self.spans)


class Handler(BaseHTTPRequestHandler):
    collector: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        request = Request(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        answer = self.collector.answers(request)
        if answer.silent:
            self.collector.closed.wait(60)
            return
        if answer.status < 300:
            self.collector.requests.append(request)
        else:
            self.collector.refused += 1
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the overridden method's name
        """Nothing on standard error."""


@contextmanager
def collecting(answers: Answers | Answer | None = None) -> Iterator[Collector]:
    """A collector that is there from the first line of the block to its last."""
    chosen = answers if callable(answers) else (lambda _: answers or Answer())
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    collector = Collector(server.server_address[1], chosen)
    server.RequestHandlerClass = type("Bound", (Handler,), {"collector": collector})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield collector
    finally:
        collector.closed.set()
        server.shutdown()
        thread.join()
        server.server_close()


def dead_url() -> str:
    """The URL of a collector that is not there any more."""
    with collecting() as collector:
        return collector.url
