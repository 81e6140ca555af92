"""What the plugin costs whole sessions: their start, and two thousand tests of each kind.

Each session is a process of its own, of which the CPU time counts; of sessions with workers, the time that passes.
Of the plugins that are installed, only those that a row speaks of are loaded.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from comparison import Result, Row, Unmeasured, compared, in_turn, seconds

OURS, THEIRS = "flock_trace", "pytest_opentelemetry"
SPANS = 20
"""Of a test that has any."""
MANY = """
import pytest
{imports}

@pytest.mark.parametrize("number", range({tests}))
def test_it(number{fixture}):
    {body}
"""
WORK = f"""for _ in range({SPANS}):
            with tracer.start_as_current_span("step", attributes={{"tool": "search", "tokens": 12, "cached": True}}):
                pass"""
BY_SDK = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
tracer = provider.get_tracer("crew")
"""
SUITES = {
    "trivial": ("", "", "pass"),
    "api": ("from opentelemetry import trace", "", "pass"),
    "run": ("", ", traced_run", 'with traced_run("crew"):\n        pass'),
    "spans": (
        "from opentelemetry import trace",
        ", traced_run",
        f'with traced_run("crew"):\n        tracer = trace.get_tracer("crew")\n        {WORK}',
    ),
    "sdk": (BY_SDK, "", f'with tracer.start_as_current_span("crew"):\n        {WORK}\n    exporter.clear()'),
}
"""What a suite imports, the fixture of its tests and what they do."""
SESSIONS: dict[str, tuple[str, Sequence[str], Sequence[str]]] = {
    "bare": ("trivial", [], []),
    "installed": ("trivial", [], [OURS]),
    "asked": ("trivial", ["--flock-trace"], [OURS]),
    "api": ("api", [], []),
    "recording": ("api", ["--flock-trace"], [OURS]),
    "run": ("run", [], [OURS]),
    "spans": ("spans", [], [OURS]),
    "sdk": ("sdk", [], []),
    THEIRS: ("trivial", [], [THEIRS]),
}
"""The suite of a session, its arguments and its plugins."""
ADDED = {
    "asked": ("bare", "added to each test by --flock-trace", 0.10),
    "recording": ("api", "the same, of tests that import OpenTelemetry", 0.10),
    "run": ("bare", "added to each test by an empty traced_run", 0.25),
}
"""What is compared with what pytest-opentelemetry adds to a test: the session to compare with, and the target."""


def rows(*, small: bool) -> Iterator[Result]:
    """The rows of performance that speak of sessions."""
    tests, rounds = (20, 1) if small else (2_000, 5)
    with tempfile.TemporaryDirectory() as folder:
        many, one = (Path(tempfile.mkdtemp(dir=folder)) for _ in range(2))
        yield _start(many, 1 if small else 3 * rounds)  # so short that it takes more of them to tell
        took, start = (in_turn(_costs(where, size), rounds) for where, size in ((many, tests), (one, 1)))
        yield from _whole(took, tests)
        yield from _added(took, start, tests)
        if find_spec("xdist") is None:
            yield Unmeasured("tests with spans, 4 workers", "pytest-xdist is not installed")
        else:
            yield _with_workers(_suite(many, "sdk", tests), tests, rounds)


def _suite(folder: Path, name: str, tests: int) -> Path:
    imports, fixture, body = SUITES[name]
    file = folder / f"test_{name}.py"
    file.write_text(MANY.format(imports=imports, tests=tests, fixture=fixture, body=body), encoding="utf-8")
    return file


def _start(folder: Path, rounds: int) -> Row:
    empty = folder / "test_empty.py"
    empty.touch()

    def collecting(*plugins: str) -> Callable[[], float]:
        return lambda: 1e3 * cpu(empty, "--collect-only", plugins=plugins)

    return compared(
        "start of pytest --collect-only, not asked for",
        "ms CPU",
        collecting(OURS),
        "without the plugin",
        collecting(),
        target=1.03,
        rounds=rounds,
    )


def _whole(took: Mapping[str, float], tests: int) -> Iterator[Row]:
    """Sessions from their start to their end."""
    trivially, bare = f"{tests:,} trivial tests", "without the plugin"
    yield Row(f"{trivially}, not asked for", "s CPU", took["installed"], bare, took["bare"], 1.02)
    yield Row(f"{trivially} under --flock-trace", "s CPU", took["asked"], bare, took["bare"], 1.08)
    row = f"{trivially} that import OpenTelemetry, under --flock-trace"
    yield Row(row, "s CPU", took["recording"], bare, took["api"], 1.08)
    what = f"{tests:,} tests, traced_run with {SPANS} spans each"
    yield Row(what, "s CPU", took["spans"], "SDK, Simple + InMemory exporter", took["sdk"], 1.10)


def _added(took: Mapping[str, float], start: Mapping[str, float], tests: int) -> Iterator[Result]:
    """What is added to each test, beyond what is added to a session of one test."""

    def added(name: str, without: str) -> float:
        """Microseconds a test."""
        return (took[name] - start[name] - took[without] + start[without]) / (tests - 1) * 1e6

    for name, (without, what, target) in ADDED.items():
        if THEIRS in took:
            yield Row(what, "µs CPU", added(name, without), "pytest-opentelemetry", added(THEIRS, "bare"), target)
        else:
            yield Unmeasured(what, "pytest-opentelemetry is not installed (dependency group `rivals`)")


def _costs(folder: Path, tests: int) -> dict[str, Callable[[], float]]:
    """What measures each session, of so many tests."""
    suites = {name: _suite(folder, name, tests) for name in SUITES}
    return {
        name: lambda suite=suites[suite], args=args, plugins=plugins: cpu(suite, *args, plugins=plugins)
        for name, (suite, args, plugins) in SESSIONS.items()
        if name != THEIRS or find_spec(THEIRS) is not None
    }


def _with_workers(suite: Path, tests: int, rounds: int) -> Row:
    """The application's own provider records the spans, with the plugin and without it."""
    workers = ("xdist", "xdist.looponfail")

    def took(*args: str, plugins: tuple[str, ...] = ()) -> float:
        return seconds(lambda: cpu(suite, "-n", "4", *args, plugins=(*workers, *plugins)))

    return compared(
        f"{tests:,} tests with {SPANS} spans each, 4 workers, --flock-trace",
        "s",
        lambda: took("--flock-trace", plugins=(OURS,)),
        "the same without the plugin",
        took,
        target=1.15,
        rounds=rounds,
    )


def cpu(suite: Path, *args: str, plugins: Sequence[str] = ()) -> float:
    """Seconds of CPU that a session takes, and whatever it starts."""
    process = session(suite, *args, plugins=plugins)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 5}:  # 5: there is no test, as is meant
        raise SystemExit(f"{process.args} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime


def session(suite: Path, *args: str, plugins: Sequence[str] = ()) -> subprocess.Popen[bytes]:
    """A session that has only these of the installed plugins."""
    others = sorted({point.name for point in entry_points(group="pytest11")} - set(plugins))
    without = [argument for name in others for argument in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *without, *args, suite.name]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "OTEL_", "FLOCK_"))}
    return subprocess.Popen(command, cwd=suite.parent, env=clean, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
