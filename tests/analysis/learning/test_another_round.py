from __future__ import annotations

import pytest
from loops import loop

from pytest_flock_trace.analysis.learning.another_round import another_round
from pytest_flock_trace.model.pattern import span
from pytest_flock_trace.model.rules.counting import exactly
from pytest_flock_trace.model.rules.declare import alternate_response
from pytest_flock_trace.model.rules.graph import acyclic
from pytest_flock_trace.model.rules.universal import each
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.skeleton import skeleton


@pytest.mark.parametrize("rounds", [2, 3, 5])
def test_it_is_what_a_longer_run_would_have_been(rounds: int) -> None:
    for mutant in another_round([loop("t", rounds)]):
        assert skeleton(mutant.trace) == skeleton(loop("t", rounds + 1))
        assert exactly(rounds + 1, "invoke_agent writer").holds(mutant.trace)
        assert alternate_response("invoke_agent writer", "invoke_agent critic").holds(mutant.trace)
        assert not acyclic(max_rounds=rounds - 1).holds(mutant.trace)
        assert acyclic(max_rounds=rounds).holds(mutant.trace)
        assert each(span(agent="critic"), caused_by=span(agent="writer")).holds(mutant.trace)


def test_the_longest_run_is_the_one_that_goes_once_more_round() -> None:
    mutants = list(another_round([loop("a", 1), loop("b", 3), loop("c", 2)]))

    assert [mutant.trace.name for mutant in mutants] == ["b", "b"]
    assert [mutant.sentence for mutant in mutants] == [
        "writer had one turn more, with all that comes of it",
        "critic had one turn more, with all that comes of it",
    ]


def test_where_nobody_comes_back_there_is_no_round() -> None:
    assert list(another_round([loop("t", 1)])) == []


def test_turns_that_take_no_time_are_no_rounds() -> None:
    said = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "writer"}
    turns = [Span("invoke_agent writer", span_id=key, attributes=said) for key in "ab"]

    assert list(another_round([Trace.of(turns)])) == []
