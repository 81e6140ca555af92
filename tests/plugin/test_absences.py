"""The session's list of names that checks were content not to find and that nobody ever produced."""

from __future__ import annotations

import pytest

SUITE = {
    "test_crew": """
        import re
        from crew import work
        from pytest_flock_trace import never, span

        def run_of(traced_run, *agents):
            with traced_run("review") as run:
                work(*agents)
            return run

        def test_not_in(traced_run):
            assert span(agent="critc") not in run_of(traced_run, "writer")

        def test_not_in_again(traced_run):
            assert span("chat", under=span(agent="critc")) not in run_of(traced_run, "writer")

        def test_never(traced_run):
            assert never(span("invoke_agnt *")) in run_of(traced_run, "writer")

        def test_count(traced_run):
            run = run_of(traced_run, "writer")
            assert run.count(span(tool=re.compile("^delte"))) == 0
            assert not run.find(span(attributes={"gen_ai.agnt.name": "critic"}))

        def test_of_another_test(traced_run):
            assert span(agent="critic") not in run_of(traced_run, "writer")

        def test_positive(traced_run):
            run = run_of(traced_run, "critic")
            assert span(agent="critic") in run
            assert span("chat", status="error") not in run
    """
}


def test_names_that_nobody_produced_are_listed_with_what_was_meant(
    crew: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    crew.makepyfile(**SUITE)
    result = crew.runpytest("--flock-trace", *plugin_args)
    result.assert_outcomes(passed=6)
    lines = result.outlines
    start = lines.index("checks that rest on names which no test produced:")
    listed = [line for line in lines[start + 1 :] if line.startswith("  ")]
    assert sorted(listed) == [
        "  agent 'critc' was never seen; did you mean 'critic'? (test_crew.py::test_not_in and 1 other test)",
        "  attribute 'gen_ai.agnt.name' was never seen; did you mean 'gen_ai.agent.name'? (test_crew.py::test_count)",
        "  name 'invoke_agnt *' was never seen; did you mean 'invoke_agent writer'? (test_crew.py::test_never)",
        "  tool /^delte/ was never seen (test_crew.py::test_count)",
    ]


def test_a_session_whose_absent_names_exist_elsewhere_lists_nothing(crew: pytest.Pytester) -> None:
    crew.makepyfile(**SUITE)
    result = crew.runpytest("--flock-trace", "-k", "another or positive")
    result.assert_outcomes(passed=2, deselected=4)
    result.stdout.no_fnmatch_line("*which no test produced*")


def test_a_check_that_fails_for_a_missing_span_is_no_absence_check(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        from crew import work
        from pytest_flock_trace import span

        def test_it(traced_run):
            with traced_run("review") as run:
                work("writer")
            assert span(agent="critic") in run
        """
    )
    result = crew.runpytest("--flock-trace")
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*which no test produced*")
