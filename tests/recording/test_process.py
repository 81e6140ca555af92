"""Programs that are recorded from the environment, each in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest
from until_a_signal import UNTIL_A_SIGNAL

from pytest_flock_trace.environment.tracing import Environment
from pytest_flock_trace.errors import BadSetting
from pytest_flock_trace.recording.process import retention
from pytest_flock_trace.store.trace_file import read_spans

ON = {"FLOCK_AUTO_TRACE": "true", "FLOCK_TRACE_FILE": "true"}
WORK = """
from opentelemetry import trace
tracer = trace.get_tracer("crew")
def work(name, steps=3):
    with tracer.start_as_current_span(name):
        for at in range(steps):
            with tracer.start_as_current_span(f"{name}.step"):
                pass
"""


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLOCK_", "OTEL_"))}
    return {**kept, **variables, "PYTHONWARNINGS": "ignore"}


def run(folder: Path, program: str, variables: Mapping[str, str] = ON) -> subprocess.CompletedProcess[str]:
    """Run a program that begins with the import of `auto` and has `work`."""
    (folder / "program.py").write_text(f"import pytest_flock_trace.auto\n{WORK}\n{program}")
    command = [sys.executable, "program.py"]
    return subprocess.run(
        command, cwd=folder, env=environment(variables), capture_output=True, text=True, timeout=60, check=False
    )


def written(folder: Path) -> list[str]:
    return sorted(span.name for span in read_spans(folder / ".flock" / "traces.duckdb"))


CREW = ["Crew", "Crew.step", "Crew.step", "Crew.step"]


def test_the_environment_alone_makes_a_program_leave_a_trace_file(tmp_path: Path) -> None:
    done = run(tmp_path, "work('Crew')")

    assert (done.returncode, done.stderr) == (0, "")
    assert written(tmp_path) == CREW
    assert [one.name for one in (tmp_path / ".flock").iterdir()] == ["traces.duckdb"]


def test_a_program_that_fails_leaves_one_too(tmp_path: Path) -> None:
    done = run(tmp_path, "work('Crew')\nraise SystemExit(3)")

    assert done.returncode == 3
    assert written(tmp_path) == CREW


@pytest.mark.parametrize("variables", [{}, {"FLOCK_TRACE_FILE": "true"}, {"FLOCK_AUTO_TRACE": "true"}])
def test_without_both_variables_there_is_no_file(tmp_path: Path, variables: dict[str, str]) -> None:
    assert run(tmp_path, "work('Crew')", variables).returncode == 0
    assert not (tmp_path / ".flock").exists()


def test_unset_nothing_heavy_is_imported(tmp_path: Path) -> None:
    done = run(tmp_path, "", {})
    (tmp_path / "program.py").write_text(
        "import sys, pytest_flock_trace.auto\n"
        "print([name for name in ('duckdb', 'opentelemetry.sdk', 'pytest', 'wrapt') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, env=environment({}), capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


def test_runs_outside_pytest_go_into_the_file_where_the_environment_asks(tmp_path: Path) -> None:
    program = (
        "from pytest_flock_trace import traced_run\n"
        "with traced_run('review') as run:\n    work('Crew')\n"
        "assert len(run) == 5"
    )
    (tmp_path / "program.py").write_text(f"{WORK}\n{program}")
    subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, env=environment({"FLOCK_TRACE_FILE": "true"}), check=True
    )

    assert written(tmp_path) == [*CREW, "review"]


def test_the_application_s_own_provider_is_written_as_well(tmp_path: Path) -> None:
    program = (
        "from opentelemetry.sdk.trace import TracerProvider\ntrace.set_tracer_provider(TracerProvider())\nwork('Crew')"
    )

    done = run(tmp_path, program)
    assert (done.returncode, done.stderr) == (0, "")
    assert written(tmp_path) == CREW


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals here")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_program_as_before_and_loses_nothing(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "program.py").write_text(
        "import signal\n"  # whoever starts the tests in the background ignores Ctrl-C for all below
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "signal.signal(signal.SIGTERM, signal.SIG_DFL)\n"
        f"import pytest_flock_trace.auto, sys\n{WORK}\n"
        "work('Crew')\n"
        "trace.get_tracer_provider().force_flush()\n"
        "work('More', 0)\n"
        "print('ready', flush=True)\n"
        f"{UNTIL_A_SIGNAL}"
    )
    command = [sys.executable, "program.py"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(ON), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        process.wait(60)

    assert process.returncode == -number
    assert written(tmp_path) == [*CREW, "More"]


def test_a_handler_of_the_program_s_own_stays(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGTERM, lambda *args: sys.exit(7))\n"
        "work('Crew')\n"
        "os.kill(os.getpid(), signal.SIGTERM)"
    )

    assert run(tmp_path, program).returncode == 7
    assert written(tmp_path) == CREW


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_forked_children_write_into_the_same_file(tmp_path: Path) -> None:
    program = (
        "import multiprocessing, os, sys\n"
        "work('Crew')\n"
        "if (pid := os.fork()) == 0:\n    work('Fork', 0)\n    sys.exit()\n"
        "os.waitpid(pid, 0)\n"
        "children = [multiprocessing.get_context('fork').Process(target=work, args=('Child', 0)) for _ in range(2)]\n"
        "for child in children:\n    child.start()\n"
        "for child in children:\n    child.join()\n"
        "assert [child.exitcode for child in children] == [0, 0]"
    )

    done = run(tmp_path, program)
    assert done.returncode == 0, done.stderr
    if (
        int(duckdb.__version__.split(".")[0]) >= 2
    ):  # before, DuckDB and an SDK provider end any forked child by an abort
        assert done.stderr == ""
    assert written(tmp_path) == sorted([*CREW, "Fork", "Child", "Child"])


def test_a_file_that_can_not_be_used_is_told_once_and_the_spans_wait(tmp_path: Path) -> None:
    (tmp_path / ".flock").mkdir()
    (tmp_path / ".flock" / "traces.duckdb").write_text("notes")

    done = run(tmp_path, "work('Crew')\ntrace.get_tracer_provider().force_flush()\nwork('More', 0)")

    assert done.returncode == 0
    assert done.stderr.count("is no DuckDB trace file") == 1
    (tmp_path / ".flock" / "traces.duckdb").unlink()
    batches = list((tmp_path / ".flock" / "traces.duckdb.spool").iterdir())
    assert len(batches) == 2


@pytest.mark.parametrize("days", ["0", "-1", "soon", "nan"])
def test_a_retention_that_would_delete_everything_or_is_none_is_refused(tmp_path: Path, days: str) -> None:
    done = run(tmp_path, "print('worked')", {**ON, "FLOCK_TRACE_TTL_DAYS": days})

    assert done.returncode != 0
    assert f"FLOCK_TRACE_TTL_DAYS={days!r} is no number of days above 0" in done.stderr
    with pytest.raises(BadSetting):
        retention(Environment.read({"FLOCK_TRACE_TTL_DAYS": days}))


@pytest.mark.parametrize(("variables", "days"), [({}, 30), ({"FLOCK_TRACE_TTL_DAYS": " 7 "}, 7)])
def test_traces_are_kept_for_the_days_that_the_environment_says_or_thirty(variables: dict[str, str], days: int) -> None:
    assert retention(Environment.read(variables)).days == days


AGENTS = """
class Payload:
    def __init__(self):
        self.topic, self.password = "tides", "hunter2"
        self.nested = {"api_key": "hunter2", "list": [{"token": "hunter2"}]}

class Writer:
    def draft(self, payload, *, password):
        return {"draft": payload.topic, "credentials": {"password": password}}

class Crew:
    def run(self):
        return [Writer().draft(Payload(), password="hunter2") for _ in range(3)]

Crew().run()
attributes = {"password": "hunter2", "body": '{"secret": "hunter2"}'}
with tracer.start_as_current_span("foreign", attributes=attributes) as span:
    span.add_event("login", {"authorization": "Bearer hunter2"})
"""


def test_classes_are_traced_with_their_arguments_and_no_secret_reaches_the_file(tmp_path: Path) -> None:
    done = run(tmp_path, AGENTS)

    assert (done.returncode, done.stderr) == (0, "")
    spans = read_spans(tmp_path / ".flock" / "traces.duckdb")
    assert sorted(span.name for span in spans) == ["Crew.run", *["Writer.draft"] * 3, "foreign"]
    draft = next(span for span in spans if span.name == "Writer.draft")
    assert '"topic":"tides"' in draft.attributes["input.payload"]
    assert '"draft":"tides"' in draft.attributes["output.value"]
    assert all(b"hunter2" not in file.read_bytes() for file in (tmp_path / ".flock").rglob("*") if file.is_file())
    assert "hunter2" not in repr([(span.attributes, span.events) for span in spans])


def test_no_attribute_is_longer_in_the_file_than_its_budget(tmp_path: Path) -> None:
    done = run(
        tmp_path, "tracer.start_span('x', attributes={'a': 'y' * 10**6, 'b': ['z' * 10**5], 'c': 'short'}).end()"
    )

    (span,) = read_spans(tmp_path / ".flock" / "traces.duckdb")
    assert (done.returncode, done.stderr) == (0, "")
    assert 8_000 < len(span.attributes["a"]) < 8_300
    assert "1000000 characters" in span.attributes["a"]
    assert len(str(span.attributes["b"])) < 8_300
    assert span.attributes["c"] == "short"


def test_what_failed_and_what_was_slow_is_kept_of_a_program_that_is_sampled(tmp_path: Path) -> None:
    program = """
work('Plain')
span = tracer.start_span('Slow', start_time=0)
span.end(2_000_000_000)
try:
    with tracer.start_as_current_span('Failed'):
        work('Crew')
        raise ValueError
except ValueError:
    pass
"""
    run(tmp_path, program, {**ON, "OTEL_TRACES_SAMPLER": "always_off", "FLOCK_TRACE_SLOW": "2s"})

    assert written(tmp_path) == [*CREW, "Failed", "Slow"]
