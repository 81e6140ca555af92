"""Property tests: each example is a test of its own in what it records, and the last one is what is shown."""

from __future__ import annotations

import json
import re

import duckdb
import pytest

HEAD = """
import pytest
from hypothesis import assume, example, given, settings, strategies as st
from opentelemetry import trace
from pytest_flock_trace import at_least, never, span, traced_run as runs

tracer = trace.get_tracer("suite")
quick = settings(max_examples=20, database=None, derandomize=True, deadline=None)

def work(*names):
    for name in names:
        with tracer.start_as_current_span(name):
            pass
"""


def suite(pytester: pytest.Pytester, body: str) -> pytest.Pytester:
    pytester.makepyfile(test_it=HEAD + body)
    return pytester


def test_an_example_sees_its_own_runs_trace_and_store_alone(
    crew: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    suite(
        crew,
        """
@quick
@given(number=st.integers(0, 5))
def test_it(traced_run, trace_store, number):
    assert trace_store.sql("select count(*) from spans").fetchone() == (0,)
    work(*["outside"] * number)
    with traced_run(f"run {number}") as run:
        work("inside")
    assert [run.name for run in traced_run.runs] == [f"run {number}"]
    assert traced_run.test.count("outside") == number
    assert traced_run.test.count("inside") == run.count("inside") == 1
    assert trace_store.sql("select count(*) from spans").fetchone() == (number + 2,)
""",
    )
    crew.runpytest(*plugin_args).assert_outcomes(passed=1)


def test_an_example_with_as_many_spans_as_the_last_is_not_taken_for_it(crew: pytest.Pytester) -> None:
    suite(
        crew,
        """
@quick
@given(number=st.integers())
def test_it(traced_run, trace_store, number):
    work(f"step {number}")
    assert [span.name for span in traced_run.test] == [f"step {number}"]
    assert trace_store.sql("select name from spans").fetchall() == [(f"step {number}",)]
""",
    )
    crew.runpytest().assert_outcomes(passed=1)


def test_examples_of_async_tests_are_told_apart(crew: pytest.Pytester) -> None:
    suite(
        crew,
        """
import asyncio

@pytest.mark.asyncio
@quick
@given(number=st.integers(0, 3))
async def test_it(traced_run, number):
    async def step():
        work("inside")
    async with traced_run(f"run {number}") as run:
        await asyncio.gather(*[step() for _ in range(number)], asyncio.to_thread(work, "inside"))
    assert traced_run.runs == [run]
    assert traced_run.test.count("inside") == number + 1
""",
    )
    crew.runpytest().assert_outcomes(passed=1)


STATES = """
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

class Crew(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        assert runs.runs == []
        self.steps = 0

    @rule(name=st.sampled_from(["plan", "write"]))
    def step(self, name):
        with runs(name):
            work(name)
        self.steps += 1

    @invariant()
    def every_step_is_a_run(self):
        assert len(runs.runs) == self.steps
        assert {check}

TestCrew = Crew.TestCase
TestCrew.settings = quick
"""


def test_examples_of_state_machines_are_told_apart(crew: pytest.Pytester) -> None:
    suite(crew, STATES.format(check="runs.test.count('*') == 2 * self.steps"))
    crew.runpytest("--flock-trace").assert_outcomes(passed=1)


def test_a_failing_state_machine_shows_the_fewest_steps(crew: pytest.Pytester) -> None:
    suite(crew, STATES.format(check="runs.test.count('write') < 4"))
    result = crew.runpytest("--flock-trace")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*Captured trace of the failing example, of * that ran*"])
    assert names(section(result)) == ["write"] * 4


def section(result: pytest.RunResult) -> list[str]:
    """The lines below the heading of the captured trace."""
    lines = result.outlines
    first = next(at for at, line in enumerate(lines) if "- Captured trace" in line)
    rest = lines[first + 1 :]
    return rest[: next((at for at, line in enumerate(rest) if line.startswith(("---", "==="))), len(rest))]


def names(lines: list[str]) -> list[str]:
    """The first words of what spans are called."""
    return [line.strip("✗▶ ").split()[0] for line in lines]


def test_a_rule_that_random_workflows_break_fails_with_the_smallest_tree_that_does(crew: pytest.Pytester) -> None:
    suite(
        crew,
        """
from pytest_flock_trace.strategies import workflows

@settings(max_examples=2_000, database=None, derandomize=True, deadline=None)
@given(plan=workflows())
def test_it(traced_run, plan):
    done = {}
    with traced_run("replay") as run:
        for step in plan:
            parent = plan.parent(step)
            context = None if parent is None else trace.set_span_in_context(done[parent.span_id])
            done[step.span_id] = tracer.start_span(step.name, context, attributes=step.attributes)
            if step.failed:
                done[step.span_id].set_status(trace.StatusCode.ERROR)
        for open_yet in done.values():
            open_yet.end()
    assert span(status="error", under=span("execute_tool *")) not in run
""",
    )
    result = crew.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*Captured trace of the failing example, of * that ran*"])
    shown = [re.fullmatch(r"(.)▶ ( *)(.*?)  +[\d.]+ [mµ]s(  ERROR)?", line) for line in section(result)]
    assert [None if line is None else (len(line[2]), line[3], line[1]) for line in shown] == [
        (0, "replay", " "),
        (2, "invoke_agent writer", " "),
        (4, "execute_tool search", " "),
        (6, "chat small-model", "✗"),
    ]


def test_what_examples_recorded_is_freed(crew: pytest.Pytester) -> None:
    crew.makeconftest("from pytest_flock_trace.plugin import budgets\nbudgets._MOST = 15")
    suite(
        crew,
        """
import gc
from pytest_flock_trace import TracedRun
from pytest_flock_trace.capture.ledger import Row

def alive():
    gc.collect()
    kinds = [type(thing) for thing in gc.get_objects()]
    return kinds.count(Row), kinds.count(TracedRun)

seen = [alive()]

@pytest.mark.latency_budget("1h")
@pytest.mark.usage_budget(calls=99)
@pytest.mark.trace_contract(never("absent", vacuous_ok=True))
@settings(quick, max_examples=30)
@given(number=st.integers())
def test_it(traced_run, trace_store, number):
    seen.append(alive())
    with traced_run("review"), tracer.start_as_current_span("chat", attributes={"gen_ai.operation.name": "chat"}):
        work("step")
    assert trace_store.sql("select count(*) from spans").fetchone() == (3,)

def test_end():
    (rows_before, runs_before), *others = seen
    assert len(others) == 30
    for rows, runs in others[6:]:  # the last example, the few that are kept, and for each budget one that used most
        assert rows - rows_before <= 3 * 9
        assert runs - runs_before <= 9
""",
    )
    crew.runpytest_subprocess("--flock-trace").assert_outcomes(passed=2)


def test_the_number_of_examples_is_that_of_a_session_without_the_plugin(crew: pytest.Pytester) -> None:
    suite(
        crew,
        """
tried = []

@settings(max_examples=300, database=None, derandomize=True, report_multiple_bugs=False)
@given(numbers=st.lists(st.integers(0, 99)))
def test_it(numbers):
    tried.append(numbers)
    with open("tried.txt", "w") as file:
        file.write(repr(tried))
    with runs("sum"):
        work(*map(str, numbers))
    assert sum(numbers) < 90
""",
    )
    crew.runpytest("--flock-trace").assert_outcomes(failed=1)
    recorded = (crew.path / "tried.txt").read_text(encoding="utf-8")
    crew.runpytest("-p", "no:flock_trace").assert_outcomes(failed=1)

    assert (crew.path / "tried.txt").read_text(encoding="utf-8") == recorded
    assert recorded.count("[") > 20


def test_a_contract_that_an_example_breaks_fails_that_example_which_is_made_small(crew: pytest.Pytester) -> None:
    suite(
        crew,
        """
@pytest.mark.trace_contract(never("write 1?", vacuous_ok=True))
@quick
@given(numbers=st.lists(st.integers(0, 50), max_size=5))
def test_it(traced_run, numbers):
    with traced_run("review"):
        work("begin", *(f"write {number}" for number in numbers))
""",
    )
    result = crew.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*trace_contract: never(span('write 1[?]'))*"])
    result.stdout.fnmatch_lines(["*numbers=[[]10],"])
    assert names(section(result)) == ["review", "begin", "write"]


def test_a_contract_on_a_test_without_runs_holds_each_of_its_examples(crew: pytest.Pytester) -> None:
    suite(
        crew,
        """
@pytest.mark.trace_contract(never("write 1?", vacuous_ok=True))
@quick
@given(numbers=st.lists(st.integers(0, 50), max_size=5))
def test_it(numbers):
    work("begin", *(f"write {number}" for number in numbers))
""",
    )
    result = crew.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*trace_contract: never(span('write 1[?]'))*"])
    result.stdout.fnmatch_lines(["*numbers=[[]10],"])
    assert names(section(result)) == ["begin", "write"]


def test_an_example_that_hypothesis_gives_up_is_held_against_no_contract(crew: pytest.Pytester) -> None:
    suite(
        crew,
        """
@pytest.mark.trace_contract(at_least(1, "write"))
@quick
@given(number=st.integers(0, 9))
def test_it(number):
    work("begin")
    assume(number > 1)
    work("write")
""",
    )
    crew.runpytest().assert_outcomes(passed=1)


def test_a_contract_on_a_test_of_which_no_example_does_a_thing_is_not_kept(crew: pytest.Pytester) -> None:
    suite(
        crew,
        """
@pytest.mark.trace_contract(never("write"))
@quick
@given(number=st.integers())
def test_it(traced_run, number):
    assert traced_run.runs == []
""",
    )
    result = crew.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*trace_contract: *"])


CLOCK = """
def pytest_flock_trace_span(span):
    "Runs last as many seconds as their names end in."
    return span.replace(start_ns=0, end_ns=1 if span.run is None else int(span.run.split()[-1]) * 1_000_000_000)
"""
BUDGETED = """
@pytest.mark.{marker}
@quick
@example(20)
@example(60)
@given(tokens=st.integers(0, 50))
def test_it(traced_run, tokens):
    with traced_run(f"review {{tokens}}"):
        if tokens:
            attributes = {{"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": tokens}}
            with tracer.start_as_current_span("chat", attributes=attributes):
                pass
    assert len(traced_run.runs) == 1
"""


def test_a_budget_is_judged_once_and_the_run_that_breaks_it_is_shown(timed: pytest.Pytester) -> None:
    timed.makepyfile(test_it=HEAD + BUDGETED.format(marker='latency_budget("55s")'))
    timed.makeconftest(CLOCK)
    result = timed.runpytest("--flock-trace-report=out.json")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*latency_budget('55s'): run 'review 60' took 1 min, 5 s over*", "*of the run that used most, of *"]
    )
    assert names(section(result)) == ["review", "chat"]
    result.stdout.no_fnmatch_line("*Falsifying*")
    (test,) = json.loads((timed.path / "out.json").read_text(encoding="utf-8"))["tests"]
    assert [run["name"] for run in test["runs"]] == ["review 60"]


@pytest.mark.parametrize(("tokens", "outcome"), [(5_999, "failed"), (6_000, "passed")])
def test_budgets_add_up_over_more_examples_than_are_kept(crew: pytest.Pytester, tokens: int, outcome: str) -> None:
    crew.makeconftest("from pytest_flock_trace.plugin import budgets\nbudgets._MOST = 7")
    suite(
        crew,
        f"""
@pytest.mark.usage_budget(tokens={tokens}, calls=60)
@pytest.mark.latency_budget("1h")
@pytest.mark.latency_budget("1h", span="rare")
@settings(quick, max_examples=60)
@given(number=st.integers())
def test_it(traced_run, number):
    seen.append(number)
    attributes = {{"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 100}}
    with traced_run(f"review"), tracer.start_as_current_span("chat", attributes=attributes):
        work(*["rare"] * (len(seen) == 30))

seen = []
""",
    )
    result = crew.runpytest_subprocess("--flock-trace")
    result.assert_outcomes(**{outcome: 1})
    result.stdout.fnmatch_lines(["*6,000 tokens*"])


def test_a_budget_whose_subject_occurs_in_no_example_is_not_kept(crew: pytest.Pytester) -> None:
    suite(crew, BUDGETED.format(marker="latency_budget('9s', span='absent')"))
    result = crew.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*'absent'*matches no span*"])


def test_the_budget_of_the_session_limits_the_runs_of_every_example(timed: pytest.Pytester) -> None:
    timed.makepyfile(
        test_it=HEAD
        + """
@quick
@example(40)
@given(seconds=st.integers(1, 9))
def test_it(traced_run, seconds):
    with traced_run(f"review {seconds}"):
        pass

@quick
@given(seconds=st.integers(1, 9))
def test_without_a_run(seconds):
    work("begin")
"""
    )
    result = timed.runpytest("--flock-trace-budget=30s")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["*run 'review 40' took 40 s*", "the session's budget does not judge 1 test without a run"]
    )


def test_the_trace_file_has_the_example_that_is_shown(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    suite(
        crew,
        """
@quick
@given(numbers=st.lists(st.integers(0, 50), max_size=5))
def test_it(traced_run, numbers):
    with traced_run("review"):
        work("begin", *(f"write {number}" for number in numbers))
    assert max(numbers, default=0) < 10
""",
    )
    crew.runpytest("--flock-trace-store=out.duckdb", *plugin_args).assert_outcomes(failed=1)
    with duckdb.connect(str(crew.path / "out.duckdb"), read_only=True) as file:
        assert [name for (name,) in file.sql("select name from spans order by start_time").fetchall()] == [
            "review",
            "begin",
            "write 10",
        ]


def test_the_summary_counts_the_examples_of_which_it_tells_the_last(crew: pytest.Pytester) -> None:
    suite(
        crew,
        """
@quick
@given(number=st.integers())
def test_it(traced_run, number):
    with traced_run("review"):
        work("begin")
""",
    )
    result = crew.runpytest("--flock-trace", "--flock-trace-report=out.json")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["test_it.py::test_it (20 examples) * 0/1 *"])
    assert '"examples": 20' in (crew.path / "out.json").read_text(encoding="utf-8")


def test_a_name_that_any_example_produced_is_not_told_as_never_seen(crew: pytest.Pytester) -> None:
    suite(
        crew,
        """
seen = []

@quick
@given(number=st.integers())
def test_it(traced_run, number):
    seen.append(number)
    with traced_run("review") as run:
        work("begin", *(["write"] if len(seen) == 3 else []))
    assert len(seen) == 3 or span("write") not in run
    assert span("wrote") not in run
""",
    )
    result = crew.runpytest("--flock-trace")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["  name 'wrote' was never seen*"])
    result.stdout.no_fnmatch_line("*name 'write'*")


def test_what_fixtures_recorded_is_there_in_every_example(crew: pytest.Pytester) -> None:
    suite(
        crew,
        """
@pytest.fixture(scope="module")
def prepared(traced_run):
    with traced_run("prepare") as run:
        work("set up")
    return run

@pytest.fixture(scope="module")
def late(traced_run):
    with traced_run("late") as run:
        pass
    return run

@quick
@given(number=st.integers())
def test_it(traced_run, prepared, request, number):
    with traced_run("review") as run:
        work("begin")
    request.getfixturevalue("late")
    assert {one.name for one in traced_run.runs} == {"prepare", "review", "late"}
    assert len(traced_run.runs) == 3
    assert span("set up") in traced_run.test
""",
    )
    crew.runpytest().assert_outcomes(passed=1)


def test_a_run_that_surrounds_all_examples_holds_them_all(crew: pytest.Pytester) -> None:
    suite(
        crew,
        """
def test_it(traced_run):
    tried = []

    @quick
    @given(number=st.integers())
    def each(number):
        tried.append(number)
        with traced_run("one"):
            work("step")

    with traced_run("all") as run:
        each()
    assert run.count("step") == len(tried) == 20
    assert [run.name for run in traced_run.runs] == ["all", *["one"] * 20]
""",
    )
    crew.runpytest().assert_outcomes(passed=1)


OBSERVED = """
@quick
@given(number=st.integers(0, 5))
def test_it(traced_run, number):
    for name in ("review", "review", "other"):
        with traced_run(name):
            work(*["step"] * number)
            with tracer.start_as_current_span("chat", attributes=CHAT):
                pass

CHAT = {"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 5, "gen_ai.usage.output_tokens": 2}
"""


@pytest.mark.parametrize("observed", [True, False])
def test_who_observes_examples_is_told_of_spans_critical_path_and_tokens(
    crew: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, observed: bool
) -> None:
    suite(crew, OBSERVED)
    if observed:
        monkeypatch.setenv("HYPOTHESIS_EXPERIMENTAL_OBSERVABILITY_NOCOVER", "1")

    said = crew.runpytest_subprocess("--hypothesis-show-statistics")

    said.assert_outcomes(passed=1)
    files = [*crew.path.glob(".hypothesis/observed/*testcases.jsonl")]
    assert bool(files) == observed
    for line in "".join(file.read_text() for file in files).splitlines():
        case = json.loads(line)
        told = {name.removeprefix("target:"): value for name, value in case["features"].items()}
        assert told.keys() == {
            f"{what} of {run}" for what in ("spans", "critical path in ms", "tokens") for run in ("review", "other")
        }
        assert told["tokens of review"] == 7
        assert f"number={told['spans of other'] - 2}," in case["representation"]
