"""`--flock-trace-baseline` and `--flock-trace-baseline-update`: what runs were like before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

TIMED = """
from opentelemetry import trace

MS = 1_000_000
EPOCH = 1_800_000_000 * 1_000_000_000

def review(traced_run, name="review", **agents):
    '''A run of these agents, one after the other, each with its milliseconds, which nobody waits for.'''
    length = sum(agents.values())
    with traced_run(name, attributes={"begin": EPOCH, "end": EPOCH + round(length * MS)}):
        moment = EPOCH
        for agent, milliseconds in agents.items():
            said = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": agent}
            span = trace.get_tracer("timed").start_span(f"invoke_agent {agent}", start_time=moment, attributes=said)
            moment += round(milliseconds * MS)
            span.end(end_time=moment)
"""
CONFTEST = """
def pytest_flock_trace_span(span):
    if span.run is not None:
        return span.replace(start_ns=span.attributes["begin"], end_ns=span.attributes["end"])
"""
SUITE = """
    import json
    import pytest
    from pathlib import Path
    from timed import review

    agents = json.loads(Path(__file__).with_name("agents.json").read_text())
    runs = agents.pop("runs", 1)

    def test_review(traced_run):
        for at in range(runs):
            review(traced_run, **{name: length + at / 10 for name, length in agents.items()})
"""
BEFORE = {"writer": 100, "critic": 210}


@pytest.fixture
def timed(crew: pytest.Pytester) -> pytest.Pytester:
    """A folder with a module `timed`, whose `review(traced_run, writer=100)` says how long it took."""
    crew.makepyfile(timed=TIMED)
    crew.makeconftest(CONFTEST)
    return crew


class Reviews:
    """A test that reviews as it is told, in one session after the other."""

    def __init__(self, pytester: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
        self._pytester = pytester
        self._plugin_args = plugin_args
        pytester.makepyfile(test_it=SUITE)

    @property
    def path(self) -> Path:
        return self._pytester.path / "baseline.json"

    def session(self, *arguments: str, runs: int = 1, **agents: float) -> pytest.RunResult:
        text = json.dumps({"runs": runs, **agents})
        (self._pytester.path / "agents.json").write_text(text, encoding="utf-8")
        return self._pytester.runpytest("-p", "no:cacheprovider", *arguments, *self._plugin_args)

    def update(self, runs: int = 1, **agents: float) -> pytest.RunResult:
        return self.session("--flock-trace-baseline-update=baseline.json", runs=runs, **agents)

    def compare(self, runs: int = 1, **agents: float) -> pytest.RunResult:
        return self.session("--flock-trace-baseline=baseline.json", runs=runs, **agents)


@pytest.fixture
def reviews(timed: pytest.Pytester, plugin_args: tuple[str, ...]) -> Reviews:
    return Reviews(timed, plugin_args)


@pytest.fixture
def alone(timed: pytest.Pytester) -> Reviews:
    """The same where xdist makes no difference."""
    return Reviews(timed, ())


def stored(path: Path) -> dict[str, dict[str, int]]:
    """How many samples there are of each run of each test."""
    tests = json.loads(path.read_text(encoding="utf-8"))["tests"]
    return {
        test.rpartition("::")[2]: {
            name: sum(len(entry["samples"]) for entry in entries) for name, entries in runs.items()
        }
        for test, runs in tests.items()
    }


def test_a_session_that_does_the_same_passes(reviews: Reviews) -> None:
    updated = reviews.update(runs=20, **BEFORE)
    updated.assert_outcomes(passed=1)
    updated.stdout.fnmatch_lines(["*= flock trace baseline =*", "added to baseline.json: 20 runs of 1 test"])
    assert stored(reviews.path) == {"test_review": {"review": 20}}

    same = reviews.compare(runs=10, **BEFORE)
    assert same.ret == 0
    same.stdout.fnmatch_lines(
        ["compared with baseline.json: 1 test of the same structure; the time of 1 run judged, nothing got slower"]
    )


def test_a_slower_agent_fails_the_session_and_is_named(reviews: Reviews) -> None:
    reviews.update(runs=20, **BEFORE)
    slower = reviews.compare(runs=10, writer=100, critic=306)
    slower.assert_outcomes(passed=1)
    assert slower.ret == pytest.ExitCode.TESTS_FAILED
    slower.stdout.fnmatch_lines(
        [
            "compared with baseline.json: 1 test of the same structure; the time of 1 run judged, 1 slower",
            "slower: test_it.py::test_review, run 'review': 312 ms → 407 ms (+95 ms, +30%; 20 runs in 1 session*)",
            "  of +95 ms, 95.5 ms are invoke_agent critic: 211 ms → 306 ms on the path",
        ]
    )


@pytest.mark.parametrize(
    ("agents", "told"),
    [
        (BEFORE | {"editor": 5}, ["*has another structure: 1 line added", "*in review", "*+ invoke_agent editor"]),
        ({"writer": 100}, ["*has another structure: 1 line missing", "*in review", "*- invoke_agent critic"]),
        ({"writer": 100, "author": 210}, ["*~ invoke_agent critic  →  invoke_agent author"]),
    ],
    ids=["added", "missing", "renamed"],
)
def test_a_run_that_does_something_else_fails_its_test(
    reviews: Reviews, agents: dict[str, float], told: list[str]
) -> None:
    reviews.update(runs=2, **BEFORE)
    result = reviews.compare(runs=2, **agents)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "baseline baseline.json: run 'review' has another structure: *",
            "if that is as it should be, --flock-trace-baseline-update=baseline.json takes it over",
            "*Captured trace*",
        ]
    )
    result.stdout.fnmatch_lines(told)
    result.stdout.no_fnmatch_line("*def test_review*")


def test_more_calls_are_counted(crew: pytest.Pytester) -> None:
    suite = """
        from crew import work

        def test_it(traced_run):
            with traced_run("review"):
                work({agents}, "critic")
        """
    crew.makepyfile(test_it=suite.format(agents="'writer'"))
    crew.runpytest("--flock-trace-baseline-update=b.json").assert_outcomes(passed=1)
    crew.makepyfile(test_it=suite.format(agents="'writer', 'writer', 'writer'"))
    result = crew.runpytest("--flock-trace-baseline=b.json")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*: 2 lines added", "*in review", "*+ invoke_agent writer ×2", "*+   chat"])
    result.stdout.fnmatch_lines(["compared with b.json: 0 tests of the same structure; no time judged"])


def test_a_run_that_was_added_or_is_missing_fails_its_test(timed: pytest.Pytester) -> None:
    suite = "from timed import review\n\ndef test_it(traced_run):\n    review(traced_run, {name!r}, writer=1)"
    timed.makepyfile(test_it=suite.format(name="first"))
    timed.runpytest("--flock-trace-baseline-update=b.json").assert_outcomes(passed=1)
    timed.makepyfile(test_it=suite.format(name="second"))
    result = timed.runpytest("--flock-trace-baseline=b.json")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["baseline b.json: run 'first' is missing", "baseline b.json: run 'second' was added"])


def test_with_few_runs_time_is_told_and_not_judged(reviews: Reviews) -> None:
    reviews.update(runs=20, **BEFORE)
    result = reviews.compare(runs=1, writer=100, critic=420)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "compared with baseline.json: 1 test of the same structure; no time judged",
            "not enough runs to judge the time of 1 run; repeat them or their test:",
            "  test_it.py::test_review, run 'review': 20 before, 1 now, needs 5 now; 312 ms → 520 ms",
        ]
    )


def test_sessions_add_up(alone: Reviews) -> None:
    for _ in range(3):
        alone.update(runs=2, **BEFORE)

    assert stored(alone.path) == {"test_review": {"review": 6}}


def test_present_runs_add_up_over_sessions_in_a_file_of_their_own(alone: Reviews) -> None:
    alone.update(runs=20, **BEFORE)
    both = "--flock-trace-baseline=baseline.json", "--flock-trace-baseline-update=now.json"
    verdicts = [alone.session(*both, runs=2, writer=100, critic=306) for _ in range(3)]

    assert [verdict.ret for verdict in verdicts] == [0, 0, 1]
    verdicts[-1].stdout.fnmatch_lines(
        ["slower: *; 20 runs in 1 session before, 6 now; *", "added to now.json: 2 runs*"]
    )
    assert stored(alone.path) == {"test_review": {"review": 20}}


def test_in_another_environment_only_structure_is_compared(alone: Reviews) -> None:
    alone.update(runs=20, **BEFORE)
    file = json.loads(alone.path.read_text(encoding="utf-8"))
    ((name, facts),) = file["environments"].items()
    facts |= {"python": "2.7", "gpus": "8"}
    alone.path.write_text(json.dumps(file).replace(f'"{name}"', '"elsewhere"'), encoding="utf-8")
    slower = alone.compare(runs=10, writer=100, critic=306)
    assert slower.ret == 0
    slower.stdout.fnmatch_lines(
        [
            "recorded in another environment (gpus 8 → (none), python 2.7 → 3.*), so time is told, not judged:",
            "  test_it.py::test_review, run 'review': 312 ms → 407 ms (+95 ms, +30%)",
        ]
    )
    alone.compare(writer=100).assert_outcomes(failed=1)


def test_a_baseline_that_is_not_there_is_said_before_any_test_runs(reviews: Reviews) -> None:
    result = reviews.compare(**BEFORE)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["*flock-trace: there is no baseline 'baseline.json' yet; --flock-trace-baseline-update=baseline.json makes it"]
    )
    assert "Traceback" not in result.stderr.str()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("<<<<<<< ours", "baseline 'baseline.json' is no JSON: *"),
        ('{"version": 99}', "baseline 'baseline.json' has version 99; *"),
        ('{"version": 1, "tests": 7}', "baseline 'baseline.json' has 7 in tests, where an object should stand"),
        (b"\xff\xff", "baseline 'baseline.json' can't be read: *"),
        (None, "baseline 'baseline.json' can't be read: *"),
    ],
    ids=["no JSON", "version", "shape", "encoding", "folder"],
)
@pytest.mark.parametrize("flag", ["--flock-trace-baseline", "--flock-trace-baseline-update"])
def test_a_file_that_is_no_baseline_is_one_clear_line_and_left_alone(
    alone: Reviews, flag: str, text: str | bytes | None, complaint: str
) -> None:
    if text is None:
        alone.path.mkdir()
    else:
        alone.path.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = alone.session(f"{flag}=baseline.json", **BEFORE)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*flock-trace: {complaint}"])
    assert "Traceback" not in result.stderr.str()
    assert text is None or alone.path.read_bytes() == (text if isinstance(text, bytes) else text.encode())


def test_a_file_that_can_not_be_written_fails_the_session(alone: Reviews) -> None:
    (alone.path.parent / "file").touch()
    result = alone.session("--flock-trace-baseline-update=file/baseline.json", **BEFORE)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["baseline 'file/baseline.json' can't be *"])


MANY = """
    import pytest
    from timed import review

    @pytest.mark.parametrize("topic", ["bees", "wasps"])
    def test_review(traced_run, topic):
        review(traced_run, writer=1)

    def test_that_fails(traced_run):
        review(traced_run, writer=1)
        assert 1 == 2

    @pytest.mark.xfail
    def test_that_is_known_to_fail(traced_run):
        review(traced_run, writer=1)
        assert 1 == 2

    def test_without_a_run():
        pass
"""


def test_passing_tests_are_kept_each_by_its_id(timed: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    timed.makepyfile(test_it=MANY)
    result = timed.runpytest("--flock-trace-baseline-update=new/b.json", *plugin_args)
    result.assert_outcomes(passed=3, failed=1, xfailed=1)
    result.stdout.fnmatch_lines(
        [
            "added to new/b.json: 2 runs of 2 tests",
            "left out, no run; open one with `with traced_run(...)`: 1 test",
            "  test_it.py::test_without_a_run",
        ]
    )
    path = timed.path / "new" / "b.json"
    assert stored(path) == {"test_review[bees]": {"review": 1}, "test_review[wasps]": {"review": 1}}
    assert [file.name for file in path.parent.iterdir()] == ["b.json"], "nothing else is left behind"


def test_a_part_of_the_suite_leaves_the_rest_of_the_file_as_it_is(timed: pytest.Pytester) -> None:
    timed.makepyfile(test_it=MANY)
    timed.runpytest("--flock-trace-baseline-update=b.json")
    result = timed.runpytest("--flock-trace-baseline-update=b.json", "-k", "bees")
    result.stdout.fnmatch_lines(["added to b.json: 1 run of 1 test; 1 other test kept"])
    assert stored(timed.path / "b.json") == {"test_review[bees]": {"review": 2}, "test_review[wasps]": {"review": 1}}


def test_a_session_without_a_run_leaves_the_file_as_it_is(timed: pytest.Pytester) -> None:
    timed.makepyfile(test_it=MANY)
    timed.runpytest("--flock-trace-baseline-update=b.json", "-k", "without").stdout.fnmatch_lines(
        ["b.json stays as it is: no test that passed had a run"]
    )
    timed.runpytest("--flock-trace-baseline-update=b.json", "--collect-only")
    assert not (timed.path / "b.json").exists()


def test_a_test_that_the_baseline_lacks_is_counted_and_passes(timed: pytest.Pytester) -> None:
    timed.makepyfile(test_it=MANY)
    timed.runpytest("--flock-trace-baseline-update=b.json", "-k", "bees")
    result = timed.runpytest("--flock-trace-baseline=b.json", "-k", "test_review")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "compared with b.json: 1 test of the same structure; no time judged",
            "not in the baseline, --flock-trace-baseline-update adds them: 1 test",
            "  test_it.py::test_review?wasps?",
        ]
    )


def test_repetitions_of_a_test_are_one_test(timed: pytest.Pytester) -> None:
    pytest.importorskip("pytest_repeat")
    timed.makepyfile(test_it=MANY)
    timed.runpytest("--flock-trace-baseline-update=b.json", "--count=3", "-k", "test_review")
    assert stored(timed.path / "b.json") == {"test_review[bees]": {"review": 3}, "test_review[wasps]": {"review": 3}}


@pytest.mark.usefixtures("rerunfailures")
def test_of_a_test_that_was_run_again_the_attempt_that_passed_is_kept(timed: pytest.Pytester) -> None:
    timed.makepyfile(
        """
        from timed import review

        attempts = []

        def test_flaky(traced_run):
            attempts.append(1)
            review(traced_run, writer=1)
            assert len(attempts) == 2
        """
    )
    timed.runpytest_subprocess("--flock-trace-baseline-update=b.json", "--reruns=2")
    assert stored(timed.path / "b.json") == {"test_flaky": {"review": 1}}


def test_a_run_that_fixtures_share_or_hold_open_is_compared_and_counts_once(timed: pytest.Pytester) -> None:
    suite = """
        import pytest
        from timed import review

        @pytest.fixture(scope="module")
        def shared(traced_run):
            review(traced_run, "shared", {agents})

        @pytest.fixture
        def held(traced_run):
            with traced_run("held", attributes={{"begin": 0, "end": 1}}) as run:
                yield run
                {late}

        @pytest.mark.repeat(2)
        def test_it(shared, held):
            pass
        """
    timed.makeini("[pytest]\nmarkers = repeat: by pytest-repeat, where it is installed")
    timed.makepyfile(test_it=suite.format(agents="writer=1", late="pass"))
    timed.runpytest("--flock-trace-baseline-update=b.json")
    assert stored(timed.path / "b.json")["test_it"]["shared"] == 1
    timed.makepyfile(test_it=suite.format(agents="writer=1", late="from crew import work; work('critic')"))
    result = timed.runpytest("--flock-trace-baseline=b.json")
    result.stdout.fnmatch_lines(
        ["*ERROR at teardown of test_it*", "baseline b.json: run 'held' has another structure*"]
    )
    timed.makepyfile(test_it=suite.format(agents="critic=1", late="pass"))
    result = timed.runpytest("--flock-trace-baseline=b.json")
    result.stdout.fnmatch_lines(["baseline b.json: run 'shared' has another structure: 1 line relabelled"])
    result.stdout.no_fnmatch_line("*ERROR at teardown*")


def test_a_run_may_be_known_with_several_structures(timed: pytest.Pytester) -> None:
    suite = """
        from timed import review

        def test_it(traced_run):
            for agents in {runs}:
                review(traced_run, **agents)
        """
    timed.makepyfile(test_it=suite.format(runs=[{"fill": 5, "read": 1}, {"read": 1}, {"read": 1}]))
    timed.runpytest("--flock-trace-baseline-update=b.json").assert_outcomes(passed=1)
    timed.runpytest("--flock-trace-baseline=b.json").assert_outcomes(passed=1)
    timed.makepyfile(test_it=suite.format(runs=[{"read": 1}, {"fill": 5, "read": 1, "close": 1}]))
    result = timed.runpytest("--flock-trace-baseline=b.json")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*: 1 line added", "*in review", "*+ invoke_agent close"])


def test_property_tests_are_left_out(timed: pytest.Pytester) -> None:
    timed.makepyfile(
        test_it="""
        from hypothesis import given, strategies as st
        from timed import review

        @given(st.integers(1, 3))
        def test_property(traced_run, number):
            review(traced_run, **{f"agent {at}": 1 for at in range(number)})
        """
    )
    result = timed.runpytest("--flock-trace-baseline-update=b.json")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["left out, property tests do something else in every example: 1 test"])


def test_nothing_captured_is_no_baseline(crew: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    crew.makepyfile("def test_it(traced_run):\n    with traced_run('review'):\n        pass")
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    result = crew.runpytest_subprocess("--flock-trace-baseline-update=b.json")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["b.json stays as it is: *"])


def test_names_that_are_hidden_are_no_part_of_the_structure(timed: pytest.Pytester) -> None:
    suite = "from timed import review\n\ndef test_it(traced_run):\n    review(traced_run, {agents})"
    timed.makeini("[pytest]\nflock_trace_hide = *session-*")
    for agents in ("**{'session-1': 1}, writer=1", "writer=1, **{'session-2': 1}"):
        timed.makepyfile(test_it=suite.format(agents=agents))
        timed.runpytest("--flock-trace-baseline-update=b.json")
    assert stored(timed.path / "b.json") == {"test_it": {"review": 2}}


def test_ini_values_mean_the_same_from_the_folder_that_they_stand_in(timed: pytest.Pytester) -> None:
    timed.makeini("[pytest]\nflock_trace_baseline = b.json\nflock_trace_baseline_update = b.json")
    folder = timed.mkdir("inner")
    (folder / "test_it.py").write_text("from timed import review\ndef test_it(traced_run): review(traced_run, a=1)")
    timed.syspathinsert()
    timed.chdir()
    assert timed.runpytest("--no-flock-trace", "inner").ret == 0
    assert not (timed.path / "b.json").exists()
    timed.runpytest("--rootdir=.", "inner").stdout.fnmatch_lines(["added to b.json: 1 run of 1 test"])
    timed.makeini("[pytest]\nflock_trace_baseline = b.json")
    timed.runpytest("inner").stdout.fnmatch_lines(["compared with b.json: 1 test of the same structure; *"])
    result = timed.runpytest("inner", "--flock-trace-baseline-update=b.json")
    result.stdout.fnmatch_lines(["added to b.json: 1 run of 1 test"])
    result.stdout.no_fnmatch_line("compared with *")


def test_an_expected_failure_may_be_that_of_the_structure(timed: pytest.Pytester) -> None:
    suite = (
        "import pytest\nfrom timed import review\n{mark}\ndef test_it(traced_run):\n    review(traced_run, {agent}=1)"
    )
    timed.makepyfile(test_it=suite.format(mark="", agent="writer"))
    timed.runpytest("--flock-trace-baseline-update=b.json").assert_outcomes(passed=1)
    timed.makepyfile(test_it=suite.format(mark="@pytest.mark.xfail", agent="critic"))
    timed.runpytest("--flock-trace-baseline=b.json").assert_outcomes(xfailed=1)


def test_a_broken_hook_is_told_and_nothing_kept(timed: pytest.Pytester) -> None:
    timed.makeconftest("def pytest_flock_trace_span(span): raise RuntimeError('oops')")
    timed.makepyfile(test_it="from timed import review\ndef test_it(traced_run): review(traced_run, a=1)")
    result = timed.runpytest("--flock-trace-baseline-update=b.json")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["left out, the trace could not be read: RuntimeError: oops: 1 test"])
