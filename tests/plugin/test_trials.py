"""Tests that are run in several trials."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest


@pytest.fixture(params=[(), ("-n", "2", "--dist=loadscope")], ids=["alone", "xdist"])
def plugin_args(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Arguments with which one process runs all trials of a test, so that the test can count them."""
    args: tuple[str, ...] = request.param
    return args


FLAKY = """
    import itertools
    import pytest
    from crew import invocation, work

    numbers = itertools.count(1)

    @pytest.mark.trace_trials(10, at_least=0.8)
    def test_it(traced_run):
        number = next(numbers)
        with traced_run("review"):
            work("researcher")
            with invocation("writer"):
                work("searcher")
                if number in (2, 5, 7):
                    with invocation("gossip"):
                        raise RuntimeError("nobody knows")
            work("critic")
"""


def test_a_failing_gate_says_how_many_passed_and_where_the_failing_trials_part_from_the_others(
    crew: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    crew.makepyfile(test_it=FLAKY)
    result = crew.runpytest(*plugin_args)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "trace_trials: 4 of 7 trials passed; pass rate 0.57, 95% confidence sequence 0.13 to 0.94; pass^2 0.29*",
            "  8 of 10 (0.8) had to pass, so 2 might fail and 3 did",
            "trials 2, 5 and 7 part from the passing trials: after chat in *searcher comes *gossip, not *critic",
            "    review",
            "      invoke_agent writer",
            "        invoke_agent searcher",
            "          chat",
            "  -   invoke_agent critic",
            "  -     chat",
            "  +     invoke_agent gossip",
            "  +     invoke_agent gossip  ERROR",
            "trial 2: test_it.py:*: RuntimeError: nobody knows",
            "*Captured failure of trial 2 call*",
            "E   *RuntimeError: nobody knows",
            "*Captured trace*",
            "*invoke_agent gossip*ERROR*",
        ]
    )


def test_a_gate_passes_once_enough_trials_have(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(test_it=FLAKY.replace("0.8", "0.6"))
    result = crew.runpytest("--flock-trace-report=report.json", "--junit-xml=junit.xml", *plugin_args)
    result.assert_outcomes(passed=1)
    (test,) = json.loads((crew.path / "report.json").read_text(encoding="utf-8"))["tests"]
    assert test["outcome"] == "passed"
    assert len(test["runs"]) == 9
    low, high = (round(test["trials"]["confidence_sequence"].pop(end), 2) for end in ("low", "high"))
    assert (low, high) == (0.22, 0.96)
    assert test["trials"] == {
        "trials": 10,
        "at_least": 6,
        "rate": 0.6,
        "run": 9,
        "passed": 6,
        "confidence_sequence": {"level": 0.95},
        "settled_by": "count",
        "kept": True,
    }
    case = ET.parse(crew.path / "junit.xml").getroot().findall(".//testcase")  # noqa: S314  # our own
    properties = {one.get("name"): one.get("value") for one in case[0].findall(".//property")}
    assert len(case) == 1
    assert str(properties["flock_trace.trials"]).startswith("6 of 9 trials passed; pass rate 0.67, 95%")
    result.stdout.fnmatch_lines(
        [
            "passed  of  asked*95% confidence*pass^k*settled by*",
            "*6   9  6 of 10 (0.6)*0.22 to 0.96*pass^2 0.42, pass^4 0.12, pass^8 0.00*the count*test_it.py::test_it",
        ]
    )


def test_every_trial_has_fixtures_a_store_and_an_event_loop_of_its_own(
    crew: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    crew.makepyfile(
        """
        import asyncio
        import pytest
        import pytest_asyncio
        from crew import work

        loops, steps, wide = [], [], []

        @pytest.fixture(scope="module")
        def once():
            wide.append("up")
            yield
            assert steps == ["up", "test", "down"] * 3
            assert wide == ["up"]

        @pytest_asyncio.fixture
        async def board(tmp_path, once):
            steps.append("up")
            yield [tmp_path]
            steps.append("down")

        @pytest.mark.asyncio
        @pytest.mark.trace_trials(3)
        async def test_it(board, traced_run, trace_store):
            steps.append("test")
            loops.append(asyncio.get_running_loop())
            assert len(set(loops)) == len(loops)
            assert len(board) == 1 and not list(board[0].iterdir())
            board.append("used")
            (board[0] / "file").touch()
            async with traced_run("review"):
                work("writer")
            assert [run.name for run in traced_run.runs] == ["review"]
            assert trace_store.sql("select count(*) from spans").fetchone() == (3,)
        """
    )
    crew.runpytest(*plugin_args).assert_outcomes(passed=1)


def test_every_trial_has_an_instance_of_the_class_of_its_own(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest
        import unittest

        instances = []

        @pytest.mark.trace_trials(3)
        class TestPlain:
            @pytest.fixture(autouse=True)
            def prepare(self):
                self.prepared = True

            def test_it(self):
                assert self.prepared and not hasattr(self, "used")
                self.used = True

            @pytest.mark.asyncio
            async def test_async(self):
                assert not hasattr(self, "used")
                self.used = True

        @pytest.mark.trace_trials(3)
        class TestOld(unittest.TestCase):
            def setUp(self):
                assert not hasattr(self, "used")
                self.used = True

            def test_it(self):
                instances.append(self)

        def test_after():
            assert len(set(map(id, instances))) == 3
        """
    )
    crew.runpytest().assert_outcomes(passed=4)


RUNS_OUT = """
    import pytest
    outcomes = iter([{outcomes}])
    count = []

    @pytest.mark.trace_trials({arguments})
    def test_it():
        count.append(1)
        assert next(outcomes)

    def test_after():
        print("trials run:", len(count))
"""


@pytest.mark.parametrize(
    ("arguments", "outcomes", "run", "passes"),
    [
        ("4", "1, 1, 1, 1", 4, True),
        ("4", "1, 0, 1, 1", 2, False),
        ("4, at_least=2", "1, 0, 1, 1", 3, True),
        ("4, at_least=1", "0, 0, 1, 1", 3, True),
        ("4, at_least=3", "0, 0, 1, 1", 2, False),
        ("4, at_least=2, stop_early=False", "1, 1, 0, 0", 4, True),
        ("4, at_least=3, stop_early=False", "0, 0, 1, 1", 4, False),
        ("100, at_least=0.5", "*[1] * 100", 8, True),
        ("100, at_least=0.9", "*[0] * 100", 2, False),
    ],
)
def test_trials_end_when_the_claim_is_settled(
    crew: pytest.Pytester, arguments: str, outcomes: str, run: int, passes: bool
) -> None:
    crew.makepyfile(test_it=RUNS_OUT.format(arguments=arguments, outcomes=outcomes))
    result = crew.runpytest("-s")
    result.assert_outcomes(passed=1 + passes, failed=not passes)
    result.stdout.fnmatch_lines([f"*trials run: {run}"])


def test_a_gate_that_the_bound_closes_says_so(crew: pytest.Pytester) -> None:
    crew.makepyfile(test_it=RUNS_OUT.format(arguments="100, at_least=0.9", outcomes="*[0] * 100"))
    result = crew.runpytest("--flock-trace")
    result.stdout.fnmatch_lines(
        [
            "trace_trials: 0 of 2 trials passed; pass rate 0.00, 95% confidence sequence 0.00 to 0.87*",
            "  the chance to pass is below 0.9",
            "no trial passed, so there is nothing to compare the failing ones with",
            "trial 1: test_it.py:*",
            "*0   2  90 of 100 (0.9)*the bound*",
        ]
    )


def test_trials_without_spans_part_nowhere_that_is_known(crew: pytest.Pytester) -> None:
    crew.makepyfile(test_it=RUNS_OUT.format(arguments="3", outcomes="1, 0"))
    result = crew.runpytest()
    result.stdout.fnmatch_lines(["no trial recorded a span, so where they part is not known", "trial 2: test_it.py:*"])


def test_a_failure_elsewhere_is_told_with_the_file_that_it_is_in(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        broken="def fail():\n    raise RuntimeError('no')",
        test_it="""
        import pytest
        from broken import fail

        @pytest.mark.trace_trials(2)
        def test_it():
            fail()
        """,
    )
    crew.runpytest().stdout.fnmatch_lines(["trial 1: broken.py:2: RuntimeError: no"])


def test_trials_that_do_the_same_are_said_to(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest
        from crew import work

        outcomes = iter([1, 0])

        @pytest.mark.trace_trials(2)
        def test_it(traced_run):
            with traced_run("review"):
                work("writer")
            assert next(outcomes)
        """
    )
    result = crew.runpytest()
    result.stdout.fnmatch_lines(["the failing trials did what passing trials do; *", "trial 2: test_*.py:*"])


@pytest.mark.parametrize("phase", ["setup", "teardown"])
def test_a_trial_whose_fixture_fails_has_failed(crew: pytest.Pytester, phase: str) -> None:
    crew.makepyfile(
        f"""
        import pytest

        numbers = iter(range(9))

        @pytest.fixture
        def fixture():
            assert "{phase}" != "setup" or next(numbers) != 1
            yield
            assert "{phase}" != "teardown" or next(numbers) != 1

        @pytest.mark.trace_trials(3, at_least=2)
        def test_allowed(fixture):
            pass

        @pytest.mark.trace_trials(6)
        def test_always(fixture):
            raise RuntimeError("no") if next(numbers) > 5 else None
        """
    )
    result = crew.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    crew.makepyfile(
        f"""
        import pytest

        @pytest.fixture
        def fixture():
            assert "{phase}" != "setup"
            yield
            assert "{phase}" != "teardown"

        @pytest.mark.trace_trials(3)
        def test_it(fixture):
            pass
        """
    )
    result = crew.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"trial 1: {phase}: test_*.py:*"])


def test_skips_and_expected_failures_concern_the_whole_test(
    crew: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    crew.makepyfile(
        """
        import pytest

        numbers = iter(range(9))

        @pytest.mark.trace_trials(3)
        def test_skips_itself():
            if next(numbers) == 1:
                pytest.skip("no model here")

        @pytest.mark.skip("not today")
        @pytest.mark.trace_trials(3)
        def test_skipped():
            raise AssertionError

        @pytest.mark.xfail
        @pytest.mark.trace_trials(3)
        def test_expected():
            raise AssertionError

        @pytest.mark.xfail(strict=True)
        @pytest.mark.trace_trials(3)
        def test_not_expected():
            pass

        @pytest.mark.xfail(run=False)
        @pytest.mark.trace_trials(3)
        def test_not_run():
            raise AssertionError

        @pytest.mark.trace_trials(3)
        def test_expects_itself():
            pytest.xfail("known")
        """
    )
    result = crew.runpytest("-ra", *plugin_args)
    result.assert_outcomes(skipped=2, xfailed=3, failed=1)
    result.stdout.fnmatch_lines(["SKIPPED*no model here", "SKIPPED*not today"])


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ("", "marker trace_trials: missing a required argument: 'n'; write trace_trials(20, at_least=0.9)"),
        ("0", "marker trace_trials: 0 is no number of trials; *"),
        ("3, at_least=4", "marker trace_trials: at_least=4 is neither a rate above 0.0 and up to 1.0 nor a count *"),
        ("3, 0.5", "marker trace_trials: too many positional arguments; *"),
        ("3, stop_early=0", "marker trace_trials: stop_early=0 is neither True nor False; *"),
    ],
)
def test_a_marker_that_can_not_be_meant_is_an_error(crew: pytest.Pytester, arguments: str, complaint: str) -> None:
    crew.makepyfile(
        f"""
        import pytest

        @pytest.mark.trace_trials({arguments})
        def test_it():
            pass
        """
    )
    result = crew.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([complaint])


def test_each_trial_is_held_against_contracts_and_budgets(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import itertools
        import pytest
        from crew import work
        from pytest_flock_trace import never, span

        numbers = itertools.count(1)

        @pytest.fixture
        def review(traced_run):
            with traced_run("review"):
                yield

        @pytest.mark.trace_contract(never(span(status="error")))
        @pytest.mark.latency_budget("1h")
        @pytest.mark.trace_trials(5, at_least=3)
        def test_it(review):
            work("writer", fail="writer" if next(numbers) in (2, 4, 7, 8, 9) else None)

        test_again = test_it
        """
    )
    result = crew.runpytest("--flock-trace-report=report.json")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["trial 2: teardown: trace_contract: never(span(status='error')) in run 'review': *"])
    tests = json.loads((crew.path / "report.json").read_text(encoding="utf-8"))["tests"]
    assert [len(test["budgets"]) for test in tests] == [1, 1]
    assert [(test["trials"]["passed"], test["trials"]["run"]) for test in tests] == [(3, 5), (1, 4)]


def test_only_trials_that_passed_are_samples_of_a_baseline(crew: pytest.Pytester) -> None:
    crew.makepyfile(test_it=FLAKY.replace("0.8", "0.6"))
    crew.runpytest("--flock-trace-baseline-update=baseline.json").assert_outcomes(passed=1)
    text = (crew.path / "baseline.json").read_text(encoding="utf-8")
    assert "critic" in text
    assert "gossip" not in text


def test_the_checks_of_a_trial_that_passed_are_graded(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import itertools
        import pytest
        from crew import work

        numbers = itertools.count(1)

        @pytest.mark.trace_trials(3, at_least=2)
        def test_it(traced_run):
            with traced_run("review") as run:
                work("writer", *["critic"] * (next(numbers) % 2))
            assert run.count("invoke_agent critic") == 1
        """
    )
    result = crew.runpytest("--flock-trace-mutate", "--flock-trace-report=report.json")
    result.assert_outcomes(passed=1)
    (test,) = json.loads((crew.path / "report.json").read_text(encoding="utf-8"))["tests"]
    assert (test["trials"]["passed"], test["trials"]["run"]) == (2, 3)
    assert test["mutation"]["killed"] > 0


def test_it_is_one_test_to_whatever_selects_tests(crew: pytest.Pytester) -> None:
    crew.makepyfile(test_it=FLAKY + "\n    def test_other():\n        pass\n")
    crew.runpytest("-k", "not other").assert_outcomes(failed=1, deselected=1)
    crew.runpytest("--lf").assert_outcomes(failed=1)
    crew.runpytest("-m", "trace_trials").assert_outcomes(failed=1, deselected=1)
    crew.runpytest("test_it.py::test_it").assert_outcomes(failed=1)
    crew.runpytest("--collect-only", "-q").stdout.fnmatch_lines(["*.py::test_it", "*.py::test_other"])


@pytest.mark.usefixtures("rerunfailures")
def test_who_reruns_failed_tests_reruns_all_trials(crew: pytest.Pytester) -> None:
    crew.makepyfile(test_it=RUNS_OUT.format(arguments="3", outcomes="1, 0, 1, 1, 1"))
    result = crew.runpytest_subprocess("--reruns=1", "-s", "--flock-trace-report=report.json")
    result.stdout.fnmatch_lines(["*trials run: 5", "*2 passed, 1 rerun*"])
    tests = json.loads((crew.path / "report.json").read_text(encoding="utf-8"))["tests"]
    assert [(test["attempt"], test["outcome"], (test["trials"] or {}).get("run")) for test in tests] == [
        (1, "failed", 2),
        (2, "passed", 3),
        (1, "passed", None),
    ]


def test_what_the_first_failing_trial_wrote_is_shown_and_its_properties_are_kept(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import itertools
        import logging
        import pytest

        numbers = itertools.count(1)

        @pytest.mark.trace_trials(4, at_least=3)
        def test_it(record_property):
            number = next(numbers)
            print("printed by", number)
            logging.getLogger().warning("logged by %d", number)
            record_property("number", number)
            assert number not in (2, 3)
        """
    )
    result = crew.runpytest("--junit-xml=junit.xml", "-o", "junit_family=xunit1")
    text = result.stdout.str()
    assert re.findall(r"(?:printed|logged) by \d", text[text.index("Captured") :]) == ["printed by 2", "logged by 2"]
    (one,) = ET.parse(crew.path / "junit.xml").getroot().findall(".//property[@name='number']")  # noqa: S314  # our own
    assert one.get("value") == "2"


def test_hooks_see_each_phase_of_each_trial_and_what_one_adds_to_its_item_is_gone_in_the_next(
    crew: pytest.Pytester,
) -> None:
    crew.makeconftest(
        """
        import pytest

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_makereport(item, call):
            report = yield
            item.said = getattr(item, "said", []) + [(report.when, report.outcome)]
            return report
        """
    )
    crew.makepyfile(
        """
        import pytest

        outcomes = iter([0, 1])

        @pytest.fixture
        def marked(request):
            assert request.node.get_closest_marker("xfail") is None
            request.node.add_marker(pytest.mark.xfail)
            yield
            assert request.node.said[-1][0] == "call"

        @pytest.mark.trace_trials(2, at_least=1)
        def test_it(marked):
            assert next(outcomes)
        """
    )
    crew.runpytest().assert_outcomes(passed=1)


def test_a_hook_that_fails_does_not_hide_why_trials_failed(crew: pytest.Pytester) -> None:
    crew.makeconftest(
        """
        def pytest_flock_trace_span(span):
            raise KeyError("odd")
        """
    )
    crew.makepyfile(test_it=FLAKY)
    result = crew.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["the traces could not be read: KeyError: 'odd'", "trial 2: *nobody knows"])


def test_secrets_do_not_get_into_the_message(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest

        @pytest.mark.trace_trials(2)
        def test_it():
            pytest.fail("login with password=hunter2 failed", pytrace=False)
        """
    )
    result = crew.runpytest()
    result.stdout.fnmatch_lines(["trial 1: login with password=* failed"])
    result.stdout.no_fnmatch_line("*hunter2*")


def test_no_trial_is_run_where_only_fixtures_are_to_be_shown(crew: pytest.Pytester) -> None:
    crew.makepyfile(test_it=RUNS_OUT.format(arguments="3", outcomes=""))
    result = crew.runpytest("--setup-only", "-s")
    assert result.ret == pytest.ExitCode.OK


def test_a_session_that_is_ended_in_a_trial_ends(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest

        @pytest.mark.trace_trials(3)
        def test_it():
            pytest.exit("enough", returncode=7)

        def test_never():
            raise AssertionError
        """
    )
    result = crew.runpytest()
    assert result.ret == 7


def test_property_tests_and_parametrised_ones_can_be_repeated(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest
        from crew import work
        from hypothesis import given, settings, strategies as st

        count = []

        @pytest.mark.trace_trials(2)
        @settings(max_examples=3, database=None, deadline=None)
        @given(st.integers())
        def test_property(traced_run, number):
            with traced_run("review") as run:
                work("writer")
            assert len(run) == 3

        @pytest.mark.trace_trials(2)
        @pytest.mark.parametrize("agent", ["writer", "critic"])
        @pytest.mark.usefixtures("tmp_path")
        def test_agents(agent):
            count.append(agent)

        def test_after():
            assert count == ["writer", "writer", "critic", "critic"]
        """
    )
    crew.runpytest("-p", "no:randomly").assert_outcomes(passed=4)


def test_the_time_of_the_trials_is_that_of_the_call(crew: pytest.Pytester) -> None:
    crew.makepyfile(test_it=RUNS_OUT.format(arguments="3", outcomes="1, 1, 1"))
    crew.makeconftest(
        """
        def pytest_runtest_logreport(report):
            print(report.when, "of", report.location[2], "took", report.duration)
        """
    )
    output = crew.runpytest("-s").stdout.str()
    setup, call = (
        float(found[1])
        for when in ("setup", "call")
        if (found := re.search(rf"{when} of test_it took ([-\d.e]+)", output))
    )
    assert 0 <= setup < call
