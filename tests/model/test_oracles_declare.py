"""Verdicts on Declare's templates: pm4py's, and the textbook's where pm4py departs from it."""

from __future__ import annotations

import pytest
from oracles import oracle

import pytest_flock_trace
from pytest_flock_trace import Rule, Span, Trace, exactly

ROWS = oracle("rules/declare_pm4py.json")["rows"]
OURS = {
    "altprecedence": "alternate_precedence",
    "altresponse": "alternate_response",
    "altsuccession": "alternate_succession",
    "chainprecedence": "chain_precedence",
    "chainresponse": "chain_response",
    "chainsuccession": "chain_succession",
    "nonchainsuccession": "not_chain_succession",
    "noncoexistence": "not_coexistence",
    "nonsuccession": "not_succession",
}


def rule_of(template: str, activities: list[str]) -> Rule:
    if template == "exactly_one":
        return exactly(1, *activities)
    make = getattr(pytest_flock_trace, OURS.get(template, template))
    return make(*activities)


def trace_of(activities: list[str]) -> Trace:
    """The activities as spans below one root, one after the other."""
    events = [
        Span(activity, span_id=f"{at}", parent_id="root", start_ns=2 * at, end_ns=2 * at + 1)
        for at, activity in enumerate(activities)
    ]
    return Trace.of([Span("case", span_id="root", end_ns=2 * len(events)), *events])


def test_the_oracle_has_all_its_rows():
    assert len(ROWS) == 621


@pytest.mark.parametrize("template", dict.fromkeys(row["template"] for row in ROWS))
def test_a_template_means_what_the_textbook_says(template):
    rows = [row for row in ROWS if row["template"] == template]
    wrong = [
        row
        for row in rows
        if rule_of(template, row["activities"]).holds(trace_of(row["trace"])) != row["textbook_ltlf"]
    ]
    assert len(rows) > 30
    assert wrong == []
