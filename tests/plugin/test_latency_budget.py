"""Limits on how long runs, spans and shares of the critical path may take."""

from __future__ import annotations

import pytest

KEPT_AND_BROKEN = """
    import pytest
    from timed import review

    @pytest.mark.latency_budget("40s")
    def test_at_the_limit(traced_run):
        with traced_run("review 40"):
            review()

    @pytest.mark.latency_budget("25s")
    def test_over_it(traced_run):
        with traced_run("review 40"):
            review()
"""


def one_test(pytester: pytest.Pytester, *markers: str, body: str = "with traced_run('review 40'): review()") -> None:
    decorators = "\n".join(f"@pytest.mark.{marker}" for marker in markers)
    imports = "import pytest\nfrom timed import *\nfrom pytest_flock_trace import span\n"
    pytester.makepyfile(f"{imports}\n{decorators}\ndef test_it(traced_run):\n    {body}\n")


def test_a_run_over_its_budget_fails_the_test_and_names_budget_value_and_culprit(
    timed: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    timed.makepyfile(KEPT_AND_BROKEN)
    result = timed.runpytest(*plugin_args)
    result.assert_outcomes(passed=1, failed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "latency_budget('25s'): run 'review 40' took 40 s, 15 s over the limit of 25 s",
            "writer accounts for 30 s of 40 s (75%) and would have to shrink by at least 15 s",
            "  *chat*  at +5 s for 20 s*",
            "█ path ▒ off it*40 s",
            "✗ *invoke_agent writer *█*30 s",
            "*Captured trace*",
            "✗▶ * invoke_agent writer *",
        ]
    )
    result.stdout.no_fnmatch_line("*test_over_it.py:*: *")


def test_every_run_is_limited_and_the_longest_is_told(timed: pytest.Pytester) -> None:
    body = "\n    ".join(f"with traced_run('review {seconds}'): review()" for seconds in (41, 50, 40))
    one_test(timed, 'latency_budget("40s")', body=body)
    result = timed.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["latency_budget('40s'): run 'review 50' took 50 s, 10 s over the limit of 40 s", "2 of 3 runs take longer*"]
    )


def test_each_match_is_limited_with_span(timed: pytest.Pytester) -> None:
    one_test(timed, 'latency_budget("10s", span="chat")')
    result = timed.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "latency_budget('10s', span='chat'): the slowest of 2 span('chat') took 20 s, 10 s over the limit of 10 s",
            "1 of 2 are longer than the limit:",
            "  chat* at +5 s for 20 s *would have to shrink by 10 s",
        ]
    )


@pytest.mark.parametrize(("limit", "outcome"), [("14s", "passed"), ("13999ms", "failed")])
def test_a_percentile_is_that_of_all_matches_of_the_test(timed: pytest.Pytester, limit: str, outcome: str) -> None:
    one_test(timed, f'latency_budget("{limit}", span="chat", percentile=50)')
    result = timed.runpytest()
    result.assert_outcomes(**{outcome: 1})
    if outcome == "failed":
        result.stdout.fnmatch_lines(["latency_budget(*percentile=50): p50 of 2 span('chat') is 14 s, 1 ms over *"])


@pytest.mark.parametrize(("limit", "outcome"), [("20s", "passed"), ("19s", "failed")])
def test_the_critical_path_counts_what_matches_do_on_it(timed: pytest.Pytester, limit: str, outcome: str) -> None:
    one_test(timed, f'latency_budget("{limit}", span=span("chat", actor="writer"), critical_path=True)')
    result = timed.runpytest()
    result.assert_outcomes(**{outcome: 1})
    if outcome == "failed":
        result.stdout.fnmatch_lines(["latency_budget(*critical_path=True): * took 20 s, 1 s over the limit of 19 s"])


def test_an_agent_on_the_critical_path_is_its_invocation_with_what_is_below(timed: pytest.Pytester) -> None:
    one_test(timed, 'latency_budget("29s", span=span(agent="writer"), critical_path=True)')
    result = timed.runpytest()
    result.stdout.fnmatch_lines(["latency_budget(*: * on the critical path of run 'review 40' took 30 s, 1 s over *"])


@pytest.mark.parametrize("more", ["", ", percentile=95", ", critical_path=True"])
def test_a_subject_that_never_occurred_fails_the_test(timed: pytest.Pytester, more: str) -> None:
    one_test(timed, f'latency_budget("1h", span="chta"{more})')
    result = timed.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["latency_budget('1h', *): span('chta') matches no span of *, so nothing was judged", "*did you mean 'chat'?"]
    )


def test_spans_of_a_test_that_recorded_nothing_are_not_called_fast(timed: pytest.Pytester) -> None:
    one_test(timed, 'latency_budget("1h", span="chat")', body="pass")
    result = timed.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["latency_budget(*): nothing was captured in test *"])


@pytest.mark.parametrize(("limit", "outcome"), [("1h", "passed"), ("0ns", "failed")])
def test_without_a_run_the_call_phase_is_limited(timed: pytest.Pytester, limit: str, outcome: str) -> None:
    timed.makepyfile(f"import pytest\n@pytest.mark.latency_budget('{limit}')\ndef test_it(): pass")
    result = timed.runpytest()
    result.assert_outcomes(**{outcome: 1})
    if outcome == "failed":
        result.stdout.fnmatch_lines(["latency_budget('0ns'): the test's call phase took *, * over the limit of 0 ns"])


def test_all_broken_budgets_are_told_and_markers_of_a_class_count_too(timed: pytest.Pytester) -> None:
    timed.makepyfile(
        """
        import pytest
        from timed import review

        @pytest.mark.latency_budget("20s")
        class TestIt:
            @pytest.mark.latency_budget("10s", span="chat")
            @pytest.mark.latency_budget("1h")
            def test_it(self, traced_run):
                with traced_run("review 40"):
                    review()
        """
    )
    result = timed.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["latency_budget('10s', span='chat'): *", "latency_budget('20s'): *"])
    result.stdout.no_fnmatch_line("latency_budget('1h')*")


def test_spans_that_outlive_the_run_are_told_where_they_made_it_long(timed: pytest.Pytester) -> None:
    one_test(timed, 'latency_budget("20s")', body="with traced_run('review 1'): review()")
    result = timed.runpytest()
    result.stdout.fnmatch_lines(
        ["latency_budget('20s'): run * took 40 s*", "4 spans end after review 1, the last by *"]
    )


def test_a_run_without_agents_names_its_spans(timed: pytest.Pytester) -> None:
    one_test(timed, 'latency_budget("20s")', body="with traced_run('review 40'): ran('slow', 0, 35)")
    result = timed.runpytest()
    result.stdout.fnmatch_lines(["slow accounts for 35 s of 40 s (88%) and would have to shrink by at least 20 s"])


def test_time_in_no_span_is_said_to_be_so(timed: pytest.Pytester) -> None:
    timed.makepyfile(
        """
        import pytest
        from timed import ran

        @pytest.mark.latency_budget("0ns")
        def test_it():
            ran("empty", 0, 0)
            ran("short", 0, 1e-9)
        """
    )
    timed.runpytest().stdout.fnmatch_lines(
        ["short accounts for 1 ns of 1 ns (100%); * of what is too much is in no span"]
    )


def test_two_agents_are_named_where_one_alone_cannot_make_up_for_it(timed: pytest.Pytester) -> None:
    one_test(timed, 'latency_budget("5s")')
    timed.runpytest().stdout.fnmatch_lines(
        ["writer (30 s) and critic (10 s) account for 40 s of 40 s (100%) and would *"]
    )


def test_users_see_what_they_expect_of_xfail_and_unittest(timed: pytest.Pytester) -> None:
    timed.makepyfile(
        """
        import unittest
        import pytest
        from timed import review
        from pytest_flock_trace import traced_run

        class TestIt(unittest.TestCase):
            @pytest.mark.latency_budget("20s")
            def test_breaks(self):
                with traced_run("review 40"):
                    review()

            @pytest.mark.latency_budget("40s")
            def test_keeps(self):
                with traced_run("review 40"):
                    review()

        @pytest.mark.xfail(strict=True)
        @pytest.mark.latency_budget("20s")
        def test_expected(traced_run):
            with traced_run("review 40"):
                review()

        @pytest.mark.latency_budget("20s")
        def test_skipped(traced_run):
            with traced_run("review 40"):
                review()
            pytest.skip("not here")
        """
    )
    timed.runpytest().assert_outcomes(passed=1, failed=1, xfailed=1, skipped=1)


def test_a_test_that_fails_by_itself_is_not_judged(timed: pytest.Pytester) -> None:
    one_test(timed, 'latency_budget("20s")', body="with traced_run('review 40'): review()\n    assert 1 == 2")
    result = timed.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("latency_budget*")


def test_a_breach_ends_the_session_with_exitfirst(timed: pytest.Pytester) -> None:
    timed.makepyfile(KEPT_AND_BROKEN + "\n    def test_after(): pass\n")
    timed.runpytest("-x").assert_outcomes(passed=1, failed=1)


@pytest.mark.usefixtures("rerunfailures")
def test_a_breach_is_run_again_where_failures_are(timed: pytest.Pytester) -> None:
    timed.makepyfile(
        """
        import pytest
        from timed import review

        seconds = [10, 40]

        @pytest.mark.latency_budget("20s")
        def test_it(traced_run):
            with traced_run(f"review {seconds.pop()}"):
                pass
        """
    )
    result = timed.runpytest_subprocess("--reruns", "1", "--flock-trace")
    result.stdout.fnmatch_lines(["budgets: 1 budget kept, 1 broken", "*1 passed, 1 rerun*"])


def test_a_breach_enters_the_debugger(timed: pytest.Pytester) -> None:
    timed.makepyfile(KEPT_AND_BROKEN)
    timed.makepyfile(
        quiet="""
        class Pdb:
            def __init__(self, **options): pass
            def reset(self): pass
            def interaction(self, frame, traceback): print("debugger entered")
        """
    )
    result = timed.runpytest("--pdb", "--pdbcls=quiet:Pdb")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*debugger entered*"])


def test_parametrised_tests_each_have_their_own_budget(timed: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    timed.makepyfile(
        """
        import pytest

        @pytest.mark.latency_budget("20s")
        @pytest.mark.parametrize("seconds", [10, 20, pytest.param(30, marks=pytest.mark.latency_budget("1h")), 40])
        def test_it(traced_run, seconds):
            with traced_run(f"review {seconds}"):
                pass
        """
    )
    timed.runpytest(*plugin_args).assert_outcomes(passed=2, failed=2)


def test_hypothesis_examples_are_judged_once_together(timed: pytest.Pytester) -> None:
    timed.makepyfile(
        """
        import pytest
        from hypothesis import given, settings
        from hypothesis import strategies as st
        from timed import ran

        examples = []

        @pytest.mark.latency_budget("20s")
        @pytest.mark.latency_budget("1s", span="work", percentile=1)
        @settings(max_examples=5, database=None, derandomize=True)
        @given(st.integers(0, 10))
        def test_it(traced_run, number):
            examples.append(number)
            with traced_run("review 30" if len(examples) == 2 else "review 10"):
                ran("work", 0, 5)
        """
    )
    result = timed.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "latency_budget('1s', *): p1 of 5 span('work') is 5 s, *",
            "latency_budget('20s'): run 'review 30' took 30 s, *",
            "1 of 5 runs take longer than that",
        ]
    )
    result.stdout.no_fnmatch_line("*alsifying example*")


@pytest.mark.parametrize(
    ("marker", "complaint"),
    [
        ("latency_budget()", "missing a required argument: 'total'"),
        ("latency_budget('fast')", "'fast' is not a duration; *"),
        ("latency_budget(0.25)", "0.25 is not a duration; *"),
        ("latency_budget(-5)", "-5 is less than nothing, *"),
        ("latency_budget('1s', spam=3)", "got an unexpected keyword argument 'spam'"),
        ("latency_budget('1s', 'chat')", "too many positional arguments"),
        ("latency_budget('1s', span=3)", "3 *"),
        ("latency_budget('1s', span='x', percentile=0)", "percentile=0 is none; *"),
        ("latency_budget('1s', span='x', percentile=101)", "percentile=101 is none; *"),
        ("latency_budget('1s', span='x', percentile='95')", "percentile='95' is none; *"),
        ("latency_budget('1s', critical_path=True)", "critical_path=True * say which with span="),
        ("latency_budget('1s', span='x', percentile=95, critical_path=True)", "critical_path=True *no percentile="),
    ],
)
def test_a_marker_that_cannot_be_meant_is_one_clear_message(
    timed: pytest.Pytester, marker: str, complaint: str
) -> None:
    timed.makepyfile(f"import pytest\n@pytest.mark.{marker}\ndef test_it(): pass")
    result = timed.runpytest("-p", "no:asyncio")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"marker latency_budget: {complaint}"])
    result.stdout.no_fnmatch_line("*Error*")


def test_a_run_that_a_fixture_of_the_test_holds_open_is_judged_when_it_closes(timed: pytest.Pytester) -> None:
    timed.makepyfile(
        """
        import pytest
        from timed import review

        @pytest.fixture
        def held(traced_run):
            with traced_run("held 40") as run:
                yield run

        @pytest.mark.latency_budget("20s")
        def test_breaks(held):
            review()

        @pytest.mark.latency_budget("40s")
        def test_keeps(held):
            review()
        """
    )
    result = timed.runpytest()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["latency_budget('20s'): run 'held 40' took 40 s, *"])


def test_a_run_that_a_module_holds_open_is_no_tests_doing(timed: pytest.Pytester) -> None:
    timed.makepyfile(
        """
        import pytest
        from timed import review

        @pytest.fixture(scope="module")
        def server(traced_run):
            with traced_run("server 1000") as run:
                yield run

        @pytest.mark.latency_budget("40s")
        def test_first(server, traced_run):
            with traced_run("review 40"):
                review()

        @pytest.mark.latency_budget("39s")
        def test_last(server, traced_run):
            with traced_run("review 40"):
                review()
        """
    )
    result = timed.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["latency_budget('39s'): run 'review 40' *"])


def test_a_closed_run_of_a_wider_fixture_is_judged_with_every_test_that_requests_it(timed: pytest.Pytester) -> None:
    timed.makepyfile(
        """
        import pytest
        from timed import review

        @pytest.fixture(scope="module")
        def done(traced_run):
            with traced_run("review 40") as run:
                review()
            return run

        def test_unmarked(done): pass

        @pytest.mark.latency_budget("20s")
        def test_marked(done): pass
        """
    )
    timed.runpytest().assert_outcomes(passed=1, failed=1)


def test_a_run_in_virtual_time_is_held_against_the_time_it_would_have_taken(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import asyncio
        import pytest
        from crew import invocation
        from jumping_loop import run_jumping

        async def review(traced_run):
            async with traced_run("review", clock="loop"):
                with invocation("writer"):
                    await asyncio.sleep(30)

        @pytest.mark.latency_budget("30s")
        @pytest.mark.latency_budget("30s", span="invoke_agent *", percentile=95)
        def test_kept(traced_run):
            run_jumping(review(traced_run))

        @pytest.mark.latency_budget("25s")
        def test_broken(traced_run):
            run_jumping(review(traced_run))
        """
    )
    result = crew.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*latency_budget('25s'): run 'review' took 30 s, 5 s over the limit of 25 s*"])
