"""Sessions under `--flock-trace` in which OpenTelemetry is imported late or not at all, each in its own process."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from typing import Any

import duckdb
import pytest

OUTCOMES = """
import pytest

@pytest.fixture
def unlucky():
    yield
    assert not "torn down"

@pytest.fixture
def impossible():
    raise RuntimeError("no room")

def test_passes(record_property):
    record_property("mine", 7)

def test_fails():
    assert 1 == 2

def test_has_no_room(impossible): pass

def test_ends_badly(unlucky): pass

def test_fails_and_ends_badly(unlucky):
    raise ValueError("first")

@pytest.mark.skip
def test_is_skipped(): pass

@pytest.mark.xfail
def test_fails_as_expected():
    assert 0

@pytest.mark.xfail
def test_passes_unexpectedly(): pass

@pytest.mark.parametrize("n", range(3))
def test_many(n): pass
"""
"""Tests that come out in every way, and have nothing to do with spans."""

EARLY = "import opentelemetry.trace"
"""A conftest because of which recording starts at once."""

WORK = """
    from opentelemetry import trace
    trace.get_tracer("crew").start_span("work").end()"""
"""The body of a function that makes a span."""

SILENCE = [("flock_trace.spans", "0"), ("flock_trace.errors", "0"), ("flock_trace.duration_ms", "0.0")]


@pytest.fixture
def silent(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder for sessions of their own process that nothing of the environment reaches."""
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "GITHUB_ACTIONS", "FLOCK_AUTO_TRACE"):
        monkeypatch.delenv(name, raising=False)
    pytester.makeini("[pytest]")
    return pytester


def told(suite: pytest.Pytester, *options: str) -> dict[str, Any]:
    """The report of a session, and what is in its JUnit file, without its times."""
    suite.runpytest_subprocess("--flock-trace-report=r.json", "--junit-xml=r.xml", *options)
    report: dict[str, Any] = json.loads((suite.path / "r.json").read_text(encoding="utf-8"))
    del report["environment"]
    for test in report["tests"]:
        assert test.pop("duration_ns") >= 0
    report["tests"].sort(key=lambda test: (test["id"], test["attempt"], test["worker"] or ""))
    if "each" not in options:
        for test in report["tests"]:
            del test["worker"]
    cases = ET.parse(suite.path / "r.xml").iter("testcase")  # noqa: S314  # written by pytest
    report["properties"] = sorted(
        (case.get("name") or "", [(one.get("name"), one.get("value")) for one in case.iter("property")])
        for case in cases
    )
    return report


@pytest.mark.parametrize(
    "options", [[], ["-n", "2"], ["--dist", "each", "--tx", "2*popen"]], ids=["alone", "xdist", "each"]
)
def test_silent_tests_are_told_of_as_where_recording_starts_at_once(
    silent: pytest.Pytester, options: list[str]
) -> None:
    if options:
        pytest.importorskip("xdist")
    silent.makepyfile(OUTCOMES)
    late = told(silent, *options)
    silent.makeconftest(EARLY)

    assert late == told(silent, *options)
    assert {test["outcome"] for test in late["tests"]} == {"passed", "failed", "error", "skipped", "xfailed", "xpassed"}
    assert ("test_passes", [("mine", "7"), ("flock_trace.runs", "0"), *SILENCE]) in late["properties"]


def test_attempts_are_counted_as_where_recording_starts_at_once(
    silent: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pytest_rerunfailures")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    silent.makepyfile(OUTCOMES)
    late = told(silent, "--reruns=2", "-p", "no:xdist")
    silent.makeconftest(EARLY)
    early = told(silent, "--reruns=2", "-p", "no:xdist")

    assert late["tests"] == early["tests"]
    attempts = [(test["attempt"], test["outcome"]) for test in late["tests"] if test["id"].endswith("test_fails")]
    assert attempts == [(1, "failed"), (2, "failed"), (3, "failed")]


def test_a_test_that_fails_says_that_there_were_no_spans(silent: pytest.Pytester) -> None:
    silent.makepyfile("def test_it(): assert 0")
    shown = silent.runpytest_subprocess("--flock-trace")
    shown.stdout.fnmatch_lines(["*- Captured trace -*", "(no spans)", "*= flock trace =*", "1 test recorded no spans"])
    hidden = silent.runpytest_subprocess("--flock-trace", "--flock-trace-show=none")
    hidden.stdout.no_fnmatch_line("*Captured trace*")


def test_properties_see_plain_numbers(silent: pytest.Pytester) -> None:
    silent.makepyfile(
        """
        from pytest_flock_trace import Duration

        def test_it(record_property):
            record_property("patience", Duration("2s"))
        """
    )
    silent.makeconftest(
        """
        def pytest_runtest_logreport(report):
            assert all(type(value) in (int, float) for _, value in report.user_properties)
        """
    )
    silent.runpytest_subprocess("--flock-trace").assert_outcomes(passed=1)


def test_a_worker_that_dies_loses_its_test_and_no_more(silent: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    silent.makepyfile(
        """
        import os, signal

        def test_before(): pass
        def test_dies(): os.kill(os.getpid(), signal.SIGKILL)
        def test_after(): pass
        """
    )
    result = silent.runpytest_subprocess("--flock-trace", "-n", "1")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["2 tests recorded no spans", "lost: a worker died while it ran *::test_dies"])


# Whoever imports OpenTelemetry, wherever that happens: no span that a test makes is missed.


@pytest.mark.parametrize(
    "test",
    [
        pytest.param("def test_it():{work}", id="test"),
        pytest.param("import threading\ndef work():{work}\ndef test_it():{thread}", id="thread"),
        pytest.param("import asyncio\nasync def work():{work}\ndef test_it(): asyncio.run(work())", id="task"),
        pytest.param("import pytest\n@pytest.fixture\ndef crew():{work}\ndef test_it(crew): pass", id="fixture"),
        pytest.param(
            "import pytest\n@pytest.fixture\ndef crew():\n    yield{work}\ndef test_it(crew): pass", id="end of fixture"
        ),
        pytest.param("def setup_module():{work}\ndef test_it(): pass", id="set-up of module"),
        pytest.param("import opentelemetry.sdk.trace\ndef test_it():{work}", id="SDK with the module"),
        pytest.param("def test_it():\n    import opentelemetry.sdk.trace{work}", id="SDK"),
        pytest.param("def test_it():\n    from pytest_flock_trace import traced_run{work}", id="our API"),
    ],
)
@pytest.mark.parametrize("options", [[], ["-n", "1"]], ids=["alone", "xdist"])
def test_the_first_span_is_recorded_wherever_it_is_made(silent: pytest.Pytester, test: str, options: list[str]) -> None:
    if options:
        pytest.importorskip("xdist")
    thread = "\n    (thread := threading.Thread(target=work)).start(); thread.join()"
    silent.makepyfile("def test_before(): pass\n" + test.format(work=WORK, thread=thread))

    late = told(silent, *options)

    assert [test["spans"] for test in late["tests"]] == ([1, 0] if "setup_module" in test else [0, 1])


def test_a_conftest_may_be_the_first_to_import_it(silent: pytest.Pytester) -> None:
    silent.makeconftest("from opentelemetry import trace\ntracer = trace.get_tracer('crew')")
    silent.makepyfile("from conftest import tracer\ndef test_it(): tracer.start_span('work').end()")
    assert [test["spans"] for test in told(silent)["tests"]] == [1]


def test_the_test_that_begins_it_keeps_its_whole_time(silent: pytest.Pytester) -> None:
    silent.makeconftest(
        """
        import pytest

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_makereport(item, call):
            report = yield
            report.duration = {"setup": 1, "call": 10, "teardown": 100}[report.when]
            return report
        """
    )
    silent.makepyfile(f"def test_it():{WORK}\ndef test_after(): pass")
    silent.runpytest_subprocess("--flock-trace-report=r.json")
    report = json.loads((silent.path / "r.json").read_text(encoding="utf-8"))
    assert [test["duration_ns"] for test in report["tests"]] == [111 * 10**9] * 2


def test_an_attempt_before_the_first_import_counts(silent: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pytest_rerunfailures")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    silent.makepyfile(
        f"attempts = []\ndef test_it():\n    attempts.append(1)\n    assert len(attempts) > 1{WORK}\n"
        "    assert len(attempts) > 2"
    )
    tests = told(silent, "--reruns=2", "-p", "no:xdist")["tests"]
    seen = [(test["attempt"], test["outcome"], test["spans"]) for test in tests]
    assert seen == [(1, "failed", 0), (2, "failed", 1), (3, "passed", 1)]


@pytest.mark.parametrize(
    "opener",
    ["from pytest_flock_trace import traced_run", "traced_run = request.getfixturevalue('traced_run')"],
    ids=["import", "fixture"],
)
def test_runs_of_the_fixture_that_begins_it_are_lent_to_later_tests(silent: pytest.Pytester, opener: str) -> None:
    silent.makepyfile(
        f"""
        import pytest

        @pytest.fixture(scope="module")
        def outer(inner): pass

        @pytest.fixture(scope="module")
        def inner(request):
            {opener}
            with traced_run("crew") as run: pass
            return run

        def runs_here():
            from pytest_flock_trace import traced_run
            return traced_run.runs

        def test_first(outer, inner): assert runs_here() == [inner]
        def test_second(outer, inner): assert runs_here() == [inner]
        def test_third(): assert runs_here() == []
        """
    )
    silent.runpytest_subprocess("--flock-trace").assert_outcomes(passed=3)


def test_a_fixture_that_is_at_work_when_it_begins_is_left_in_good_order(silent: pytest.Pytester) -> None:
    silent.makepyfile(
        f"import pytest\n@pytest.fixture(scope='module')\ndef crew():{WORK}\n    raise RuntimeError('no room')\n"
        f"def test_first(crew): pass\ndef test_second():{WORK}"
    )
    tests = told(silent)["tests"]
    assert [(test["outcome"], test["spans"]) for test in tests] == [("error", 1), ("passed", 1)]


def test_a_marker_that_a_fixture_sets_is_obeyed(silent: pytest.Pytester) -> None:
    silent.makepyfile(
        """
        import pytest

        @pytest.fixture
        def hurried(request):
            request.node.add_marker(pytest.mark.latency_budget("1ns"))

        def test_it(hurried): pass
        """
    )
    late = silent.runpytest_subprocess("--flock-trace")
    silent.makeconftest(EARLY)
    early = silent.runpytest_subprocess("--flock-trace")
    late.assert_outcomes(failed=1)
    early.assert_outcomes(failed=1)


def test_who_looks_for_it_gets_an_honest_answer(silent: pytest.Pytester) -> None:
    silent.makepyfile(
        """
        import importlib.util, sys

        def test_it():
            assert importlib.util.find_spec("opentelemetry").submodule_search_locations
            assert "opentelemetry" not in sys.modules

        def test_import():
            import opentelemetry.trace
            assert opentelemetry.trace is sys.modules["opentelemetry.trace"]
        """
    )
    silent.runpytest_subprocess("--flock-trace").assert_outcomes(passed=2)


def test_flock_is_told_to_trace_itself_until_the_end(silent: pytest.Pytester) -> None:
    asserted = "assert os.environ['FLOCK_AUTO_TRACE'] == 'true'"
    suite = silent.makepyfile(
        f"import os\ndef test_before(): {asserted}\ndef test_begins():{WORK}\ndef test_after(): {asserted}"
    )
    program = "import os, pytest, sys; pytest.main(sys.argv[1:]); print('left', os.environ.get('FLOCK_AUTO_TRACE'))"
    for tests in (suite, f"{suite}::test_before"):
        result = silent.run(sys.executable, "-c", program, "--flock-trace", tests)
        result.stdout.fnmatch_lines(["*= ? passed*", "left None"])


def test_a_session_inside_the_first_test_of_another_records_its_own(silent: pytest.Pytester) -> None:
    silent.makepyfile(
        f"""
        pytest_plugins = "pytester"

        def test_it(pytester):
            pytester.makepyfile({f"def test_inner():{WORK}"!r})
            result = pytester.runpytest_inprocess("--flock-trace")
            result.assert_outcomes(passed=1)
            result.stdout.fnmatch_lines(["*test_inner*1     0/1*"])
        """
    )
    silent.runpytest_subprocess("--flock-trace", "-p", "no:xdist").assert_outcomes(passed=1)


def test_a_trace_file_has_tests_without_spans_as_well(silent: pytest.Pytester) -> None:
    silent.makepyfile("def test_it(): pass")
    silent.runpytest_subprocess("--flock-trace-store=t.duckdb").assert_outcomes(passed=1)
    with duckdb.connect(str(silent.path / "t.duckdb"), read_only=True) as store:
        assert store.sql("select outcome from tests").fetchall() == [("passed",)]


def test_what_the_environment_says_of_opentelemetry_is_followed_from_the_beginning(
    silent: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    silent.makepyfile("def test_it(): pass")
    silent.runpytest_subprocess("--flock-trace").stdout.fnmatch_lines(["flock-trace: OTEL_SDK_DISABLED is set*"])
