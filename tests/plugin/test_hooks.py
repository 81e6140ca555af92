"""The hooks of conftest files and other plugins."""

from __future__ import annotations

import pytest


def test_span_hook_keeps_replaces_and_drops(crew: pytest.Pytester) -> None:
    crew.makeconftest(
        """
        from pytest_flock_trace import DROP

        def pytest_flock_trace_span(span):
            if span.name == "chat":
                return DROP
            if span.name == "invoke_agent writer":
                attributes = {**span.attributes, "gen_ai.agent.name": "author"}
                return span.replace(name="invoke_agent author", attributes=attributes)
        """
    )
    crew.makepyfile(
        """
        from crew import work

        def test_it(traced_run, trace_store):
            with traced_run("review") as run:
                work("writer", "critic")
            assert [(s.name, s.agent) for s in run] == [
                ("review", None), ("invoke_agent author", "author"), ("invoke_agent critic", "critic")]
            assert trace_store.sql("select count(*) from spans").fetchone() == (3,)
        """
    )
    crew.runpytest().assert_outcomes(passed=1)


def test_span_hook_sees_each_ambient_span_once_however_many_ask_for_the_trace(crew: pytest.Pytester) -> None:
    crew.makeconftest(
        """
        seen = []

        def pytest_flock_trace_span(span):
            seen.append(span.name)

        def pytest_flock_trace_summary(config, tests):
            return f"seen: {' '.join(seen)}"
        """
    )
    crew.makepyfile("from crew import work\ndef test_it(): work('writer')")
    result = crew.runpytest("--flock-trace", "--flock-trace-store=traces.duckdb")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["seen: invoke_agent writer chat"])


def test_artifacts_hook_joins_what_all_implementations_say(crew: pytest.Pytester) -> None:
    crew.makeconftest(
        """
        def pytest_flock_trace_artifacts(span):
            if span.name.startswith("invoke_agent"):
                return ["in"], [span.name + "!"]
        """
    )
    crew.makepyfile(
        """
        from crew import work
        from pytest_flock_trace import span

        def test_it(traced_run):
            with traced_run("review") as run:
                work("writer")
            invocation = run.one(span(agent="writer"))
            assert invocation.consumed == ("in",)
            assert invocation.produced == ("invoke_agent writer!",)
            assert run.one("chat").consumed == ()
        """
    )
    crew.runpytest().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("hook", "message"),
    [
        ("pytest_flock_trace_span(span): return 7", "pytest_flock_trace_span returned 7; return None, a Span or *DROP"),
        ("pytest_flock_trace_artifacts(span): return 'ab', [1]", "pytest_flock_trace_artifacts returned ('ab', ?1?)*"),
    ],
)
def test_a_hook_that_answers_nonsense_is_told_so(crew: pytest.Pytester, hook: str, message: str) -> None:
    crew.makeconftest(f"def {hook}")
    crew.makepyfile(
        """
        from crew import work

        def test_it(traced_run):
            with traced_run("review") as run:
                work("writer")
            run.count("x")
        """
    )
    result = crew.runpytest("--flock-trace")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*BadSetting: {message}"])
    assert "INTERNALERROR" not in result.stdout.str()


def test_run_closed_hook_sees_each_run_as_it_closes(crew: pytest.Pytester) -> None:
    crew.makeconftest(
        """
        def pytest_flock_trace_run_closed(item, run):
            item.user_properties.append(("closed", (run.name, len(run))))
        """
    )
    crew.makepyfile(
        """
        from crew import work

        def test_it(traced_run, request):
            with traced_run("outer"):
                with traced_run("inner"):
                    work("writer")
            assert request.node.user_properties == [("closed", ("inner", 3)), ("closed", ("outer", 4))]
        """
    )
    crew.runpytest().assert_outcomes(passed=1)


def test_summary_hook_adds_lines_where_the_summary_is_printed(
    crew: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    crew.makeconftest(
        """
        def pytest_flock_trace_summary(config, tests):
            return [f"{len(tests)} tests, {sum(test.spans for test in tests)} spans"]
        """
    )
    crew.makepyfile("from crew import work\ndef test_a(): work('writer')\ndef test_b(): work('critic')")
    result = crew.runpytest("--flock-trace", *plugin_args)
    result.stdout.fnmatch_lines(["2 tests, 4 spans"])
    assert result.stdout.str().count("2 tests, 4 spans") == 1


def test_a_hook_that_fails_the_test_does_not_end_the_session(crew: pytest.Pytester) -> None:
    crew.makeconftest("import pytest\ndef pytest_flock_trace_span(span): pytest.fail('secret leaked')")
    crew.makepyfile("from crew import work\ndef test_a(): work('writer')\ndef test_b(): work('writer')")
    result = crew.runpytest("--flock-trace")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*the trace could not be read: Failed: secret leaked*"])


def test_summary_hook_may_return_one_line(crew: pytest.Pytester) -> None:
    crew.makeconftest("def pytest_flock_trace_summary(config, tests): return 'one line'")
    crew.makepyfile("def test_it(): pass")
    crew.runpytest("--flock-trace").stdout.fnmatch_lines(["one line"])
