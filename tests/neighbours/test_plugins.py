"""Plugins that change how tests are run, in what order, how often and for how long."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
from neighbours_suite import SPANS

XDIST = pytest.mark.parametrize("spread", [(), ("-n", "2")], ids=["alone", "xdist"])


def needs(module: str, package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(find_spec(module) is None, reason=f"needs {package} installed")


@needs("pytest_randomly", "pytest-randomly")
@XDIST
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_in_any_order(neighbours, monkeypatch, spread, seed):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:run-parallel")
    told = neighbours.run("-p", "randomly", f"--randomly-seed={seed}", *spread)
    told.result.assert_outcomes(passed=len(SPANS))
    assert told.spans == SPANS
    runs = [run["trace_id"] for test in told.report["tests"] for run in test["runs"]]
    assert len(set(runs)) == len(runs)  # although the random numbers of each test begin alike


@needs("pytest_randomly", "pytest-randomly")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_trials_of_one_test_are_spread_in_any_order(neighbours, monkeypatch, seed):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:run-parallel")
    neighbours.pytester.makepyfile(
        test_trials="""
        import pytest
        from test_it import work

        @pytest.mark.trace_trials(6)
        def test_trials(traced_run):
            with traced_run("review"):
                work("trial")
        """
    )
    told = neighbours.run("-p", "randomly", f"--randomly-seed={seed}", "-n", "2")
    told.result.assert_outcomes(passed=len(SPANS) + 1)
    (trials,) = [test for test in told.report["tests"] if test["trials"]]
    assert len({run["trace_id"] for run in trials["runs"]}) == trials["trials"]["run"] == 6
    assert told.spans == {**SPANS, trials["id"]: 12}


@needs("pytest_timeout", "pytest-timeout")
@pytest.mark.parametrize("method", ["signal", "thread"])
def test_under_a_time_limit(neighbours, method):
    told = neighbours.run("--timeout=60", f"--timeout-method={method}")
    told.result.assert_outcomes(passed=len(SPANS))
    assert told.spans == SPANS


@needs("pytest_timeout", "pytest-timeout")
@XDIST
def test_one_that_is_cut_off_keeps_its_spans_and_leaves_the_others_theirs(neighbours, spread):
    neighbours.pytester.makepyfile(
        test_slow="""
        import threading
        import pytest
        from test_it import work

        @pytest.mark.timeout(0.2, method="signal")
        def test_slow(traced_run):
            with traced_run("review"):
                work("slow")
                threading.Event().wait(60)
        """
    )
    told = neighbours.run(*spread)
    told.result.assert_outcomes(passed=len(SPANS), failed=1)
    assert told.spans == {**SPANS, "test_slow.py::test_slow": 2}
    told.result.stdout.fnmatch_lines(["*Captured trace*", "*review*ERROR*"])


@needs("pytest_timeout", "pytest-timeout")
@pytest.mark.parametrize("method", ["signal", "thread"])
def test_trials_that_are_cut_off_end_wherever_they_run(neighbours, method):
    neighbours.pytester.makepyfile(
        test_slow=f"""
        import threading
        import pytest

        @pytest.mark.timeout(1, method="{method}")
        @pytest.mark.trace_trials(4)
        def test_slow(traced_run):
            with traced_run("review"):
                threading.Event().wait(60)
        """
    )
    told = neighbours.run("-n", "2", "test_slow.py")
    told.result.stdout.fnmatch_lines(["*test_slow.py::test_slow*"])
    assert told.result.ret == pytest.ExitCode.TESTS_FAILED
    assert "INTERNALERROR" not in told.result.stdout.str()


@needs("pytest_cov", "pytest-cov")
@XDIST
def test_while_coverage_is_measured(neighbours, spread):
    told = neighbours.run("--cov=test_it", "--cov-branch", *spread)
    told.result.assert_outcomes(passed=len(SPANS))
    assert told.spans == SPANS
    told.result.stdout.fnmatch_lines(["test_it.py *100%"])


@needs("pytest_rerunfailures", "pytest-rerunfailures")
@XDIST
def test_attempts_are_told_apart(neighbours, spread):
    neighbours.pytester.makepyfile(
        test_flaky="""
        from test_it import assert_own, work

        attempts = []

        def test_flaky(traced_run):
            attempts.append(1)
            with traced_run("review") as run:
                work("flaky")
            assert_own(traced_run, run, "flaky")
            assert len(attempts) == 3
        """
    )
    told = neighbours.run("--reruns=2", *spread)
    told.result.stdout.fnmatch_lines([f"*{len(SPANS) + 1} passed,* 2 rerun*"])
    flaky = [test for test in told.report["tests"] if "flaky" in test["id"]]
    assert [(test["attempt"], test["spans"]) for test in flaky] == [(1, 2), (2, 2), (3, 2)]
    assert {name: spans for name, spans in told.spans.items() if "flaky" not in name} == SPANS


@XDIST
def test_subtests_are_part_of_their_test(neighbours, spread):
    if find_spec("_pytest.subtests") is None and find_spec("pytest_subtests") is None:
        pytest.skip("needs pytest 9 or pytest-subtests installed")
    neighbours.pytester.makepyfile(
        test_sub="""
        from test_it import work

        def test_sub(traced_run, subtests):
            for n in range(3):
                with subtests.test(n=n), traced_run(f"review {n}") as run:
                    work(f"sub {n}")
                assert len(run) == 3

        def test_broken(traced_run, subtests):
            for n in range(3):
                with subtests.test(n=n), traced_run(f"review {n}"):
                    work(f"sub {n}")
                    assert n != 1
        """
    )
    told = neighbours.run(*spread)
    assert told.result.ret == pytest.ExitCode.TESTS_FAILED
    tests = {test["id"]: test for test in told.report["tests"]}
    assert {name: test["spans"] for name, test in tests.items()} == {
        **SPANS,
        "test_sub.py::test_sub": 6,
        "test_sub.py::test_broken": 6,
    }
    assert tests["test_sub.py::test_sub"]["outcome"] == "passed"
    assert tests["test_sub.py::test_broken"]["outcome"] == "failed"
    told.result.stdout.fnmatch_lines(["*Captured trace*", "*review 1*ERROR*"])


@XDIST
def test_doctests_are_tests(neighbours, spread):
    neighbours.pytester.makepyfile(
        documented='''
        from opentelemetry import trace

        tracer = trace.get_tracer("app")

        def work():
            """
            >>> from pytest_flock_trace import traced_run
            >>> with traced_run("review") as run:
            ...     work()
            >>> [span.name for span in run]
            ['review', 'documented']
            """
            with tracer.start_as_current_span("documented"):
                pass
        '''
    )
    told = neighbours.run("--doctest-modules", *spread)
    told.result.assert_outcomes(passed=len(SPANS) + 1)
    assert told.spans == {**SPANS, "documented.py::documented.work": 1}


@needs("pytest_run_parallel", "pytest-run-parallel")
def test_threads_that_run_one_test_at_once_have_runs_of_their_own(neighbours, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:randomly")
    neighbours.pytester.makepyfile(
        test_it="""
        from opentelemetry import trace

        tracer = trace.get_tracer("app")

        def test_parallel(traced_run):
            with traced_run("review") as run:
                for n in range(50):
                    with tracer.start_as_current_span("outer"), tracer.start_as_current_span("inner"):
                        pass
            assert run.count("outer") == run.count("inner") == 50
            assert {run.parent(s).name for s in run.find("inner")} == {"outer"}
            assert len(run) == 101

        def test_ambient():
            with tracer.start_as_current_span("ambient"):
                pass

        def test_after(traced_run):
            with traced_run("review") as run:
                with tracer.start_as_current_span("after"):
                    pass
            assert len(run) == 2
        """
    )
    told = neighbours.run("--parallel-threads=8")
    told.result.assert_outcomes(passed=3)
    assert told.spans == {"test_it.py::test_parallel": 800, "test_it.py::test_ambient": 8, "test_it.py::test_after": 8}
    assert [len(test["runs"]) for test in told.report["tests"]] == [8, 0, 8]


@needs("looptime", "looptime")
def test_virtual_time_is_what_a_run_is_measured_in(neighbours):
    neighbours.pytester.makepyfile(
        test_virtual="""
        import asyncio
        import pytest
        from opentelemetry import trace

        tracer = trace.get_tracer("app")

        @pytest.mark.looptime
        @pytest.mark.latency_budget("30s")
        @pytest.mark.latency_budget("10s", span="attempt")
        async def test_virtual(traced_run):
            async with traced_run("search", clock="loop") as run:
                for _ in range(3):
                    with tracer.start_as_current_span("attempt"):
                        await asyncio.sleep(10)
            assert run.duration == "30s"
        """
    )
    told = neighbours.run()
    told.result.assert_outcomes(passed=len(SPANS) + 1)
    (run,) = [run for test in told.report["tests"] for run in test["runs"] if run["name"] == "search"]
    assert run["duration_ns"] == 30_000_000_000
