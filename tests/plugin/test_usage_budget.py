"""Limits on what a test may ask of language models."""

from __future__ import annotations

import pytest


def one_test(pytester: pytest.Pytester, marker: str, body: str = "with traced_run('review 40'): review()") -> None:
    pytester.makepyfile(
        f"import pytest\nfrom timed import *\n@pytest.mark.{marker}\ndef test_it(traced_run):\n    {body}\n"
    )


def test_more_tokens_than_allowed_fail_the_test_and_name_the_biggest_spenders(
    timed: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    one_test(timed, "usage_budget(tokens=5_000)")
    result = timed.runpytest(*plugin_args)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "usage_budget(tokens=5000): test * used 6,000 tokens, 1,000 tokens over the limit of 5,000 tokens",
            "writer accounts for 5,000 tokens of 6,000 tokens (83%) and would have to shrink by at least 1,000 tokens",
            "  chat* at +5 s for 20 s * 5,000 tokens by writer",
            "  chat* at +31 s for 8 s * 1,000 tokens by critic",
            "█ path ▒ off it*",
            "✗ *chat*",
        ]
    )


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ("tokens=5_999", "usage_budget(tokens=5999): test * used 6,000 tokens, 1 token over *"),
        ("calls=1", "usage_budget(calls=1): test * made 2 calls, 1 call over the limit of 1 call"),
        ("calls=0", "usage_budget(calls=0): test * made 2 calls, 2 calls over the limit of 0 calls"),
        ("cost=0.05, prices={'gpt-*': (10, 0)}", "usage_budget(cost=0.05): test * cost 0.06, 0.01 over *"),
    ],
)
def test_each_limit_is_one_that_may_be_reached_but_not_passed(
    timed: pytest.Pytester, limits: str, message: str
) -> None:
    one_test(timed, f"usage_budget({limits})")
    result = timed.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([message])


def test_limits_that_are_reached_are_kept(timed: pytest.Pytester) -> None:
    one_test(timed, "usage_budget(tokens=6_000, calls=2, cost=0.06, prices={'gpt-x': (10, 30)})")
    timed.runpytest().assert_outcomes(passed=1)


def test_a_model_without_a_price_fails_the_test_rather_than_costing_nothing(timed: pytest.Pytester) -> None:
    one_test(timed, "usage_budget(cost=5)")
    result = timed.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["usage_budget(cost=5): model 'gpt-x' has no price (given: none); *"])


def test_all_runs_of_a_test_spend_from_one_budget(timed: pytest.Pytester) -> None:
    body = "\n    ".join(["with traced_run('review 40'): review()"] * 2 + ["chat(None, 50, 51, tokens=500)"])
    one_test(timed, "usage_budget(tokens=6_000)", body)
    timed.runpytest().stdout.fnmatch_lines(["usage_budget(tokens=6000): test * used 12,500 tokens, *"])


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("with traced_run('review 40'): agent('writer', 0, 9)", "* asks no language model*"),
        ("with traced_run('review 40'): pass", "nothing was captured in *"),
        (
            "with traced_run('x 40'): ran('chat', 0, 9, **{'gen_ai.operation.name': 'chat'})",
            "* would prove nothing: none of 1 call *",
        ),
    ],
)
def test_usage_that_never_occurred_fails_the_test(timed: pytest.Pytester, body: str, complaint: str) -> None:
    one_test(timed, "usage_budget(tokens=10)", body)
    result = timed.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"usage_budget(tokens=10): {complaint}"])


def test_hypothesis_examples_spend_from_one_budget(timed: pytest.Pytester) -> None:
    timed.makepyfile(
        """
        import pytest
        from hypothesis import given, settings
        from hypothesis import strategies as st
        from timed import chat

        @pytest.mark.usage_budget(calls=4)
        @settings(max_examples=5, database=None, derandomize=True)
        @given(st.integers(0, 100))
        def test_it(traced_run, number):
            with traced_run("review 10"):
                chat(None, 0, 5, tokens=1)
        """
    )
    result = timed.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["usage_budget(calls=4): test * made 5 calls, 1 call over the limit of 4 calls"])


@pytest.mark.parametrize(
    ("marker", "complaint"),
    [
        ("usage_budget()", "it limits nothing; write tokens=, cost= or calls="),
        ("usage_budget(5000)", "too many positional arguments"),
        ("usage_budget(token=5)", "got an unexpected keyword argument 'token'"),
        ("usage_budget(tokens=-1)", "tokens=-1 is no limit; *"),
        ("usage_budget(tokens=1.5)", "tokens=1.5 is no limit; write a whole number"),
        ("usage_budget(calls=True)", "calls=True is no limit; *"),
        ("usage_budget(cost='1')", "cost='1' is no limit; write an amount"),
        ("usage_budget(cost=float('nan'))", "cost=nan is no limit; *"),
        ("usage_budget(tokens=1, prices={'*': (1, 1)})", "prices= has no use without cost="),
        ("usage_budget(cost=1, prices={'*': 1})", "prices['*'] is 1; *"),
    ],
)
def test_a_marker_that_cannot_be_meant_is_one_clear_message(
    timed: pytest.Pytester, marker: str, complaint: str
) -> None:
    timed.makepyfile(f"import pytest\n@pytest.mark.{marker}\ndef test_it(): pass")
    result = timed.runpytest("-p", "no:asyncio")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"marker usage_budget: {complaint.replace('[', '[[]')}"])
    result.stdout.no_fnmatch_line("*Error*")
