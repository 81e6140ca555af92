from __future__ import annotations

import pytest
from hypothesis import given, settings
from mutated_crew import agent, review
from strategies import traces

import pytest_flock_trace
from pytest_flock_trace.analysis.mutation.mutants import OPERATORS, mutants
from pytest_flock_trace.analysis.mutation.remedy import Remedies
from pytest_flock_trace.model.trace import Trace


def typed(remedy: str):
    return eval(remedy, {name: getattr(pytest_flock_trace, name) for name in pytest_flock_trace.__all__})  # noqa: S307


def remedies(trace: Trace) -> dict[str, tuple[str, str]]:
    found = Remedies(trace)
    return {mutant.sentence: (mutant.kind, found.against(mutant)) for mutant in mutants(trace, most=1_000)}


@settings(max_examples=25, deadline=None)
@given(traces())
def test_a_remedy_holds_on_the_original_and_is_broken_by_the_mutant(trace):
    found = Remedies(trace)
    for mutant in mutants(trace, most=25):
        if remedy := found.against(mutant):
            assert typed(remedy).verdict(found.trace_of(mutant.span)).passed
            assert not typed(remedy).verdict(mutant.trace).passed or len(trace.traces) > 1


@pytest.mark.parametrize("kind", OPERATORS)
def test_there_is_one_for_most_bugs_of_each_kind(kind):
    nested = review(agent("editor", 60, 70, parent_id="critic"), agent("proof", 95, 99))
    found = [remedy for its, remedy in remedies(nested).values() if its == kind]
    assert sum(map(bool, found)) >= 0.6 * len(found) > 0


@pytest.mark.parametrize(
    ("sentence", "remedy"),
    [
        ("the writer ran twice", "exactly(1, span(agent='writer'))"),
        ("the writer failed", "never(span(agent='writer', status='error'))"),
        ("the critic ran before the writer", "precedence(span(agent='writer'), span(agent='critic'))"),
        ("the tool search ran outside the writer", "each(span(tool='search'), under=span(agent='writer'))"),
        ("the writer took 1 min longer", "never(span(agent='writer', slower_than='1 s'))"),
        ("the writer never ended", "never(span(where=lambda one: one.unfinished))"),
        ("what the critic made set off the writer again", "acyclic()"),
        (
            "the critic did not take up what came from the writer",
            "each(span(agent='critic'), caused_by=span(agent='writer'))",
        ),
        (
            "the tool search had no event 'retry' (1 of 2)",
            "each(span(tool='search'), where=lambda one: len(one.events) == 2)",
        ),
    ],
)
def test_it_is_what_says_the_opposite_of_the_bug(sentence, remedy):
    assert remedies(review())[sentence][1] == remedy
