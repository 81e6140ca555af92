"""What children are told, and what they make of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from opentelemetry import baggage, context

from pytest_flock_trace import TracedRuns
from pytest_flock_trace.environment.parent_span import ParentSpan
from pytest_flock_trace.recording.child_process import child_environment
from pytest_flock_trace.store.trace_file import read_spans

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PARENT = f"00-{TRACE}-{SPAN}-01"


def test_the_innermost_open_run_is_the_parent(traced_run: TracedRuns) -> None:
    with traced_run("outer"), traced_run("inner") as inner:
        ids = inner.span_context
        said = traced_run.env()["TRACEPARENT"]

    assert said.startswith(f"00-{ids.trace_id:032x}-{ids.span_id:016x}-0")
    assert "TRACEPARENT" not in traced_run.env()


def test_baggage_is_handed_down(traced_run: TracedRuns) -> None:
    token = context.attach(baggage.set_baggage("task_id", "7"))
    try:
        assert traced_run.env()["BAGGAGE"] == "task_id=7"
    finally:
        context.detach(token)


def test_asking_twice_for_the_same_gives_the_same(traced_run: TracedRuns) -> None:
    with traced_run("run"):
        assert traced_run.env() == traced_run.env()
    with traced_run("other"):
        endpoint = traced_run.env()["OTEL_EXPORTER_OTLP_ENDPOINT"]
    assert endpoint != traced_run.env()["OTEL_EXPORTER_OTLP_ENDPOINT"]


def test_the_general_variables_and_those_of_traces_say_the_same(traced_run: TracedRuns) -> None:
    env = traced_run.env()

    assert env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] == env["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/traces"
    assert env["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] == env["OTEL_EXPORTER_OTLP_PROTOCOL"]
    assert (env["OTEL_TRACES_EXPORTER"], env["OTEL_SDK_DISABLED"]) == ("otlp", "false")


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "127.0.0.1,localhost"),
        ({"NO_PROXY": "example.com, localhost"}, "example.com,localhost,127.0.0.1"),
        ({"no_proxy": "a.example", "NO_PROXY": "b.example"}, "a.example,127.0.0.1,localhost"),
    ],
)
def test_no_proxy_is_asked_for_this_machine(traced_run: TracedRuns, variables: dict[str, str], said: str) -> None:
    assert traced_run.test is not None
    env = child_environment(variables)

    assert env["NO_PROXY"] == env["no_proxy"] == said


def test_outside_tests_and_runs_nobody_would_get_the_spans(tmp_path: Path) -> None:
    done = python(tmp_path, "-c", "from pytest_flock_trace import traced_run\ntraced_run.env()")

    assert "NoTestRunning: nobody would get the child's spans" in done.stderr


def test_a_run_outside_pytest_has_children_too(tmp_path: Path) -> None:
    (tmp_path / "parent.py").write_text(
        """
import os, subprocess, sys
from pytest_flock_trace import traced_run
with traced_run("parent") as run:
    env = {**os.environ, **traced_run.env()}
    subprocess.run([sys.executable, "-c", sys.argv[1]], env=env, check=True)
print([span.name for span in run])
"""
    )
    child = (
        "import os, urllib.request as r; trace = os.environ['TRACEPARENT'].split('-')[1]\n"
        'span = \'{"traceId": "%s", "spanId": "00000000000000ff", "name": "child"}\' % trace\n'
        'body = \'{"resourceSpans": [{"scopeSpans": [{"spans": [%s]}]}]}\' % span\n'
        "url = os.environ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']\n"
        "r.urlopen(r.Request(url, body.encode(), {'Content-Type': 'application/json'}))\n"
        "r.urlopen(r.Request(url, body.encode(), {'Content-Type': 'application/json'}))\n"
    )
    done = python(tmp_path, "parent.py", child, HTTP_PROXY="http://127.0.0.1:9")

    assert (done.stdout, done.stderr) == ("['child', 'parent']\n", "")


def python(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLOCK_", "OTEL_", "TRACE"))}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**kept, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


PROGRAM = """
from opentelemetry import trace
from pytest_flock_trace import traced_run

class Writer:
    def draft(self):
        with trace.get_tracer("x").start_as_current_span("chat"):
            pass

if __name__ == "__main__":
    Writer().draft()
    with traced_run("run"):
        Writer().draft()
"""
AUTO = "import pytest_flock_trace.auto\n"


@pytest.mark.parametrize("way", ["auto", "run"])
@pytest.mark.parametrize("parent", [PARENT, "", "00-nonsense"])
def test_what_a_traced_program_does_goes_on_below_the_parent_that_the_environment_names(
    tmp_path: Path, way: str, parent: str
) -> None:
    (tmp_path / "program.py").write_text(AUTO + PROGRAM if way == "auto" else PROGRAM)
    arguments = ["program.py"] if way == "auto" else ["-m", "pytest_flock_trace.cli", "run", "program.py"]
    variables = {"FLOCK_AUTO_TRACE": "true", "FLOCK_TRACE_FILE": "true"} if way == "auto" else {}
    done = python(tmp_path, *arguments, TRACEPARENT=parent, **variables)

    assert (done.returncode, done.stderr) == (0, "")
    spans = read_spans(tmp_path / ".flock" / "traces.duckdb")
    known = {span.span_id for span in spans}
    roots = {(span.trace_id, span.parent_id) for span in spans if span.parent_id not in known}
    assert {span.name for span in spans} == {"Writer.draft", "chat", "run"}
    if parent == PARENT:
        assert roots == {(TRACE, SPAN)}
    else:
        assert len(roots) == 2
        assert {above for _, above in roots} == {None}


def test_without_a_parent_the_rest_says_nothing() -> None:
    assert ParentSpan.read({"TRACESTATE": "a=b", "BAGGAGE": "c=d"}).carrier == {}
    assert ParentSpan.read({"TRACEPARENT": PARENT, "BAGGAGE": "c=d"}).carrier == {
        "traceparent": PARENT,
        "baggage": "c=d",
    }
