"""Installing the plugin changes nothing: proved in processes of their own, with and without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "arro3",
    "duckdb",
    "google.protobuf",
    "hypothesis",
    "opentelemetry",
    "rich",
    "starlette",
    "syrupy",
    "uvicorn",
    "wrapt",
)
"""Packages that a session which does not ask for recording must not load on our account."""

REPORTER = """
import json
import os
import sys

def pytest_unconfigure():
    with open(os.environ["MODULES_FILE"], "w") as file:
        json.dump(sorted(sys.modules), file)
"""
"""A plugin that writes down what is loaded when a session ends."""

PRELUDE = """
import os
import random

import pytest

from opentelemetry import trace

random.seed(20)

def draw():
    with open(os.environ["DRAWS_FILE"], "a") as file:
        print(random.random(), file=file)
"""
"""Seeds the global random stream once and writes down what is drawn from it."""

DRAWING_SUITE = f"""{PRELUDE}
@pytest.mark.parametrize("round", range(3))
def test_draws(round):
    draw()
    with trace.get_tracer("suite").start_as_current_span("work"):
        draw()
    draw()
"""
"""Draws around spans that a tracer makes, if there is any."""

RECORDING_SUITE = f"""{PRELUDE}
@pytest.mark.parametrize("round", range(3))
def test_draws(round, traced_run):
    draw()
    with traced_run("run") as run, trace.get_tracer("suite").start_as_current_span("work") as work:
        draw()
    draw()
    assert [span.name for span in run] == ["run", "work"]
    assert run.one("work").span_id == format(work.get_span_context().span_id, "016x")
"""
"""The same draws, around spans that a run is seen to record."""

FOREIGN_PROVIDER = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
"""
"""A conftest that installs the SDK's own provider, which takes its ids from the global stream."""


def run_python(arguments: list[str], cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter; what steers the pytest that runs this test does not reach it."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "OTEL_", "FLOCK_"))}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=clean | variables, capture_output=True, text=True, check=False
    )


def modules_of_session(folder: Path, *options: str, **variables: str) -> set[str]:
    """Names of all modules that are loaded at the end of a pytest session."""
    (folder / "reporter.py").write_text(REPORTER, encoding="utf-8")
    report = folder / "modules.json"
    report.unlink(missing_ok=True)
    arguments = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "reporter", *options]
    result = run_python(arguments, folder, MODULES_FILE=str(report), PYTHONPATH=str(folder), **variables)
    assert report.exists(), result.stdout + result.stderr
    return set(json.loads(report.read_text(encoding="utf-8")))


def heavy(modules: set[str]) -> list[str]:
    return sorted(
        name for name in modules if name.startswith(tuple(f"{package}." for package in HEAVY)) or name in HEAVY
    )


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "test_empty.py").write_text("", encoding="utf-8")
    (tmp_path / "test_trivial.py").write_text("def test_trivial():\n    assert 1 + 1 == 2\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["--collect-only", "test_empty.py"], id="collecting an empty file"),
        pytest.param(["test_trivial.py"], id="running a test"),
        pytest.param(["--flock-trace", "--no-flock-trace", "test_trivial.py"], id="asked for and declined"),
    ],
)
def test_a_session_that_does_not_ask_loads_nothing_heavy_because_of_us(suite: Path, options: list[str]) -> None:
    ours = {"--flock-trace", "--no-flock-trace"}

    with_plugin = modules_of_session(suite, *options)
    without = modules_of_session(suite, "-p", "no:flock_trace", *(option for option in options if option not in ours))

    assert "pytest_flock_trace.plugin.entry" in with_plugin - without
    assert heavy(with_plugin - without) == []


def test_alone_among_plugins_nothing_heavy_is_loaded_at_all(suite: Path) -> None:
    """No other plugin has loaded a package that ours might then load unseen."""
    options = ["-p", "pytest_flock_trace.plugin.entry", "test_trivial.py"]

    modules = modules_of_session(suite, *options, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")

    assert "pytest_flock_trace.plugin.entry" in modules
    assert heavy(modules) == []


def test_a_session_that_asks_loads_what_records_once_there_may_be_spans(suite: Path) -> None:
    (suite / "test_traced.py").write_text(
        "def test_traced():\n    from opentelemetry import trace\n    trace.get_tracer('suite')\n", encoding="utf-8"
    )
    options = ["-p", "pytest_flock_trace.plugin.entry", "--flock-trace", "test_trivial.py"]

    before = modules_of_session(suite, *options, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    after = modules_of_session(suite, *options, "test_traced.py", PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")

    assert "pytest_flock_trace.plugin.standby" in before
    assert heavy(before) == []
    assert {"opentelemetry.sdk.trace", "pytest_flock_trace.plugin.session"} <= after


EXPORTING = ("grpc", "opentelemetry.exporter", "pytest_flock_trace.capture.otlp", "requests")
"""What sends spans to a collector."""


@pytest.mark.parametrize(
    ("variables", "loaded"), [({}, False), ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://[::1]:1"}, True)]
)
def test_what_sends_to_a_collector_is_loaded_only_where_one_is_named(
    suite: Path, variables: dict[str, str], loaded: bool
) -> None:
    (suite / "conftest.py").write_text("import opentelemetry.trace", encoding="utf-8")
    options = ["-p", "pytest_flock_trace.plugin.entry", "--flock-trace", "test_trivial.py"]

    modules = modules_of_session(suite, *options, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", **variables)

    assert "pytest_flock_trace.plugin.session" in modules
    assert any(name.startswith(EXPORTING) for name in modules) == loaded


def test_a_session_that_does_not_ask_writes_no_file_and_warns_of_nothing(suite: Path) -> None:
    before = sorted(suite.iterdir())

    options = ["-p", "no:cacheprovider", "-p", "pytest_flock_trace.plugin.entry", "test_trivial.py"]
    result = run_python(["-B", "-W", "error", "-m", "pytest", *options], suite, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")

    assert result.returncode == 0, result.stdout + result.stderr
    assert "flock trace" not in result.stdout
    assert sorted(suite.iterdir()) == before


def test_importing_the_package_loads_none_of_its_parts(tmp_path: Path) -> None:
    code = (
        "import json, sys; before = set(sys.modules); import pytest_flock_trace; "
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )

    result = run_python(["-c", code], tmp_path)

    loaded = set(json.loads(result.stdout))
    assert [name for name in loaded if name.startswith("pytest_flock_trace")] == ["pytest_flock_trace"]
    assert heavy(loaded) == []
    assert "pytest" not in loaded


SUBCOMMANDS = {
    "ls": ["ls"],
    "show": ["show", "latest"],
    "sql": ["sql", "select 1"],
    "prune": ["prune", "--days", "1"],
    "init": ["init", "first"],
    "help": ["--help"],
}
STORELESS = {"init", "help"}


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_the_command_line_loads_neither_pytest_nor_opentelemetry_nor_rich(tmp_path: Path, name: str) -> None:
    """It starts in the time that DuckDB takes, and without it where no file is looked into."""
    fill = (
        "from pytest_flock_trace.store.file.writer import TraceFile; from pytest_flock_trace.model.span import Span; "
    )
    written = run_python(["-c", f"{fill}TraceFile('t.duckdb').write([Span('root', span_id='1')])"], tmp_path)
    assert written.returncode == 0, written.stderr
    code = (
        "import json, sys; from pytest_flock_trace.cli import main, progress; progress.QUIET = 3600; "
        "code = main.main(sys.argv[1:]); sys.stderr.write(json.dumps([code, sorted(sys.modules)]))"
    )
    store = [] if name in STORELESS else ["--store", "t.duckdb"]

    result = run_python(["-c", code, *SUBCOMMANDS[name], *store], tmp_path)

    exit_code, loaded = json.loads(result.stderr)
    assert exit_code == 0
    assert {name.split(".")[0] for name in heavy(set(loaded))} <= ({"duckdb"} if store else set())
    assert "pytest" not in loaded
    assert ("duckdb" in loaded) == bool(store)


def draws(folder: Path, suite: str, *options: str, conftest: str = "") -> list[str]:
    """What the suite drew from the global random stream."""
    (folder / "conftest.py").write_text(conftest, encoding="utf-8")
    (folder / "test_draws.py").write_text(suite, encoding="utf-8")
    file = folder / "draws.txt"
    file.unlink(missing_ok=True)
    arguments = ["-m", "pytest", "-p", "no:cacheprovider", *options, "test_draws.py"]
    result = run_python(arguments, folder, DRAWS_FILE=str(file))
    assert result.returncode == 0, result.stdout + result.stderr
    return file.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return draws(tmp_path_factory.mktemp("undisturbed"), DRAWING_SUITE, "-p", "no:flock_trace")


@pytest.mark.parametrize(
    ("suite", "options"),
    [
        pytest.param(DRAWING_SUITE, [], id="installed"),
        pytest.param(DRAWING_SUITE, ["--flock-trace"], id="recording every test"),
        pytest.param(RECORDING_SUITE, [], id="recording runs"),
        pytest.param(RECORDING_SUITE, ["--flock-trace"], id="recording runs of every test"),
    ],
)
def test_the_applications_random_stream_stays_the_same(
    tmp_path: Path, undisturbed: list[str], suite: str, options: list[str]
) -> None:
    assert len(set(undisturbed)) == 9
    assert draws(tmp_path, suite, *options) == undisturbed


def test_a_provider_that_draws_ids_from_the_random_stream_would_be_noticed(
    tmp_path: Path, undisturbed: list[str]
) -> None:
    assert draws(tmp_path, DRAWING_SUITE, "-p", "no:flock_trace", conftest=FOREIGN_PROVIDER) != undisturbed
