from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

from mutated_crew import MS, agent, logged, review

from pytest_flock_trace.analysis.dependencies import dependencies
from pytest_flock_trace.analysis.mutation.grade import Grade
from pytest_flock_trace.analysis.mutation.grading import grade
from pytest_flock_trace.analysis.trajectory import trajectory
from pytest_flock_trace.model.check_log import Check
from pytest_flock_trace.model.pattern import span
from pytest_flock_trace.model.rules.counting import exactly, never
from pytest_flock_trace.model.rules.universal import each
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree


def sentences(graded: Grade) -> list[str]:
    return [survivor.sentence for survivor in graded.survivors]


def existence(run: Trace) -> None:
    assert span(agent="critic") in run


def counts(run: Trace) -> None:
    assert run.count(span(agent="writer")) == 1
    assert run.count(span(agent="critic")) == 1
    assert run.count(span(tool="search")) == 1
    assert run.count(span(tool="lookup")) == 1


def strong(run: Trace) -> None:
    counts(run)
    assert run.count(span(status="error")) == 1
    assert never(span(agent="writer", status="error")) in run
    assert never(span(tool="*", status="error")) in run
    assert trajectory(run, by="agent") == ["writer", "critic"]
    assert span(tool="search", child_of=span(agent="writer")) in run
    assert span(tool="lookup", child_of=span(agent="critic")) in run
    assert run.count(span(agent="*", child_of=span("review"))) == 2
    assert [edge.source for edge in dependencies(run).edges] == ["writer"]
    assert each(span(agent="critic"), caused_by=span(agent="writer")) in run
    assert span(agent="critic", after=span(agent="writer")) in run
    assert each(span(tool="search"), where=lambda one: len(one.events) == 2) in run
    assert never(span(slower_than="1s")) in run
    assert never(span(where=lambda one: one.unfinished)) in run


def graded(check, run: Trace | None = None) -> Grade:
    run = review() if run is None else run
    log = logged(run)
    check(run)
    return grade([run.with_tree(run.tree)], log.checks)


def test_tests_are_graded_in_the_order_of_their_strength():
    weak, fair, good = (graded(check) for check in (existence, counts, strong))
    assert 0 < weak.score < fair.score < good.score
    assert good.score >= 0.95
    assert {weak.mutants, fair.mutants, good.mutants} == {weak.mutants}


def test_what_existence_alone_does_not_notice_is_told():
    assert {"the critic ran twice", "the writer failed", "the critic ran before the writer"} <= {
        *sentences(graded(existence))
    }
    assert not {"the critic never ran, nor 1 span below it"} & {*sentences(graded(existence))}


def test_without_a_negative_a_failure_goes_unnoticed():
    assert "the writer failed" in sentences(graded(counts))
    assert "the writer failed" not in sentences(graded(strong))


def test_a_survivor_passes_every_check_of_the_test():
    from pytest_flock_trace.analysis.mutation.mutants import mutants

    def notices(check: Callable[[Trace], None], trace: Trace) -> bool:
        try:
            check(trace)
        except AssertionError:
            return True
        return False

    for check in (existence, counts):
        survived = {*sentences(graded(check))}
        gaps = [mutant for mutant in mutants(review()) if mutant.sentence in survived]
        assert gaps
        assert [gap.sentence for gap in gaps if notices(check, gap.trace)] == []


def test_every_survivor_of_a_weak_test_has_a_remedy_or_none_that_is_wrong():
    found = [survivor for survivor in graded(existence).survivors if survivor.remedy]
    assert len(found) >= 0.9 * len(graded(existence).survivors)


def test_without_a_check_nothing_is_changed():
    assert graded(lambda run: None) == Grade(checks=0)


def test_only_the_run_that_is_checked_is_changed():
    first, second = review(run="first", trace_id="1"), review(run="second", trace_id="2")
    whole = Trace(SpanTree([*first.tree.spans, *second.tree.spans]))
    log = logged(second)
    assert second.count(span(agent="critic")) == 1
    found = grade([whole], log.checks)
    assert found.killed > 0
    assert {survivor.run for survivor in found.survivors} == {"second"}


def test_a_check_of_a_run_is_asked_on_the_run_alone():
    first, second = review(run="first", trace_id="1"), review(run="second", trace_id="2")
    whole = Trace(SpanTree([*first.tree.spans, *second.tree.spans]))
    first.check_log = log = logged(second)
    assert first.count(span(agent="*")) == 2
    assert second.count(span(agent="*")) == 2
    assert not {"the critic ran twice", "the writer ran twice"} & {*sentences(grade([whole], log.checks))}


def test_a_trace_that_is_looked_at_only_is_not_changed():
    first, second = review(run="first", trace_id="1"), review(run="second", trace_id="2")
    whole = Trace(SpanTree([*first.tree.spans, *second.tree.spans]))
    check = Check("both", [first, second], lambda traces: len(traces[0]) + len(traces[1]), beside=1)
    assert {survivor.run for survivor in grade([whole], [check]).survivors} == {"first"}


def test_of_long_traces_there_are_fewer_mutants():
    many = [agent("helper", 2 + at, 3 + at, span_id=f"h{at}") for at in range(900)]
    run = Trace.of([Span("root", span_id="run", end_ns=2_000 * MS), *many])
    assert graded(existence_of_helpers, run).mutants == 22


def existence_of_helpers(run: Trace) -> None:
    assert span(agent="helper") in run


def test_a_grade_survives_its_way_through_json():
    before = graded(existence)
    assert Grade.from_values(json.loads(json.dumps(asdict(before)))) == before


def test_a_rule_that_is_vacuous_on_a_mutant_has_noticed_it():
    def check(run: Trace) -> None:
        assert exactly(2, span(tool="*")) in run
        assert each(span(agent="critic"), after=span(agent="writer")) in run

    assert "the critic never ran, nor 1 span below it" not in sentences(graded(check))
