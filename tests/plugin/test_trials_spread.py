"""Trials of one test that several workers of xdist run."""

from __future__ import annotations

import json
import os
import signal
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.trace_file import read_spans

MEETING = """
import os
import socket

WORKER = os.environ["PYTEST_XDIST_WORKER"]

def ask(text):
    with socket.create_connection(("127.0.0.1", {port}), timeout=100) as line:
        line.sendall(f"{{WORKER}} {{text}}\\n".encode())
        return line.makefile().readline()

def meet():
    "Go on once trials have met that run in as many workers as are to meet."
    assert ask("meet") == "met\\n", "no other worker came"
"""
AT = """
import pytest
import place

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    place.is_share = "share" in item.nodeid
    return (yield)
"""


class Meeting(socketserver.ThreadingTCPServer):
    """Lets trials go on once those of several workers wait."""

    daemon_threads = True

    def __init__(self, workers: int) -> None:
        super().__init__(("127.0.0.1", 0), _Guest)
        self.workers = workers
        self.arrived: set[str] = set()
        self.change = threading.Condition()


class _Guest(socketserver.StreamRequestHandler):
    server: Meeting

    def handle(self) -> None:
        worker = self.rfile.readline().decode().split()[0]
        server = self.server
        with server.change:
            server.arrived.add(worker)
            server.change.notify_all()
            met = server.change.wait_for(lambda: len(server.arrived) >= server.workers, timeout=90)
        self.wfile.write(b"met\n" if met else b"alone\n")


@contextmanager
def meeting(workers: int) -> Iterator[int]:
    """The port of a meeting of so many workers."""
    with Meeting(workers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


class Told:
    """What a session said."""

    def __init__(self, folder: Path, result: pytest.RunResult) -> None:
        self.result = result
        self.folder = folder
        report: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        self.tests: list[dict[str, Any]] = report["tests"]
        self.report = report

    @property
    def spans(self) -> list[Span]:
        """All that the session has kept."""
        return read_spans(self.folder / "traces.duckdb")

    def workers(self, name: str = "invoke_agent writer") -> list[str]:
        """Which worker made each span of this name."""
        return [str(span.attributes["worker"]) for span in self.spans if span.name == name]


Session = Callable[..., Told]


@pytest.fixture
def session(crew: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """Runs a session with this many workers in processes of its own; whatever it leaves in the folder for that, fails."""
    temporary = crew.mkdir("temporary")
    monkeypatch.setenv("TMPDIR", str(temporary))
    crew.makeini(
        "[pytest]\nasyncio_mode = auto\nfilterwarnings = "
        'ignore:The configuration option "asyncio_default_fixture_loop_scope" is unset:pytest.PytestDeprecationWarning'
    )
    crew.makepyfile(place="is_share = False")
    with meeting(2) as port:
        crew.makepyfile(meeting=MEETING.format(port=port))

        def run(*args: str, workers: int = 2) -> Told:
            report = f"--flock-trace-report={crew.path / 'report.json'}"
            store = f"--flock-trace-store={crew.path / 'traces.duckdb'}"
            result = crew.runpytest_subprocess(f"-n{workers}", report, store, *args, timeout=280)
            return Told(crew.path, result)

        yield run
    assert [path.name for path in temporary.iterdir() if path.name.startswith("flock-trace-")] == []


SPREAD = """
    import pytest
    from crew import tracer, work
    from meeting import WORKER, meet

    @pytest.mark.trace_trials(6)
    def test_it(traced_run):
        with traced_run("review"):
            with tracer.start_as_current_span("invoke_agent writer", attributes={"worker": WORKER}):
                meet()
        with tracer.start_as_current_span("ambient"):
            pass
"""


@pytest.mark.parametrize("dist", ["load", "worksteal"])
def test_workers_that_get_single_tests_run_the_trials_of_one_test_between_them(
    crew: pytest.Pytester, session: Session, dist: str
) -> None:
    crew.makepyfile(test_it=SPREAD)
    told = session(f"--dist={dist}", "--junit-xml=junit.xml")

    told.result.assert_outcomes(passed=1)
    told.result.stdout.fnmatch_lines([". *[[]100%[]]", "*6   6  6 of 6 *test_it.py::test_it", "*1 test written to*"])
    assert sorted(set(told.workers())) == ["gw0", "gw1"]
    assert len(told.workers()) == 6
    (test,) = told.tests
    assert (test["outcome"], test["trials"]["run"], len(test["runs"]), test["spans"]) == ("passed", 6, 6, 12)
    assert len({run["trace_id"] for run in test["runs"]}) == 6
    assert len(ET.parse(crew.path / "junit.xml").getroot().findall(".//testcase")) == 1  # noqa: S314  # our own


@pytest.mark.parametrize("dist", ["loadscope", "loadfile", "loadgroup"])
def test_where_tests_are_to_stay_together_one_worker_runs_all_trials_of_a_test(
    crew: pytest.Pytester, session: Session, dist: str
) -> None:
    crew.makepyfile(test_it=SPREAD.replace("meet()", "pass"))
    told = session(f"--dist={dist}")

    told.result.assert_outcomes(passed=1)
    assert len(told.workers()) == 6
    assert len(set(told.workers())) == 1


def test_where_each_worker_runs_each_test_each_runs_all_trials(crew: pytest.Pytester, session: Session) -> None:
    crew.makepyfile(test_it=SPREAD.replace("meet()", "pass"))
    told = session("--tx=2*popen", "--dist=each", workers=0)

    told.result.assert_outcomes(passed=2)
    assert sorted(told.workers()) == ["gw0"] * 6 + ["gw1"] * 6


def test_one_worker_has_nobody_to_share_with(crew: pytest.Pytester, session: Session) -> None:
    crew.makepyfile(test_it=SPREAD.replace("meet()", "pass"))
    told = session(workers=1)

    told.result.assert_outcomes(passed=1)
    assert told.workers() == ["gw0"] * 6
