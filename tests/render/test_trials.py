from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from sessions import TALLIES, attempt

from pytest_flock_trace.analysis.trial_tally import TrialTally
from pytest_flock_trace.render.tally import TestSummary
from pytest_flock_trace.render.trials import refusal, told, trial_table

TALLY = TrialTally(10, 8, 0.8, passed=4, failed=3, kept=False, how="count")


def test_a_line_tells_what_passed_and_what_that_means() -> None:
    assert told(TALLY) == (
        "4 of 7 trials passed; pass rate 0.57, 95% confidence sequence 0.13 to 0.94; pass^2 0.29, pass^4 0.03"
    )
    assert told(TrialTally(1, 1, None, passed=1, failed=0, kept=True, how="count")) == (
        "1 of 1 trial passed; pass rate 1.00, 95% confidence sequence 0.03 to 1.00"
    )


def test_a_refusal_says_what_was_claimed() -> None:
    assert refusal(TALLY) == "8 of 10 (0.8) had to pass, so 2 might fail and 3 did"
    assert refusal(replace(TALLY, least=10, rate=None)) == "10 of 10 had to pass, so none might fail and 3 did"
    assert refusal(replace(TALLY, how="bound")) == "the chance to pass is below 0.8"


def test_the_table_has_a_line_for_each_test_of_trials() -> None:
    tests = [attempt("a"), attempt("b", trials=TALLY, outcome="failed", attempt=2)]
    header, line = trial_table(tests, width=180)

    assert header.split() == ["passed", "of", "asked", "95%", "confidence", "pass^k", "settled", "by", "trials"]
    assert line.endswith("  ✗ b (attempt 2)")
    assert trial_table(tests[:1], width=180) == []


@given(TALLIES)
def test_a_tally_comes_back_from_another_process_as_it_was(tally: TrialTally) -> None:
    summary = TestSummary("a", trials=tally)

    assert TestSummary.from_values(json.loads(summary.to_json())) == summary
