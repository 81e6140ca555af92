"""One trace file that Flock's own exporter and we write in turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.recording.clearing import clear_traces
from pytest_flock_trace.store.file.reading import viewed
from pytest_flock_trace.store.file.writer import TraceFile
from pytest_flock_trace.store.trace_file import read_spans

pytestmark = pytest.mark.skipif(
    "flock" not in packages_distributions(), reason="flock-core is not installed here; it needs Python 3.12"
)

FLOCK = """
import asyncio, json, sys
from pathlib import Path
from fastapi import FastAPI
from flock.components.server.traces.trace_component import TracingComponent, TracingComponentConfig
from flock.logging.telemetry_exporter.duckdb_exporter import DuckDBSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

path = Path(sys.argv[1])
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(DuckDBSpanExporter(str(path.parent), path.name, ttl_days=30)))
tracer = provider.get_tracer("flock")
with tracer.start_as_current_span("Flock.publish"):
    with tracer.start_as_current_span("Agent.execute", attributes={"agent.name": "writer"}):
        pass

app = FastAPI()
component = TracingComponent(config=TracingComponentConfig(db_path=path))
component.configure(app, None)
component.register_routes(app, None)
routes = {route.path: route.endpoint for route in app.routes if "traces" in getattr(route, "path", "")}

def answer(ending):
    (endpoint,) = [call for path, call in routes.items() if path.endswith(ending)]
    return asyncio.run(endpoint())

print(json.dumps({name: answer(name) for name in ("/traces", "/traces/services", "/traces/stats")}))
"""


def flock_writes_and_lists(path: Path) -> dict[str, Any]:
    environment = {**os.environ, "FLOCK_AUTO_TRACE": "false"}
    command = [sys.executable, "-c", FLOCK, str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=path.parent)
    answers: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answers


def ours(trace_id: str) -> list[Span]:
    return [
        Span("Crew.run", span_id=f"{trace_id}1", trace_id=trace_id, start_ns=10, end_ns=90, status="ok"),
        Span(
            "invoke_agent critic",
            span_id=f"{trace_id}2",
            parent_id=f"{trace_id}1",
            trace_id=trace_id,
            start_ns=20,
            end_ns=80,
            attributes={"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "critic"},
        ),
    ]


def test_flock_and_we_take_turns_and_each_reads_all(tmp_path: Path) -> None:
    file = TraceFile(tmp_path / "traces.duckdb")
    flock_writes_and_lists(file.path)
    assert file.write(ours("a")) is None
    answers = flock_writes_and_lists(file.path)
    assert file.write(ours("b")) is None
    assert file.finish() is None

    assert len(answers["/traces"]) == 6
    names = {span["name"] for span in answers["/traces"]}
    assert names == {"Crew.run", "invoke_agent critic", "Flock.publish", "Agent.execute"}
    assert "Crew" in answers["/traces/services"]["services"]
    assert answers["/traces/stats"]["total_spans"] == [6]  # Flock answers with the whole row
    assert len(read_spans(file.path)) == 8
    with viewed(file.path) as view:
        agents = view.sql(
            "SELECT agent, count(*), count(place) FROM spans WHERE agent IS NOT NULL GROUP BY agent ORDER BY agent"
        )
        assert agents.fetchall() == [("critic", 2, 2), ("writer", 2, 2)]


def test_flock_reads_and_writes_a_file_that_we_have_made_and_cleared(tmp_path: Path) -> None:
    file = TraceFile(tmp_path / "traces.duckdb")
    file.write(ours("a"))

    assert clear_traces(file.path) == {"success": True, "deleted_count": 2, "error": None}
    file.write(ours("b"))
    assert len(flock_writes_and_lists(file.path)["/traces"]) == 4
