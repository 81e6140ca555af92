"""`--flock-trace-mutate`: what a suite's checks notice of the bugs that could befall what it recorded."""

from __future__ import annotations

import json
import re

import pytest

SUITE = """
    import pytest
    from crew import invocation, tracer
    from pytest_flock_trace import each, never, span, trajectory

    def work():
        for name in ("writer", "critic"):
            with invocation(name):
                with tracer.start_as_current_span("chat"):
                    pass

    @pytest.fixture
    def run(traced_run):
        with traced_run("review") as run:
            work()
        return run

    def test_a_nothing(run):
        pass

    def test_b_existence(run):
        assert span(agent="critic") in run

    def test_c_count(run):
        assert run.count(span(agent="critic")) == 1
        assert run.count(span(agent="writer")) == 1

    @pytest.mark.latency_budget("1s")
    def test_d_structure_without_status(run):
        assert trajectory(run, by="agent") == ["writer", "critic"]
        assert run.count("chat") == 2
        assert run.count(span("chat", child_of=span(agent="*"))) == 2
        assert run.count(span("chat", child_of=span(agent="writer"))) == 1
        assert run.count(span(agent="*", child_of=span("review"))) == 2

    @pytest.mark.latency_budget("1s")
    @pytest.mark.trace_contract(never(span(status="error")))
    def test_e_strong(run, trace_snapshot):
        assert run == trace_snapshot
        assert never(span(where=lambda one: one.unfinished)) in run
        assert run.count(span("chat", child_of=span(agent="writer"))) == 1
"""
ROW = re.compile(r"\s*(\d+)%\s+(\d+)\s+(\d+)\s+test_suite\.py::(test_\w+)")


@pytest.fixture
def suite(crew: pytest.Pytester) -> pytest.Pytester:
    crew.makepyfile(test_suite=SUITE)
    crew.runpytest("--snapshot-update").assert_outcomes(passed=5)
    return crew


def scores(result: pytest.RunResult) -> dict[str, int]:
    return {found[4]: int(found[1]) for line in result.outlines if (found := ROW.match(line))}


def test_the_score_orders_tests_by_what_they_notice(suite: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    result = suite.runpytest("--flock-trace-mutate", *plugin_args)
    result.assert_outcomes(passed=5)
    found = scores(result)
    assert found["test_b_existence"] < found["test_c_count"] < found["test_d_structure_without_status"]
    assert found["test_d_structure_without_status"] < found["test_e_strong"]
    assert found["test_e_strong"] >= 95
    assert "test_a_nothing" not in found
    result.stdout.fnmatch_lines(["do the assertions bite? * asking took *"])
    result.stdout.fnmatch_lines(["1 test recorded spans and checked nothing of them"])


def test_survivors_are_told_with_a_rule_that_would_notice(suite: pytest.Pytester) -> None:
    result = suite.runpytest("--flock-trace-mutate", "-vv", "-k", "existence")
    result.stdout.fnmatch_lines(
        [
            "nothing in test_suite.py::test_b_existence would notice if",
            "  invoke_agent writer",
            "    the writer never ran, nor 1 span below it; exactly(1, span(agent='writer')) would",
        ]
    )
    result.stdout.fnmatch_lines(["    the critic ran twice; exactly(1, span(agent='critic')) would"])
    result.stdout.fnmatch_lines(["    the critic failed; never(span(status='error')) would"])


def test_the_remedies_that_are_told_kill_what_survived(suite: pytest.Pytester) -> None:
    before = suite.runpytest("--flock-trace-mutate", "--flock-trace-report=before.json", "-k", "existence")
    before.assert_outcomes(passed=1, deselected=4)
    survivors = document(suite, "before.json")["tests"][0]["mutation"]["survivors"]
    remedies = sorted({survivor["remedy"] for survivor in survivors} - {""})
    rules = "".join(f"    assert {remedy} in run\n" for remedy in remedies)
    body = (
        suite.path.joinpath("test_suite.py")
        .read_text("utf-8")
        .replace("import each,", "import *; from pytest_flock_trace import each,")
    )
    suite.makepyfile(test_suite=body + "\ndef test_remedied(run):\n" + rules)
    after = suite.runpytest("--flock-trace-mutate", "-k", "remedied")
    after.assert_outcomes(passed=1, deselected=5)
    assert scores(after)["test_remedied"] == 100


def test_the_json_report_has_grades(suite: pytest.Pytester) -> None:
    suite.runpytest("--flock-trace-mutate", "--flock-trace-report=r.json").assert_outcomes(passed=5)
    whole = document(suite, "r.json")
    grades = {test["id"].partition("::")[2]: test["mutation"] for test in whole["tests"]}
    weak = grades["test_b_existence"]
    assert weak["mutants"] - weak["killed"] == len(weak["survivors"]) > 0
    assert weak["checks"] == 1
    assert {"span", "run", "sentence", "remedy"} == set(weak["survivors"][0])
    assert whole["mutation"]["mutants"] == sum(grade["mutants"] for grade in grades.values())
    assert whole["mutation"]["took_ns"] > 0


def test_without_the_flag_nothing_is_graded(suite: pytest.Pytester) -> None:
    result = suite.runpytest("--flock-trace", "--flock-trace-report=r.json")
    result.stdout.no_fnmatch_line("*bite*")
    whole = document(suite, "r.json")
    assert whole["mutation"] is None
    assert {json.dumps(test["mutation"]) for test in whole["tests"]} == {"null"}


def test_the_ini_value_grades_and_no_flock_trace_does_not(suite: pytest.Pytester) -> None:
    args = ("-o", "flock_trace_mutate=true")
    suite.runpytest(*args).stdout.fnmatch_lines(["do the assertions bite? *"])
    suite.runpytest(*args, "--no-flock-trace").stdout.no_fnmatch_line("*bite*")


def test_a_test_that_does_not_pass_is_not_graded(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest
        from crew import work
        from pytest_flock_trace import span

        def test_failing(traced_run):
            with traced_run("review") as run:
                work("writer")
            assert span(agent="writer") in run
            assert span(agent="critic") in run

        @pytest.mark.xfail
        def test_expected_to_fail(traced_run):
            with traced_run("review") as run:
                work("writer")
            assert span(agent="critic") in run
        """
    )
    result = crew.runpytest("--flock-trace-mutate")
    result.assert_outcomes(failed=1, xfailed=1)
    result.stdout.no_fnmatch_line("*bite*")


def test_a_run_of_a_module_is_checked_by_each_test_on_its_own(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest
        from crew import work
        from pytest_flock_trace import never, span

        @pytest.fixture(scope="module")
        def run(traced_run):
            with traced_run("review") as run:
                work("writer", "critic")
            return run

        def test_first(run):
            assert run.count(span(agent="critic")) == 1

        def test_second(run):
            assert never(span(status="error")) in run
        """
    )
    result = crew.runpytest("--flock-trace-mutate", "-vv")
    result.assert_outcomes(passed=2)
    told = "\n".join(result.outlines).split("nothing in ")[1:]
    second = next(text for text in told if text.partition(" ")[0].endswith("::test_second"))
    assert "the critic ran twice" in second
    assert "the critic failed" not in second


def test_what_a_test_does_with_spans_itself_is_owned_up_to(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        from crew import work
        from pytest_flock_trace import span

        def test_it(traced_run):
            with traced_run("review") as run:
                work("critic")
            assert run.one(span(agent="critic")).status == "unset"
            assert run.sql("select count(*) from spans").fetchone() == (3,)
        """
    )
    result = crew.runpytest("--flock-trace-mutate")
    result.stdout.fnmatch_lines(["  but it also looks at spans itself (one(), sql()), which nobody can ask again"])


def test_a_file_that_is_loaded_and_checked_is_changed_too(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        test_it="""
        from crew import work
        from pytest_flock_trace import span

        def test_recording(traced_run):
            with traced_run("review"):
                work("writer", "critic")

        def test_loading(traced_run):
            loaded = traced_run.load("first.duckdb")
            assert loaded.count(span(agent="critic")) == 1
        """
    )
    crew.runpytest("--flock-trace-store=first.duckdb", "-k", "recording").assert_outcomes(passed=1, deselected=1)
    result = crew.runpytest("--flock-trace-mutate", "-vv", "-k", "loading")
    result.assert_outcomes(passed=1, deselected=1)
    result.stdout.fnmatch_lines(["    the writer ran twice; exactly(1, span(agent='writer')) would"])
    result.stdout.no_fnmatch_line("*the critic ran twice*")


def test_a_run_inside_another_is_checked_as_the_part_that_it_is(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        from crew import work
        from pytest_flock_trace import span

        def test_it(traced_run):
            with traced_run("outer"):
                work("writer")
                with traced_run("inner") as inner:
                    work("critic")
            assert inner.count(span(agent="*")) == 1
            assert span(agent="critic", status="error") not in inner
        """
    )
    result = crew.runpytest("--flock-trace-mutate", "-vv")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*the critic ran twice*")
    result.stdout.no_fnmatch_line("*the critic failed*")
    result.stdout.no_fnmatch_line("  invoke_agent writer")
    result.stdout.fnmatch_lines(["    chat never ran;*"])


def test_each_example_of_hypothesis_counts(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        from crew import work
        from hypothesis import given, settings, strategies as st
        from pytest_flock_trace import span

        @settings(max_examples=5, deadline=None)
        @given(st.integers(1, 3))
        def test_it(traced_run, number):
            with traced_run("review") as run:
                work(*["critic"] * number)
            assert run.count(span(agent="critic")) == number
        """
    )
    result = crew.runpytest("--flock-trace-mutate", "-vv")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["    the critic (* of *) failed; never(span(status='error')) would"])
    result.stdout.no_fnmatch_line("*ran twice; exactly(*, span(agent='critic')) would*")


def test_a_budget_of_usage_is_asked_again(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest
        from crew import invocation, tracer
        from pytest_flock_trace import span

        @pytest.mark.usage_budget(calls=1)
        def test_it(traced_run):
            with traced_run("review") as run:
                with invocation("writer"):
                    attributes = {"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 3}
                    with tracer.start_as_current_span("chat", attributes=attributes):
                        pass
        """
    )
    result = crew.runpytest("--flock-trace-mutate", "-vv")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*ran twice*")
    result.stdout.fnmatch_lines(["    the writer failed; *"])


def document(pytester: pytest.Pytester, name: str):
    return json.loads(pytester.path.joinpath(name).read_text("utf-8"))
