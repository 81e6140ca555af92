"""Recording across processes, reruns and nested sessions."""

from __future__ import annotations

import re

import pytest

SUITE = """
    import pytest
    from crew import work
    from pytest_flock_trace import span

    @pytest.fixture(scope="module")
    def shared(traced_run):
        with traced_run("shared") as run:
            work("librarian")
        return run

    @pytest.mark.parametrize("n", range(8))
    def test_it(traced_run, n):
        with traced_run("review"):
            work(*["writer"] * (n + 1), "critic", fail="critic")

    def test_shared(shared):
        assert span(agent="librarian") in shared
"""


def rows(result: pytest.RunResult) -> list[tuple[str, ...]]:
    """What the summary counts, without its times."""
    pattern = re.compile(r"(test_\S+) .*?(\d+) +(\d+/\d+) +(\d+) ")
    agents = re.compile(r"(writer|critic|librarian) +(\d+) +(\d+/\d+) ")
    return sorted(
        match.groups() for line in result.outlines for match in [pattern.match(line) or agents.match(line)] if match
    )


def test_four_workers_count_what_one_process_counts(crew: pytest.Pytester) -> None:
    crew.makepyfile(SUITE)
    alone = crew.runpytest("--flock-trace")
    spread = crew.runpytest("--flock-trace", "-n", "4")
    alone.assert_outcomes(passed=9)
    spread.assert_outcomes(passed=9)
    assert len(rows(alone)) == 9 + 3
    assert rows(spread) == rows(alone)


def test_a_killed_worker_loses_only_the_test_it_was_running(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import os, signal
        import pytest
        from crew import work

        @pytest.mark.parametrize("n", range(6))
        def test_it(n):
            work("writer")
            if n == 3:
                os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    result = crew.runpytest_subprocess("--flock-trace", "-n", "2")
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(["lost: a worker died while it ran *test_it?3?", "*5 passed*"])
    assert len([row for row in rows(result) if "test_" in row[0]]) == 5


@pytest.mark.usefixtures("rerunfailures")
def test_each_attempt_of_a_rerun_is_its_own(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(
        """
        from crew import work
        from pytest_flock_trace import span

        attempts = []

        def test_flaky(traced_run):
            attempts.append(1)
            with traced_run("review") as run:
                work(*["writer"] * len(attempts))
            assert traced_run.runs == [run]
            assert run.count(span(agent="writer")) == 2
        """
    )
    result = crew.runpytest_subprocess("--flock-trace", "--reruns", "2", *plugin_args)
    result.stdout.fnmatch_lines(["*1 passed,* 1 rerun*"])
    result.stdout.re_match_lines_random([r"✗ .*test_flaky .* 2 +0/2 .*", r".*test_flaky \(attempt 2\) .* 4 +0/4 .*"])


def test_a_session_inside_a_test_leaves_the_outer_recording_alone(crew: pytest.Pytester, traced_run: object) -> None:
    from opentelemetry import trace

    from pytest_flock_trace import TracedRuns, span

    assert isinstance(traced_run, TracedRuns)
    crew.makepyfile(SUITE)
    tracer = trace.get_tracer("outer")
    with traced_run("outer") as run:
        with tracer.start_as_current_span("before"):
            crew.runpytest_inprocess("--flock-trace").assert_outcomes(passed=9)
        with tracer.start_as_current_span("after"):
            pass
    assert "before" in run
    assert "after" in run
    assert span(agent="writer") not in run


def test_a_late_span_stays_with_the_test_that_started_it(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import threading, contextvars
        from crew import tracer, work
        from pytest_flock_trace import span

        started, go, done = threading.Event(), threading.Event(), threading.Event()
        kept = []

        def background():
            with tracer.start_as_current_span("long"):
                started.set()
                go.wait(60)
                with tracer.start_as_current_span("inner"):
                    pass
            done.set()

        def test_first(traced_run):
            with traced_run("first") as run:
                work("writer")
                threading.Thread(target=contextvars.copy_context().run, args=(background,)).start()
                started.wait(60)
            kept.append(run)

        def test_second(traced_run, trace_store):
            with traced_run("second") as run:
                go.set()
                done.wait(60)
                work("critic")
            assert [s.name for s in traced_run.test] == ["second", "invoke_agent critic", "chat"]
            assert [s.name for s in kept[0] if s.late] == ["long", "inner"]
        """
    )
    crew.runpytest("--flock-trace").assert_outcomes(passed=2)


def test_measured_values_are_recorded_as_properties(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(
        """
        from crew import work

        def test_it(traced_run, record_property):
            with traced_run("x") as run:
                work("writer")
            record_property("calls", run.count("chat"))
            record_property("duration", run.duration)
        """
    )
    result = crew.runpytest("--junitxml=report.xml", "-o", "junit_family=xunit1", *plugin_args)
    result.assert_outcomes(passed=1)
    assert '<property name="calls" value="1"' in (crew.path / "report.xml").read_text()
