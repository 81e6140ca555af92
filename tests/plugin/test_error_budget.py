"""Limits on what part of the spans may fail."""

from __future__ import annotations

import pytest

FOUR = """
    import pytest
    from timed import agent, ran

    @pytest.mark.error_budget({arguments})
    def test_it(traced_run):
        for number in range(2):
            with traced_run(f"review {{10 * number + 10}}"):
                agent("critic", 0, 5, failed=number == 1)
                agent("critic", 5, 9)
                agent("writer", 0, 9)
"""


@pytest.mark.parametrize("arguments", ["0.25", "rate=0.25", "rate=0.25, by='agent'", "1", "0.1, by='service'"])
def test_errors_up_to_the_rate_are_allowed(timed: pytest.Pytester, arguments: str) -> None:
    timed.makepyfile(FOUR.format(arguments=arguments))
    outcome = "failed" if "service" in arguments else "passed"
    timed.runpytest().assert_outcomes(**{outcome: 1})


def test_more_errors_fail_the_test_and_name_who_failed_how_often(
    timed: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    timed.makepyfile(FOUR.format(arguments="rate=0.2"))
    result = timed.runpytest(*plugin_args)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "error_budget(rate=0.2, by='agent'): agent 'critic' has an error rate of 25%, over the limit of 20%",
            "agent 'critic' failed 1 of 4 times (25%); 0 may fail",
            "  invoke_agent critic  at * for 5 s  ERROR gave up",
            "✗ *invoke_agent critic*ERROR*",
        ]
    )


def test_errors_are_counted_by_operation_too(timed: pytest.Pytester) -> None:
    timed.makepyfile(FOUR.format(arguments="0, by='operation'"))
    result = timed.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["error_budget(*): operation 'invoke_agent critic' has an error rate of 25%, *"])


def test_every_subject_over_the_rate_is_told_the_worst_first(timed: pytest.Pytester) -> None:
    timed.makepyfile(
        """
        import pytest
        from timed import agent

        @pytest.mark.error_budget(0.4)
        def test_it(traced_run):
            with traced_run("review 10"):
                agent("critic", 0, 5, failed=True)
                agent("critic", 5, 9)
                agent("writer", 0, 9, failed=True)
        """
    )
    timed.runpytest().stdout.fnmatch_lines(
        [
            "error_budget(rate=0.4, by='agent'): agent 'writer' has an error rate of 100%, *",
            "agent 'writer' failed 1 of 1 times (100%); 0 may fail",
            "agent 'critic' failed 1 of 2 times (50%); 0 may fail",
        ]
    )


@pytest.mark.parametrize(
    ("body", "complaint"),
    [("ran('work', 0, 5)", "* has no agent, so nothing was judged; *"), ("pass", "nothing was captured in test *")],
)
def test_errors_of_nobody_are_not_called_few(timed: pytest.Pytester, body: str, complaint: str) -> None:
    timed.makepyfile(
        f"""
        import pytest
        from timed import ran

        @pytest.mark.error_budget(1)
        def test_it(traced_run):
            with traced_run("review 10"):
                {body}
        """
    )
    result = timed.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"error_budget(rate=1, by='agent'): {complaint}"])


@pytest.mark.parametrize(
    ("marker", "complaint"),
    [
        ("error_budget()", "missing a required argument: 'rate'"),
        ("error_budget(5)", "rate=5 is no error rate; *"),
        ("error_budget('5%')", "rate='5%' is no error rate; *"),
        ("error_budget(True)", "rate=True is no error rate; *"),
        ("error_budget(float('nan'))", "rate=nan is no error rate; *"),
        ("error_budget(0.5, by='tool')", "by='tool' is no subject of an error rate; valid: agent, service, operation"),
    ],
)
def test_a_marker_that_cannot_be_meant_is_one_clear_message(
    timed: pytest.Pytester, marker: str, complaint: str
) -> None:
    timed.makepyfile(f"import pytest\n@pytest.mark.{marker}\ndef test_it(): pass")
    result = timed.runpytest("-p", "no:asyncio")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"marker error_budget: {complaint}"])
    result.stdout.no_fnmatch_line("*Error*")
