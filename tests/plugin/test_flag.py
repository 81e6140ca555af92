"""`--flock-trace`: every test is recorded and a summary is printed."""

from __future__ import annotations

import pytest

SUITE = """
    from crew import work

    def test_pair(traced_run):
        with traced_run("review"):
            work("writer", "critic", fail="critic")

    def test_ambient():
        work("writer")

    def test_nothing():
        pass
"""


def test_the_summary_shows_each_tests_numbers_and_path(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(SUITE)
    result = crew.runpytest("--flock-trace", *plugin_args)
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        [
            "*= flock trace =*",
            "*test_the_summary_shows_each_tests_numbers_and_path.py *time *spans *errors *n *p50 *p95 *critical path",
        ]
    )
    result.stdout.re_match_lines_random(
        [
            r"test_pair .* 4 +2/4 +2 .*(writer|critic) \d+%.*",
            r"test_ambient .* 2 +0/2 +1 .*writer \d+%.*",
            r"1 test recorded no spans",
            r"writer +2 +0/2 .*",
            r"critic +1 +1/1 .*",
        ]
    )
    assert result.stdout.str().count("= flock trace =") == 1


def test_the_header_says_that_tests_are_recorded(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    pytester.runpytest("--flock-trace").stdout.fnmatch_lines(["flock-trace: recording every test"])
    pytester.runpytest().stdout.no_fnmatch_line("*flock*trace:*")


def test_the_ini_value_asks_as_well(crew: pytest.Pytester) -> None:
    crew.makeini("[pytest]\nflock_trace = true")
    crew.makepyfile(SUITE)
    crew.runpytest().stdout.fnmatch_lines(["*= flock trace =*"])
    crew.runpytest("--no-flock-trace").stdout.no_fnmatch_line("*= flock trace =*")


def test_a_toml_table_asks_as_well(crew: pytest.Pytester) -> None:
    crew.makepyprojecttoml("[tool.pytest.ini_options]\nflock_trace = true\nflock_trace_wait = ['*.idle']")
    crew.makepyfile(SUITE)
    crew.runpytest().stdout.fnmatch_lines(["*= flock trace =*"])


def test_no_flock_trace_wins_over_the_flag_but_leaves_the_fixtures(crew: pytest.Pytester) -> None:
    crew.makepyfile(SUITE)
    result = crew.runpytest("--flock-trace", "--no-flock-trace")
    result.assert_outcomes(passed=3)
    result.stdout.no_fnmatch_line("*flock trace*")


def test_without_the_plugin_the_flag_is_unknown(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    assert pytester.runpytest("-p", "no:flock_trace").ret == 0
    result = pytester.runpytest("-p", "no:flock_trace", "--flock-trace")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_collecting_prints_no_summary(crew: pytest.Pytester) -> None:
    crew.makepyfile(SUITE)
    result = crew.runpytest("--flock-trace", "--collect-only", "-q")
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*= flock trace =*")


def test_a_suite_without_spans_is_told_what_to_do_next_in_two_lines(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(): pass")
    pytester.runpytest("--flock-trace").stdout.fnmatch_lines(
        [
            "no test recorded a span: open a run with*",
            "`flock-trace init` writes a first such test*",
            "*= 1 passed in *",
        ],
        consecutive=True,
    )


def test_a_disabled_sdk_is_named_in_header_summary_and_failure(
    crew: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    crew.makepyfile(
        """
        from crew import work

        def test_it(traced_run):
            with traced_run("review") as run:
                work("writer")
            assert "x" not in run
        """
    )
    result = crew.runpytest_subprocess("--flock-trace")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "flock-trace: OTEL_SDK_DISABLED is set*",
            "*NothingCaptured: nothing was captured in run 'review'*: OTEL_SDK_DISABLED is set*",
            "no test recorded a span: OTEL_SDK_DISABLED is set*",
        ]
    )


def test_many_tests_are_cut_and_counted(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest
        from crew import work

        @pytest.mark.parametrize("n", range(25))
        def test_it(n):
            work("writer")
        """
    )
    crew.runpytest("--flock-trace").stdout.fnmatch_lines(["5 hidden, use -vv"])
    crew.runpytest("--flock-trace", "-vv").stdout.no_fnmatch_line("*hidden, use*")


@pytest.mark.parametrize(
    ("args", "ini", "message"),
    [
        (["--flock-trace-show=sometimes"], "", "*argument --flock-trace-show: invalid choice: 'sometimes'*"),
        (
            ["--flock-trace"],
            "flock_trace_show = sometimes",
            "*flock-trace: ini flock_trace_show = 'sometimes' is unknown; valid: failed, all, none",
        ),
        ([], "flock_trace = perhaps", "*flock-trace: ini flock_trace can't be used: *'perhaps'*"),
    ],
)
def test_a_bad_setting_is_one_clear_line(pytester: pytest.Pytester, args: list[str], ini: str, message: str) -> None:
    pytester.makeini(f"[pytest]\n{ini}")
    pytester.makepyfile("def test_it(): pass")
    result = pytester.runpytest(*args)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])
    assert "Traceback" not in result.stderr.str()


@pytest.mark.parametrize(
    ("ini", "waiting"), [("", ["Board.run_until_idle"]), ("flock_trace_wait = *.nap\n  sleep", ["nap.nap", "sleep"])]
)
def test_names_of_waiting_spans_can_be_replaced(pytester: pytest.Pytester, ini: str, waiting: list[str]) -> None:
    pytester.makeini(f"[pytest]\n{ini}")
    pytester.makepyfile(
        f"""
        from opentelemetry import trace

        def test_it(traced_run):
            for name in ("Board.run_until_idle", "nap.nap", "sleep", "work"):
                trace.get_tracer("app").start_span(name).end()
            assert [s.name for s in traced_run.test if s.waits] == {waiting}
        """
    )
    pytester.runpytest().assert_outcomes(passed=1)
