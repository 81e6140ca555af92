"""A production file as a test: it loads in an ordinary test, whose failure explains itself by the file's spans."""

from __future__ import annotations

from pathlib import Path

import pytest
from flock_file import write

from pytest_flock_trace.model.span import Span


def invocation(agent: str, number: int, takes: str, gives: str) -> Span:
    """An agent's turn as Flock records it: with artifacts as JSON text in the arguments and the result."""
    attributes = {
        "agent.name": agent,
        "input.artifacts": f'[{{"id": "{takes}", "type": "crew.{takes[:-1].title()}"}}]',
        "output.value": f'[{{"id": "{gives}", "type": "crew.{gives[:-1].title()}"}}]',
    }
    times = {"start_ns": number * 1_000_000, "end_ns": number * 1_000_000 + 500_000}
    return Span("Agent.execute", span_id=str(number), parent_id="root", attributes=attributes, status="ok", **times)


LOOP = [
    Span("review", span_id="root", end_ns=9_000_000),
    invocation("writer", 1, "ticket1", "draft1"),
    invocation("critic", 2, "draft1", "review1"),
    invocation("writer", 3, "review1", "draft2"),
    Span("Flock.run_until_idle", span_id="9", parent_id="root", start_ns=4_000_000, end_ns=8_000_000),
]


@pytest.fixture
def production(crew: pytest.Pytester) -> pytest.Pytester:
    """A folder with a module `crew` and a trace file."""
    write(Path(crew.path) / "traces.duckdb", LOOP)
    return crew


def test_a_file_loads_in_a_test_with_the_fixture_or_the_import(production: pytest.Pytester, plugin_args):
    production.makepyfile(
        test_fixture="""
        from pytest_flock_trace import acyclic

        def test_it_goes_round(traced_run):
            trace = traced_run.load("traces.duckdb")
            assert acyclic() not in trace
            assert acyclic(max_rounds=1) in trace
            assert len(traced_run.test) == 0 and traced_run.runs == []
        """,
        test_import="""
        import pytest
        from pytest_flock_trace import dependencies, traced_run

        @pytest.fixture(scope="module")
        def trace():
            return traced_run.load("traces.duckdb")

        def test_its_edges(trace):
            assert [str(edge) for edge in dependencies(trace).edges] == [
                "(external) -> writer (Ticket)", "critic -> writer (Review)", "writer -> critic (Draft)"]
        """,
    )

    production.runpytest(*plugin_args).assert_outcomes(passed=2)


def test_a_failing_rule_lists_the_culprits_of_the_file(production: pytest.Pytester):
    production.makepyfile(
        """
        from pytest_flock_trace import acyclic

        def test_it_never_goes_round(traced_run):
            trace = traced_run.load("traces.duckdb")
            assert acyclic() in trace
        """
    )

    result = production.runpytest()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E *acyclic() in trace 'traces.duckdb': 1 cycle of artifacts: critic → writer → critic",
            "E *Agent.execute?critic?*at +2 ms*took Draft from writer*",
            "E *Agent.execute?writer?*at +3 ms*took Review from critic*",
        ]
    )


def test_failing_comparisons_list_them_too(production: pytest.Pytester):
    production.makepyfile(
        """
        import pytest
        from pytest_flock_trace import dependencies, span

        @pytest.fixture
        def trace(traced_run):
            return traced_run.load("traces.duckdb")

        def test_count(trace):
            assert trace.count(span(agent="critic")) == 0

        def test_missing(trace):
            assert span(agent="editor") in trace

        def test_cycles(trace):
            assert dependencies(trace).cycles == []
        """
    )

    result = production.runpytest()

    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(
        [
            "E *count of span(agent='critic') in trace 'traces.duckdb' is 1",
            "E *Agent.execute?critic?*at +2 ms*",
            "E *span(agent='editor') in trace 'traces.duckdb': none of 5 spans matches",
            "E *no span has agent='editor'; *",
            "E *critic → writer → critic",
            "E *Agent.execute?critic? -> Agent.execute?writer? by Review review1",
        ]
    )
    result.stdout.no_fnmatch_line("*(no spans)*")  # which would look as if the file had none


def test_what_can_t_be_loaded_is_one_line_of_the_report(production: pytest.Pytester):
    production.makepyfile(
        """
        def test_it(traced_run):
            traced_run.load("crew.py")
        """
    )

    result = production.runpytest()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *BadTraceFile: *crew.py': it is no trace file: *"])


def test_spans_of_a_file_pass_the_hooks_and_settings_of_the_test(production: pytest.Pytester):
    production.makeconftest(
        """
        import pytest_flock_trace

        def pytest_flock_trace_span(span):
            return pytest_flock_trace.DROP if span.name == "review" else None

        def pytest_flock_trace_artifacts(span):
            return (["key"], []) if span.agent == "nobody" else None
        """
    )
    with (Path(production.path) / "tox.ini").open("a") as ini:
        ini.write("\nflock_trace_wait = Agent.*\n")
    production.makepyfile(
        """
        def test_it(traced_run):
            trace = traced_run.load("traces.duckdb")
            assert trace.count("review") == 0
            assert [span.waits for span in trace] == [True, True, True, False]
        """
    )

    production.runpytest().assert_outcomes(passed=1)


def test_names_that_only_a_file_bears_are_no_misspellings(production: pytest.Pytester):
    production.makepyfile(
        """
        from crew import work
        from pytest_flock_trace import span

        def test_recorded(traced_run):
            with traced_run("short") as run:
                work("planner")
            assert span(agent="critic") not in run

        def test_loaded(traced_run):
            trace = traced_run.load("traces.duckdb")
            assert span(agent="plannr") not in trace
        """
    )

    result = production.runpytest("--flock-trace")

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*agent 'plannr' was never seen; did you mean 'planner'?*"])
    result.stdout.no_fnmatch_line("*agent 'critic' was never seen*")
