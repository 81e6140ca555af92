from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.attempts import AttemptRow
from pytest_flock_trace.store.file.writer import TraceFile

MS = 1_000_000
START = 1_764_000_000_000_000_000


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Served:
    """A server in a process of its own, and how to ask it."""

    store: Path
    port: int
    token: str
    process: Popen[str]

    def request(
        self, method: str, path: str, body: bytes | None = None, *, token: str | None = "", **headers: str
    ) -> Response:
        """One request; the right token unless said, with None none at all; `sec_fetch_site=` is Sec-Fetch-Site."""
        said = {"X-Flock-Trace-Token": token or self.token} if token is not None else {}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, said)
            found = connection.getresponse()
            return Response(found.status, {name.lower(): value for name, value in found.getheaders()}, found.read())
        finally:
            connection.close()

    def ask(self, question: str) -> Any:
        """The answer to a question."""
        found = self.request("GET", f"/api/{question}")
        assert found.status == 200, found.body
        return found.json

    def post(self, path: str, document: object, **headers: str) -> Response:
        """Send a JSON document."""
        said = {"Content_Type": "application/json", **headers}
        return self.request("POST", f"/api/{path}", json.dumps(document).encode(), **said)


@contextmanager
def serving(store: Path, *options: str) -> Iterator[Served]:
    """`flock-trace serve` on a trace file; it ends as Ctrl-C ends it."""
    command = [sys.executable, "-m", "pytest_flock_trace.cli", "serve", "--store", str(store), "--json", "--no-open"]
    with Popen([*command, *options], stdout=PIPE, stderr=PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            assert said, process.stderr and process.stderr.read()
            told = json.loads(said)
            yield Served(store, told["port"], told["url"].partition("#token=")[2], process)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)


def review(trace_id: str, at: int = 0, *, failed: bool = False) -> list[Span]:
    """A writer who asks a model."""
    start = START + at * 1000 * MS
    agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "writer", "password": "hunter2"}
    return [
        Span("Review.run", span_id=f"{trace_id}0", trace_id=trace_id, start_ns=start, end_ns=start + 30 * MS),
        Span(
            "Writer.run",
            span_id=f"{trace_id}1",
            parent_id=f"{trace_id}0",
            trace_id=trace_id,
            start_ns=start + MS,
            end_ns=start + 20 * MS,
            attributes=agent,
        ),
        Span(
            "Model.chat",
            span_id=f"{trace_id}2",
            parent_id=f"{trace_id}1",
            trace_id=trace_id,
            start_ns=start + 2 * MS,
            end_ns=start + 12 * MS,
            status="error" if failed else "ok",
            attributes={"gen_ai.request.model": "small"},
        ),
    ]


@pytest.fixture(scope="session")
def reviews() -> Callable[..., list[Span]]:
    return review


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A trace file with two reviews, of which the later one failed."""
    file = tmp_path / "traces.duckdb"
    write(file)
    return file


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that all tests of a module ask, none of which changes the file."""
    file = tmp_path_factory.mktemp("served") / "traces.duckdb"
    write(file)
    with serving(file) as found:
        yield found


@pytest.fixture
def serve() -> Callable[..., Any]:
    return serving


def write(file: Path) -> None:
    attempt = AttemptRow("session", "test_review", 1, "passed", None, START, 30 * MS, None, ("aa11",))
    assert TraceFile(file).write([*review("aa11"), *review("bb22", 60, failed=True)], tests=[attempt]) is None
