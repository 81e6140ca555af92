"""What a session allows every run, how slow machines are made up for, and what the summary says of budgets."""

from __future__ import annotations

import pytest

SUITE = """
    import pytest

    @pytest.mark.parametrize("seconds", [10, 20, 30])
    def test_it(traced_run, seconds):
        with traced_run(f"review {seconds}"):
            pass

    @pytest.mark.latency_budget("1h")
    def test_own(traced_run):
        with traced_run("review 30"):
            pass

    def test_without_a_run():
        pass
"""


def ini(pytester: pytest.Pytester, *lines: str) -> None:
    with (pytester.path / "tox.ini").open("a") as file:
        file.write("".join(f"\n{line}" for line in lines) + "\n")


def outcomes(result: pytest.RunResult) -> set[str]:
    return {line.split("::")[1].split(" ")[0] for line in result.outlines if line.startswith("FAILED ")}


def test_the_flag_limits_every_run_but_those_with_a_budget_of_their_own(
    timed: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    timed.makepyfile(SUITE)
    result = timed.runpytest("--flock-trace-budget=20s", *plugin_args)
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(
        [
            "--flock-trace-budget=20s: run 'review 30' took 30 s, 10 s over the limit of 20 s",
            "budgets: 3 budgets kept, 1 broken",
            "the session's budget does not judge 1 test without a run",
        ]
    )
    assert outcomes(result) == {"test_it[30]"}


def test_the_ini_value_does_the_same_and_gives_way_to_the_flag(timed: pytest.Pytester) -> None:
    timed.makepyfile(SUITE)
    ini(timed, "flock_trace_budget = 10s")
    result = timed.runpytest()
    assert outcomes(result) == {"test_it[20]", "test_it[30]"}
    result.stdout.fnmatch_lines(["flock_trace_budget = 10s: run 'review 20' *", "budgets: *"])
    assert outcomes(timed.runpytest("--flock-trace-budget=1h")) == set()


def test_of_lines_with_globs_the_first_that_matches_the_test_counts(timed: pytest.Pytester) -> None:
    timed.makepyfile(SUITE)
    ini(timed, "flock_trace_budgets =", "    *::test_it[20] = 19s", "    *::test_it* = 1h", "flock_trace_budget = 0s")
    result = timed.runpytest()
    assert outcomes(result) == {"test_it[20]"}
    result.stdout.fnmatch_lines(["flock_trace_budgets: ?::test_it?20? = 19s: run 'review 20' took 20 s, 1 s over *"])


def test_a_test_that_no_line_is_for_has_no_budget(timed: pytest.Pytester) -> None:
    timed.makepyfile(SUITE)
    ini(timed, "flock_trace_budgets =", "    other/* = 0s")
    result = timed.runpytest()
    result.assert_outcomes(passed=5)
    result.stdout.no_fnmatch_line("the session's budget *")


def test_a_budget_of_spans_leaves_the_sessions_budget_of_runs_standing(timed: pytest.Pytester) -> None:
    timed.makepyfile(
        """
        import pytest
        from timed import review

        @pytest.mark.latency_budget("1h", span="chat")
        def test_it(traced_run):
            with traced_run("review 40"):
                review()
        """
    )
    timed.runpytest("--flock-trace-budget=20s").assert_outcomes(failed=1)


def test_the_scale_multiplies_every_duration_and_is_printed(
    timed: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    timed.makepyfile(
        """
        import pytest
        from timed import review

        @pytest.mark.latency_budget("16s")
        @pytest.mark.latency_budget("8s", span="chat")
        @pytest.mark.usage_budget(tokens=6_000)
        def test_marked(traced_run):
            with traced_run("review 40"):
                review()

        def test_of_the_session(traced_run):
            with traced_run("review 40"):
                review()
        """
    )
    kept = timed.runpytest("--flock-trace-budget=16s", "--flock-trace-budget-scale=2.5", *plugin_args)
    kept.assert_outcomes(passed=2)
    kept.stdout.fnmatch_lines(["flock-trace: every latency budget × 2.5"])
    broken = timed.runpytest("--flock-trace-budget=16s", "--flock-trace-budget-scale=2", *plugin_args)
    broken.assert_outcomes(failed=2)
    broken.stdout.fnmatch_lines(["latency_budget('16s'): run * took 40 s, 8 s over the limit of 32 s (16 s × 2)"])


def test_the_scale_may_stand_in_the_ini_file_and_changes_nothing_else(timed: pytest.Pytester) -> None:
    timed.makepyfile(
        """
        import pytest

        @pytest.mark.latency_budget("10s")
        @pytest.mark.parametrize("seconds", [20, 21])
        def test_it(traced_run, seconds):
            with traced_run(f"review {seconds}"):
                pass
        """
    )
    ini(timed, "flock_trace_budget_scale = 2")
    result = timed.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["flock-trace: every latency budget × 2"])
    result.stdout.no_fnmatch_line("*= flock trace =*")


def test_no_flock_trace_leaves_the_sessions_budgets_out_but_not_those_of_markers(timed: pytest.Pytester) -> None:
    timed.makepyfile(SUITE.replace('"1h"', '"29s"'))
    result = timed.runpytest("--flock-trace-budget=1s", "--no-flock-trace")
    assert outcomes(result) == {"test_own"}


@pytest.mark.parametrize(
    ("arguments", "lines", "complaint"),
    [
        (["--flock-trace-budget=fast"], (), "*--flock-trace-budget=fast can't be used: 'fast' is not a duration*"),
        ([], ("flock_trace_budget = 5",), "*flock_trace_budget = 5 can't be used: '5' is not a duration*"),
        ([], ("flock_trace_budgets = 5s",), "*flock_trace_budgets has the line '5s'; write a glob of test ids = *"),
        ([], ("flock_trace_budgets = * = x",), "*flock_trace_budgets: ? = x can't be used: 'x' is not a duration*"),
        (["--flock-trace-budget-scale=0"], (), "*--flock-trace-budget-scale = '0' is no scale; *"),
        (["--flock-trace-budget-scale=nan"], (), "*--flock-trace-budget-scale = 'nan' is no scale; *"),
        ([], ("flock_trace_budget_scale = slow",), "*ini flock_trace_budget_scale = 'slow' is no scale; *"),
    ],
)
def test_a_value_that_cannot_be_used_ends_the_session_at_once(
    timed: pytest.Pytester, arguments: list[str], lines: tuple[str, ...], complaint: str
) -> None:
    timed.makepyfile("def test_it(): pass")
    ini(timed, *lines)
    result = timed.runpytest(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([complaint])
    result.stderr.no_fnmatch_line("*Traceback*")


def test_the_summary_shows_the_five_tightest_budgets(timed: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    timed.makepyfile(
        """
        import pytest
        from timed import review

        @pytest.mark.latency_budget("100s")
        @pytest.mark.parametrize("seconds", [90, 60, 50, 40, 10, 120])
        def test_it(traced_run, seconds):
            with traced_run(f"review {seconds}"):
                pass

        @pytest.mark.usage_budget(tokens=7_500, calls=40)
        def test_usage(traced_run):
            with traced_run("review 40"):
                review()
        """
    )
    result = timed.runpytest("--flock-trace", *plugin_args)
    at = next(at for at, line in enumerate(result.outlines) if line.startswith("budgets: "))
    heading, headers, *rows = result.outlines[at : at + 7]
    assert heading == "budgets: 7 budgets kept, 1 broken; the 5 tightest"
    assert headers.split() == ["used", "measured", "limit", "budget", "of", "test"]
    assert [row.split()[0] for row in rows] == ["120%", "90%", "80%", "60%", "50%"]
    assert rows[0].endswith("✗ test_the_summary_shows_the_five_tightest_budgets.py::test_it[120]")
    assert "6,000 tokens  7,500 tokens  usage_budget(tokens=7500, calls=40)" in rows[2]


def test_without_budgets_the_summary_has_no_section_of_them(timed: pytest.Pytester) -> None:
    timed.makepyfile("def test_it(traced_run):\n    with traced_run('review 1'): pass")
    result = timed.runpytest("--flock-trace")
    result.stdout.no_fnmatch_line("budgets: *")
