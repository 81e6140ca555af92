"""Rules that runs have to obey by a marker or by an ini value."""

from __future__ import annotations

import pytest

OBEYED_AND_BROKEN = """
    import pytest
    from crew import work
    from pytest_flock_trace import each, never, response, span

    @pytest.mark.trace_contract(never(span(status="error")), each("chat", under=span(agent="*")))
    @pytest.mark.parametrize("fail", [None, "critic"])
    def test_it(traced_run, fail):
        with traced_run("first"):
            work("writer", "critic")
        with traced_run("second"):
            work("writer", "critic", fail=fail)
"""


def test_every_run_of_a_marked_test_is_held_against_the_rules(
    crew: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    crew.makepyfile(OBEYED_AND_BROKEN)
    result = crew.runpytest(*plugin_args)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "trace_contract: 1 of 2 rules is not borne out",
            "never(span(status='error')) in run 'second': 2 spans match, expected none",
            "  invoke_agent critic  at +* for *  ERROR RuntimeError: critic gave up",
            "*Captured trace*",
            "✗▶ * invoke_agent critic * ERROR *",
        ]
    )
    result.stdout.no_fnmatch_line("*test_it.py:*: *")


def test_a_marker_records_a_test_that_asks_for_nothing_else(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest
        from crew import work
        from pytest_flock_trace import never, span

        @pytest.mark.trace_contract(never("invoke_agent critic"))
        @pytest.mark.parametrize("agent", ["writer", "critic"])
        def test_without_a_run(agent):
            work(agent)

        @pytest.mark.trace_contract(never("invoke_agent critic"))
        def test_without_spans():
            pass
        """
    )
    result = crew.runpytest()
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        [
            "trace_contract: never(span('invoke_agent critic')) in test *1 span matches, expected none",
            "trace_contract: nothing was captured in test *, so never(span('invoke_agent critic')) cannot be checked",
        ]
    )


def test_a_rule_without_subject_fails_a_marked_test(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest
        from crew import work
        from pytest_flock_trace import each, span

        @pytest.mark.trace_contract(each("chta", under=span(agent="*")))
        def test_misspelt(traced_run):
            with traced_run("review"):
                work("writer")
        """
    )
    result = crew.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["trace_contract: each(*would prove nothing: no span matches span('chta')", "*'chat'?"])


def test_a_test_that_fails_by_itself_is_not_judged(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest
        from crew import work
        from pytest_flock_trace import never

        @pytest.mark.trace_contract(never("chat"))
        def test_it(traced_run):
            with traced_run("review"):
                work("writer")
            assert 1 == 2

        @pytest.mark.xfail(strict=True)
        @pytest.mark.trace_contract(never("chat"))
        def test_expected_to_break_it(traced_run):
            with traced_run("review"):
                work("writer")
        """
    )
    result = crew.runpytest()
    result.assert_outcomes(failed=1, xfailed=1)
    result.stdout.no_fnmatch_line("*trace_contract:*")


@pytest.mark.parametrize(
    ("marker", "complaint"),
    [
        ("trace_contract()", "marker trace_contract was given no rule; *"),
        ("trace_contract(3)", "marker trace_contract: 3 is no rule; *"),
        ("trace_contract(rule=3)", "marker trace_contract was given keywords rule; *"),
    ],
)
def test_a_marker_that_cannot_be_meant_is_one_clear_message(crew: pytest.Pytester, marker: str, complaint: str) -> None:
    crew.makepyfile(f"import pytest\n@pytest.mark.{marker}\ndef test_it(): pass")
    result = crew.runpytest("-p", "no:asyncio")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([complaint])
    result.stdout.no_fnmatch_line("*Error*")


def test_runs_of_a_fixture_are_judged_with_every_test_that_requests_it(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest
        from crew import work
        from pytest_flock_trace import never, span

        @pytest.fixture(scope="module")
        def review(traced_run):
            with traced_run("review") as run:
                work("writer")
            return run

        def test_unmarked(review):
            assert "chat" in review

        @pytest.mark.trace_contract(never("chat"))
        def test_marked(review):
            assert "chat" in review
        """
    )
    crew.runpytest().assert_outcomes(passed=1, failed=1)


CONTRACT = """
    from pytest_flock_trace import each, never, span

    rules = [never(span(status="error")), each("execute_tool *", under=span(agent="*"))]
    single = never(span(status="error"))
    nothing = []
    wrong = [3]
"""


def session_contract(crew: pytest.Pytester, value: str) -> None:
    with (crew.path / "tox.ini").open("a") as ini:
        ini.write(f"\nflock_trace_contract = {value}\n")


@pytest.mark.parametrize("name", ["rules", "single"])
def test_every_run_of_the_session_is_held_against_the_ini_contract(
    crew: pytest.Pytester, plugin_args: tuple[str, ...], name: str
) -> None:
    crew.makepyfile(contract=CONTRACT)
    session_contract(crew, f"contract:{name}")
    crew.makepyfile(
        """
        from crew import work

        def test_obeys(traced_run):
            with traced_run("review"):
                work("writer")

        def test_breaks(traced_run):
            with traced_run("review"):
                work("writer", fail="writer")

        def test_has_no_run():
            work("writer", fail="writer")
        """
    )
    result = crew.runpytest_subprocess(*plugin_args)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines([f"contract contract:{name}: *"])
    result.stdout.fnmatch_lines(["FAILED *::test_breaks*"])


def test_the_ini_contract_is_left_out_with_the_rest(crew: pytest.Pytester) -> None:
    crew.makepyfile(contract=CONTRACT)
    session_contract(crew, "contract:single")
    crew.makepyfile(
        """
        from crew import work

        def test_breaks(traced_run):
            with traced_run("review"):
                work("writer", fail="writer")
        """
    )
    crew.runpytest_subprocess("--no-flock-trace").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("contract", "*flock_trace_contract = 'contract' names no rules; write module:name"),
        ("contrct:rules", "*flock_trace_contract = 'contrct:rules' can't be loaded: No module named 'contrct'"),
        ("contract:ruls", "*flock_trace_contract = 'contract:ruls' can't be loaded: *has no attribute 'ruls'*"),
        ("contract:nothing", "*flock_trace_contract = 'contract:nothing' has no rule in it*"),
        ("contract:wrong", "*flock_trace_contract = 'contract:wrong': 3 is no rule; *"),
    ],
)
def test_an_ini_contract_that_cannot_be_used_ends_the_session_at_once(
    crew: pytest.Pytester, value: str, complaint: str
) -> None:
    crew.makepyfile(contract=CONTRACT, test_it="def test_it(): pass")
    session_contract(crew, value)
    result = crew.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([complaint])
    result.stderr.no_fnmatch_line("*Traceback*")


def test_a_run_that_a_fixture_holds_open_is_judged_when_it_closes(crew: pytest.Pytester) -> None:
    crew.makepyfile(contract=CONTRACT)
    session_contract(crew, "contract:single")
    crew.makepyfile(
        """
        import pytest
        from crew import work
        from pytest_flock_trace import never

        @pytest.fixture
        def held(traced_run):
            with traced_run("held") as run:
                yield run

        def test_session(held):
            work("writer", fail="writer")

        @pytest.mark.trace_contract(never("chat"))
        def test_marked(held):
            work("writer")

        @pytest.mark.trace_contract(never("delete_*"))
        def test_obeys(held):
            work("writer")
        """
    )
    result = crew.runpytest_subprocess()
    result.assert_outcomes(passed=3, errors=2)
    result.stdout.fnmatch_lines(
        ["contract contract:single: never(*) in run 'held'*", "trace_contract: never(span('chat'))*"]
    )


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("1 / 0", "can't be loaded: ZeroDivisionError: division by zero"),
        ("from pytest_flock_trace import span; span(agnet='x')", "*BadPattern: *'agnet'; did you mean 'agent'?"),
        ("import pytest; pytest.skip('no', allow_module_level=True)", "can't be loaded: Skipped: no"),
        ("def (", "can't be loaded: SyntaxError: *"),
        ("raise SystemExit(3)", "can't be loaded: SystemExit: 3"),
    ],
)
def test_whatever_a_contract_module_raises_is_one_message(crew: pytest.Pytester, body: str, complaint: str) -> None:
    crew.makepyfile(contract=body, test_it="def test_it(): pass")
    session_contract(crew, "contract:rules")
    result = crew.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*flock_trace_contract = 'contract:rules' *{complaint}"])
    result.stderr.no_fnmatch_line("*Traceback*")


def test_rules_may_stand_in_a_class(crew: pytest.Pytester) -> None:
    crew.makepyfile(contract="class Rules:\n    from pytest_flock_trace import never\n    all = [never('chat')]\n")
    session_contract(crew, "contract:Rules.all")
    crew.makepyfile("from crew import work\ndef test_it(traced_run):\n    with traced_run('x'): work('writer')")
    crew.runpytest_subprocess().assert_outcomes(failed=1)
