from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from strategies import traces

from pytest_flock_trace.analysis.critical_path import critical_path
from pytest_flock_trace.errors import BadArgument, BadPattern, Vacuous
from pytest_flock_trace.model.duration import Duration
from pytest_flock_trace.model.pattern import span as pattern
from pytest_flock_trace.model.question import Ratio
from pytest_flock_trace.model.span import RUN_ATTRIBUTE, Span
from pytest_flock_trace.model.trace import Trace


def span(name: str, start: int, end: int, parent: str | None = None, *, agent: str = "", **traits: object) -> Span:
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": agent} if agent else None
    traits.setdefault("attributes", attributes)
    return Span(name, span_id=name, parent_id=parent, start_ns=start, end_ns=end, **traits)


def crew(*, critic_ends: int = 70) -> Trace:
    """Writer 10-30 with a model call 12-20, critic 40-70 after a queue of 10, then 30 of waiting."""
    return Trace.of(
        [
            span("run", 0, 100),
            span("publish", 0, 5, "run"),
            span("idle", 5, 100, "run", waits=True),
            span("write", 10, 30, "publish", agent="writer"),
            span("llm.chat", 12, 20, "write"),
            span("review", 40, critic_ends, "publish", agent="critic", links=["write"]),
        ]
    )


def test_time_is_the_work_of_matching_spans_on_the_path():
    path = critical_path(crew())
    assert path.time("llm.*") == 8
    assert path.time(pattern("review")) == 30
    assert path.time(under="write") == 8


def test_time_without_a_pattern_is_all_work():
    path = critical_path(crew())
    assert path.time() == 55
    assert path.time() + path.waiting + path.queueing == path.duration == 100


def test_an_agents_time_is_that_of_its_invocation_and_of_all_it_encloses():
    path = critical_path(crew())
    assert path.time(agent="writer") == path.time(pattern(agent="writer")) == path.time(actor="writer") == 20
    assert path.time("llm.*", agent="writer") == 8


def test_an_agent_in_a_relation_still_means_the_invocation():
    path = critical_path(crew())
    assert path.time(under=pattern(agent="writer")) == 8


def test_a_pattern_and_conditions_must_both_hold():
    assert critical_path(crew()).time(pattern("llm.*"), agent="writer") == 8
    with pytest.raises(Vacuous):
        critical_path(crew()).time(pattern("llm.*"), under="review")


def test_waiting_and_queueing_are_no_work_of_the_span_they_are_booked_on():
    path = critical_path(crew())
    assert (path.waiting, path.queueing) == (35, 10)
    assert (path.time("idle"), path.time("review")) == (0, 30)


def test_a_share_is_time_by_the_duration_of_the_headline_root():
    path = critical_path(crew())
    assert path.share(agent="writer") == pytest.approx(0.2)
    assert path.share() == pytest.approx(0.55)


def test_the_share_of_no_duration_is_zero():
    assert critical_path(Trace.of([span("moment", 5, 5)])).share() == 0
    assert critical_path(Trace.of([])).share() == 0


def test_times_by_actor_leave_out_waiting_and_queueing_and_come_longest_first():
    times = critical_path(crew()).by_actor()
    assert list(times.items()) == [("critic", 30), ("writer", 20), (None, 5)]


def test_equally_busy_actors_come_by_name_and_work_outside_all_agents_last():
    parts = [span("b", 10, 20, "run", agent="b"), span("a", 20, 30, "run", agent="a")]
    times = critical_path(Trace.of([span("run", 10, 40), *parts])).by_actor()
    assert list(times.items()) == [("a", 10), ("b", 10), (None, 10)]


def test_the_evidence_of_an_actors_time_are_its_spans_on_the_path():
    trace = crew()
    question = critical_path(trace).by_actor()["writer"].question
    assert question is not None
    assert [one.name for one in question.evidence(trace)] == ["write", "llm.chat"]


def test_the_spans_of_the_path_are_distinct_and_come_latest_first():
    names = [one.name for one in critical_path(crew()).spans]
    assert names == ["idle", "review", "write", "llm.chat", "publish"]


def test_a_path_speaks_of_the_longest_run_whatever_else_is_longer():
    run = {RUN_ATTRIBUTE: "x"}
    trace = Trace.of(
        [span("long", 0, 90), span("run", 5, 25, attributes=run), span("short run", 30, 40, attributes=run)]
    )
    path = critical_path(trace)
    assert [one.span.name for one in path.sections] == ["run"]
    assert [one.root.name for one in path.paths] == ["long", "run", "short run"]
    assert path.duration == 20


def test_without_a_run_a_path_speaks_of_the_longest_root_then_of_the_first_then_of_the_first_id():
    def headline(*spans: Span) -> str:
        return critical_path(Trace.of(spans)).sections[0].span.name

    assert headline(span("a", 0, 10), span("b", 0, 11)) == "b"
    assert headline(span("b", 0, 10), span("a", 1, 11)) == "b"
    assert headline(span("b", 0, 10), span("a", 0, 10)) == "a"


def test_an_orphan_is_a_root_with_a_path():
    assert critical_path(Trace.of([span("orphan", 3, 9, "lost")])).duration == 6


def test_an_empty_trace_has_an_empty_path():
    path = critical_path(Trace.of([]))
    assert path.sections == []
    assert path.paths == path.spans == ()
    assert path.duration == path.time() == path.waiting == path.queueing == 0
    assert path.by_actor() == {}


def test_a_path_is_shown_in_one_line():
    assert repr(critical_path(crew())) == "<CriticalPath of trace 'trace' (causal): 8 sections, 100 ns>"


def test_a_section_knows_its_duration():
    section = critical_path(crew()).sections[0]
    assert (section.start_ns, section.end_ns, section.kind) == (70, 100, "wait")
    assert section.duration == Duration("30ns")


def test_an_unknown_policy_is_named_with_the_valid_ones():
    with pytest.raises(BadArgument, match=r"'clam'.*causal, clamp"):
        critical_path(crew(), policy="clam")


def test_an_unknown_condition_is_refused():
    with pytest.raises(BadPattern, match="agnet"):
        critical_path(crew()).time(agnet="writer")


@pytest.mark.parametrize(
    ("measure", "elsewhere"),
    [
        pytest.param(lambda path: path.time(agent="critic"), 20, id="time"),
        pytest.param(lambda path: path.share(agent="critic"), 0.2, id="share"),
        pytest.param(lambda path: path.waiting, 45, id="waiting"),
        pytest.param(lambda path: path.queueing, 10, id="queueing"),
        pytest.param(lambda path: path.duration, 100, id="duration"),
        pytest.param(lambda path: path.by_actor()["critic"], 20, id="actor"),
        pytest.param(lambda path: path.by_actor()[None], 5, id="no actor"),
    ],
)
def test_every_number_can_be_asked_of_another_trace(measure, elsewhere):
    answer = measure(critical_path(crew()))
    assert answer.question.ask(crew(critic_ends=60)) == elsewhere


def test_a_question_keeps_the_policy():
    trace = crew()
    assert critical_path(trace, "clamp").time("idle").question.ask(trace) == 95
    assert critical_path(trace).time("idle").question.ask(trace) == 0


def test_the_evidence_of_a_time_are_the_matching_spans_on_the_path():
    trace = crew()
    question = critical_path(trace).time(agent="writer").question
    assert question is not None
    assert [one.name for one in question.evidence(trace)] == ["write", "llm.chat"]
    assert [one.name for one in critical_path(trace).waiting.question.evidence(trace)] == ["idle"]


def test_the_question_of_a_time_says_what_was_asked():
    question = critical_path(crew()).time("llm.*", agent="writer").question
    assert question is not None
    assert question.text == "time of span('llm.*', agent='writer') on the critical path of trace 'trace'"


def test_time_and_share_of_what_never_occurred_prove_nothing():
    path = critical_path(crew())
    for ask in (path.time, path.share):
        with pytest.raises(Vacuous, match="span\\(agent='writter'\\) matches no span of trace 'trace'") as caught:
            ask(agent="writter")
        assert "no span has actor='writter'; did you mean 'writer'?" in str(caught.value)


def test_a_match_off_the_path_is_hinted_at():
    trace = Trace.of([span("run", 0, 100), span("a", 10, 90, "run"), span("b", 20, 80, "run")])
    time = critical_path(trace).time("b")
    assert time == 0
    assert time.question is not None
    assert time.question.hint(trace) == ["1 of 1 matching spans did no work on the critical path"]


def test_of_several_matches_those_off_the_path_are_counted():
    trace = Trace.of([span("run", 0, 100), span("a", 10, 90, "run"), span("b", 20, 80, "run")])
    time = critical_path(trace).time(under="run")
    assert time == 80
    assert time.question is not None
    assert time.question.hint(trace) == ["1 of 2 matching spans did no work on the critical path"]


def test_durations_and_shares_carry_their_types():
    path = critical_path(crew())
    assert isinstance(path.time(), Duration)
    assert isinstance(path.share(), Ratio)


@given(traces())
def test_work_by_actor_waiting_and_queueing_add_up_to_the_root(trace):
    path = critical_path(trace)
    work = sum(path.by_actor().values())
    assert path.time() == work
    assert work + path.waiting + path.queueing == path.duration
    assert path.duration == (path.headline.root.duration if path.headline else 0)


@given(traces())
def test_shares_of_distinct_names_add_up_to_the_share_of_all_work(trace):
    path = critical_path(trace)
    names = {one.name for one in path.spans}
    whole = int(path.duration) or 1
    assert sum(Fraction(int(path.time(name)), whole) for name in names) == Fraction(int(path.time()), whole)
