"""Arize Phoenix, a receiver that others wrote, takes our spans by HTTP and by gRPC and tells them back."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.skipif(find_spec("phoenix") is None, reason="needs arize-phoenix installed")

PROGRAM = """
import pytest_flock_trace.auto
from opentelemetry import trace

tracer = trace.get_tracer("crew", "1.2")
agent = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "writer", "password": "hunter2"}
with tracer.start_as_current_span("invoke_agent writer PROTOCOL", attributes=agent):
    with tracer.start_as_current_span("chat PROTOCOL"):
        pass
"""
TEST = """
from opentelemetry import trace

def test_it(traced_run):
    with traced_run("review"):
        trace.get_tracer("crew").start_span("draft").end()
"""
PATIENCE = 120
"""Seconds that the server has to start, and to store what it was sent."""


@dataclass(frozen=True)
class Phoenix:
    http: int
    grpc: int

    def endpoint(self, protocol: str) -> dict[str, str]:
        port = self.grpc if protocol == "grpc" else self.http
        return {
            "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}",
        }

    def spans(self) -> dict[str, dict[str, Any]]:
        with urlopen(f"http://127.0.0.1:{self.http}/v1/projects/default/spans?limit=100", timeout=10) as answer:
            return {span["name"]: span for span in json.load(answer)["data"]}

    def told(self, *names: str) -> dict[str, dict[str, Any]]:
        """The spans, once it has these; it stores what it has accepted a while later."""
        return eventually(lambda: found if set(names) <= (found := self.spans()).keys() else None)


def eventually(ask: Callable[[], Any]) -> Any:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if (answer := ask()) is not None:
                return answer
        except (URLError, OSError):  # it does not listen yet
            pass
        time.sleep(0.2)
    raise TimeoutError


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLOCK_", "OTEL_", "PYTEST_"))}
    return {**kept, "FLOCK_AUTO_TRACE": "true", "PYTHONWARNINGS": "ignore", **variables}


@pytest.fixture(scope="module")
def phoenix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phoenix]:
    folder = tmp_path_factory.mktemp("phoenix")
    server = Phoenix(free_port(), free_port())
    settings = {
        "PHOENIX_HOST": "127.0.0.1",
        "PHOENIX_PORT": str(server.http),
        "PHOENIX_GRPC_PORT": str(server.grpc),
        "PHOENIX_WORKING_DIR": str(folder),
        "PHOENIX_TELEMETRY_ENABLED": "false",
    }
    command = [sys.executable, "-m", "phoenix.server.main", "serve"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **settings}, stdout=log, stderr=log)
    try:
        eventually(lambda: server.spans() if process.poll() is None else pytest.fail((folder / "log").read_text()))
        yield server
    finally:
        process.terminate()
        process.wait(PATIENCE)


def run(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize("protocol", ["http/protobuf", "grpc"])
def test_what_a_program_does_arrives_as_it_was(phoenix: Phoenix, tmp_path: Path, protocol: str) -> None:
    (tmp_path / "program.py").write_text(PROGRAM.replace("PROTOCOL", protocol), encoding="utf-8")
    done = run(tmp_path, "program.py", **phoenix.endpoint(protocol))

    assert (done.returncode, done.stderr) == (0, "")
    agent, chat = f"invoke_agent writer {protocol}", f"chat {protocol}"
    told = phoenix.told(agent, chat)
    assert told[chat]["parent_id"] == told[agent]["context"]["span_id"]
    assert told[chat]["context"]["trace_id"] == told[agent]["context"]["trace_id"]
    assert told[agent]["attributes"]["gen_ai.agent.name"] == "writer"
    assert "hunter2" not in json.dumps(told)


@pytest.mark.parametrize("protocol", ["http/protobuf", "grpc"])
def test_what_a_test_records_and_a_file_that_is_sent_later_arrive(
    phoenix: Phoenix, tmp_path: Path, protocol: str
) -> None:
    test = TEST.replace("review", f"review {protocol}").replace("draft", f"draft {protocol}")
    (tmp_path / "test_it.py").write_text(test, encoding="utf-8")
    session = run(tmp_path, "-m", "pytest", "--flock-trace-store=kept.duckdb", **phoenix.endpoint(protocol))

    assert "2 spans sent to " in session.stdout
    told = phoenix.told(f"review {protocol}", f"draft {protocol}")
    assert told[f"review {protocol}"]["attributes"]["flock_trace.test"] == "test_it.py::test_it"

    endpoint = phoenix.endpoint(protocol)["OTEL_EXPORTER_OTLP_ENDPOINT"]
    line = ["export", "--to", endpoint, "--protocol", protocol, "--store", "kept.duckdb"]
    replayed = run(tmp_path, "-m", "pytest_flock_trace.cli", *line)
    assert (replayed.returncode, replayed.stderr) == (0, "")
    assert replayed.stdout.startswith("2 spans sent to ")
