"""Six ways in which a test of a trace can pass and prove nothing; none of them passes here."""

from __future__ import annotations

import pytest

RUN = """
    import pytest
    from crew import invocation, tracer, work
    from pytest_flock_trace import acyclic, interop, never, span, trajectory

    @pytest.fixture
    def run(traced_run):
        with traced_run("review") as run:
            work("writer")
        return run
"""


def outcome_of(crew: pytest.Pytester, test: str) -> pytest.RunResult:
    crew.makepyfile(RUN + test)
    return crew.runpytest("-p", "no:asyncio")


@pytest.mark.parametrize(
    "claim",
    [
        'assert ~span(tool="delete_database") in run',
        'assert interop.span_query({"not_": {"name_equals": "delete_database"}}) in run',
    ],
)
def test_that_some_span_is_not_the_forbidden_one_is_no_claim(crew: pytest.Pytester, claim: str) -> None:
    result = outcome_of(
        crew,
        f"""
    def test_never_calls_delete_database(run):
        {claim}
    """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *BadPattern: ~span(*) says only what a span is not*never(span(*))"])


def test_agents_that_delegate_in_circles_are_found(crew: pytest.Pytester) -> None:
    result = outcome_of(
        crew,
        """
    def test_no_circular_delegation(traced_run):
        with traced_run("review") as run:
            with invocation("critic"), invocation("writer"), invocation("critic"), invocation("writer"):
                pass
        assert acyclic() in run
    """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *assert acyclic() in run 'review': 1 cycle of calls: critic → writer → critic"])


@pytest.mark.parametrize(
    "claim", ['span(status="error") not in run', 'never(span(tool="delete_database")) in run', "acyclic() in run"]
)
def test_an_empty_capture_proves_nothing(crew: pytest.Pytester, claim: str) -> None:
    result = outcome_of(
        crew,
        f"""
    def test_it(traced_run):
        with traced_run("review") as run:
            pass
        assert {claim}
    """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *NothingCaptured: nothing was captured in run 'review', so *"])


def test_a_coroutine_that_was_never_awaited_proves_nothing(crew: pytest.Pytester) -> None:
    result = outcome_of(
        crew,
        """
    async def review():
        work("writer")

    def test_it(traced_run):
        with traced_run("review") as run:
            review().close()
        assert span(status="error") not in run
    """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *NothingCaptured: *"])


def test_an_async_test_that_nobody_runs_does_not_pass(crew: pytest.Pytester) -> None:
    result = outcome_of(
        crew,
        """
    async def test_it(run):
        assert span(status="error") not in run
    """,
    )
    assert "passed" not in result.parseoutcomes()


@pytest.mark.parametrize(
    ("claim", "error"),
    [
        ('assert span(agnet="writer") in run', "*BadPattern: span() has no condition 'agnet'; did you mean 'agent'?"),
        ('assert interop.span_query({"name_equal": "chat"}) in run', "*BadPattern: *'name_equal'*'name_equals'*"),
        ('run.check(never(span("chat", staus="error")))', "*BadPattern: *'staus'; did you mean 'status'?"),
    ],
)
def test_a_misspelt_key_is_refused(crew: pytest.Pytester, claim: str, error: str) -> None:
    result = outcome_of(
        crew,
        f"""
    def test_it(run):
        {claim}
    """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"E {error}"])


@pytest.mark.parametrize(
    "claim",
    [
        'assert trajectory(run).score(["search"])',
        'assert trajectory(run).score(["search"]) >= 0.5',
        'assert trajectory(run).matches(["search"])',
        'assert interop.span_query({"name_equals": "review", "max_child_count": 0}) in run',
    ],
)
def test_zero_is_no_success(crew: pytest.Pytester, claim: str) -> None:
    result = outcome_of(
        crew,
        f"""
    def test_it(run):
        {claim}
    """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *AssertionError: assert *"])
