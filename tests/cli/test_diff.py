"""`flock-trace diff`: two files or two traces, by structure and by time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from oracles import trace_file

from pytest_flock_trace.model.span import Span

Command = Callable[..., Any]
Written = Callable[..., Path]
Reviews = Callable[..., list[Span]]


def test_traces_of_the_same_structure_exit_with_0(flock_trace: Command, written: Written, reviews: Reviews):
    store = written(reviews("a", 0), reviews("b", 1))
    answer = flock_trace("diff", "a", "b", "--store", store)

    assert answer.code == 0
    assert answer.lines[-1] == "the same structure"
    assert answer.lines[:2] == ["A  a: 1 trace, 3 spans", "B  b: 1 trace, 3 spans"]


def test_what_one_trace_has_more_is_told_line_by_line(flock_trace: Command, written: Written, reviews: Reviews):
    store = written(reviews("a", 0), reviews("b", 1, critics=2))
    answer = flock_trace("diff", "a", "b", "--store", store)

    assert answer.code == 1
    assert "workflow 'review': 1 line added\n  in review\n+ invoke_agent critic\n" in answer.out
    rows = [line.split() for line in answer.lines]
    assert ["agent", "critic", "1", "2", "more"] in rows
    assert answer.lines[-1] == "the structures differ"


def test_a_failure_is_another_structure(flock_trace: Command, store: Path):
    answer = flock_trace("diff", "aa11", "ab22", "--store", store)

    assert answer.code == 1
    assert "ERROR" in answer.out


def test_files_are_compared_by_the_structures_of_their_workflows(
    flock_trace: Command, written: Written, reviews: Reviews
):
    one = written(reviews("a", 0), reviews("b", 1), name="one.duckdb")
    same = written(reviews("c", 5), name="same.duckdb")
    other = written(reviews("d", 5), reviews("e", 6, critics=2), name="other.duckdb")

    assert flock_trace("diff", one, same).code == 0
    forth, back = flock_trace("diff", one, other, "--json"), flock_trace("diff", other, one, "--json")
    assert (forth.code, back.code) == (1, 1)
    (change,) = forth.json["structures"]
    assert change["workflow"] == "review"
    assert (len(change["only_a"]), len(change["only_b"])) == (0, 1)
    assert "1 structure of A does not occur in B" in flock_trace("diff", other, one).out
    assert ["agent", "critic", "2/2", "3/2", "more"] not in [line.split() for line in forth.lines]


def test_how_often_something_occurs_is_counted_by_the_trace(flock_trace: Command, written: Written, reviews: Reviews):
    one = written(reviews("a", 0), reviews("b", 1), name="one.duckdb")
    other = written(reviews("d", 5, critics=2), name="other.duckdb")

    calls = {(row["kind"], row["what"]): row for row in flock_trace("diff", one, other, "--json").json["calls"]}
    assert set(calls) == {("agent", "critic"), ("span", "invoke_agent critic")}
    assert calls["agent", "critic"] == {"kind": "agent", "what": "critic", "a": 2, "b": 2, "how": "more"}
    assert ["agent", "critic", "2/2", "2/1", "more"] in [line.split() for line in flock_trace("diff", one, other).lines]


def test_few_samples_are_not_judged_and_many_are(flock_trace: Command, written: Written, reviews: Reviews):
    def slow(spans: list[Span]) -> list[Span]:
        return [one.replace(end_ns=one.end_ns + 5_000_000 * ("critic" in one.name)) for one in spans]

    few = written(reviews("a", 0), name="few.duckdb")
    before = written(*(reviews(f"b{at}", at) for at in range(12)), name="before.duckdb")
    now = written(*(slow(reviews(f"c{at}", at)) for at in range(12)), name="now.duckdb")

    def verdicts(one: Path, other: Path) -> dict[str, str]:
        return {
            row["what"]: row["verdict"]
            for row in flock_trace("diff", one, other, "--json").json["times"]
            if row["kind"] == "span"
        }

    assert set(verdicts(few, now).values()) == {"too few"}
    assert verdicts(before, now) == {
        "review": "no difference",
        "invoke_agent writer": "no difference",
        "invoke_agent critic": "slower",
    }
    assert verdicts(now, before)["invoke_agent critic"] == "faster"


def test_workflows_that_only_one_file_has_and_edges_are_told(flock_trace: Command):
    one, other = trace_file("flock/linear_traced.duckdb"), trace_file("flock/loop_traced.duckdb")
    answer = flock_trace("diff", one, other)

    assert answer.code == 1
    assert "workflow 'linear_workflow': missing" in answer.out
    assert "workflow 'loop_workflow': added" in answer.out
    assert "+ critic -> writer (Review)" in answer.out
    assert "- writer -> reviewer (Draft)" in answer.out


@pytest.mark.parametrize("said", ["nothing", "nowhere.duckdb"])
def test_a_side_that_is_neither_a_file_nor_a_trace_is_told(flock_trace: Command, store: Path, said: str):
    answer = flock_trace("diff", "latest", said, "--store", store)

    assert (answer.code, answer.out) == (2, "")
    assert f"no trace begins with '{said}'" in answer.err
