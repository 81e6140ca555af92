"""A run with other luck, and what is refused for depending on it."""

from __future__ import annotations

import pytest

from pytest_flock_trace.errors import FlockTraceError
from pytest_flock_trace.model.span import Origin, Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.outline import outline
from pytest_flock_trace.render.rerun import must_not_change, rerun
from pytest_flock_trace.render.sibling_order import SiblingOrder
from pytest_flock_trace.render.skeleton import skeleton

INVOKE = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "writer"}


@pytest.fixture
def trace() -> Trace:
    return Trace.of(
        [
            Span("run", span_id="r", end_ns=50, origin=Origin(1, "MainThread", 1)),
            Span("first", span_id="1", parent_id="r", start_ns=1, end_ns=9, origin=Origin(2, "MainThread", 2)),
            Span("second", span_id="2", parent_id="r", start_ns=2, links=["1"], origin=Origin(3, "MainThread", 3)),
            Span("third", span_id="3", parent_id="r", start_ns=3, attributes=INVOKE, origin=Origin(4, "M", 2)),
            Span("imported", span_id="4", parent_id="3", start_ns=4),
        ],
        name="trace",
    )


def test_tasks_start_in_the_opposite_order_and_each_keeps_its_own(trace: Trace) -> None:
    again = rerun(trace)

    assert [span.name for span in again] == ["imported", "second", "first", "third", "run"]
    assert [span.origin.ordinal for span in again] == [0, 1, 2, 3, 4]


def test_parents_links_durations_and_what_spans_say_stay(trace: Trace) -> None:
    again = rerun(trace)

    assert again.parent(again.one("imported")) == again.one("third")
    assert again.tree.causality.joins(*(again.tree.position(again.one(name)) or 0 for name in ("first", "second")))
    assert again.one("first").duration == 8
    assert again.one("third").agent == again.one("imported").actor == "writer"
    assert {span.span_id for span in again}.isdisjoint({"r", "1", "2", "3"})
    assert again.one("first").origin.task == again.one("third").origin.task != trace.one("first").origin.task


def test_agents_of_a_part_stay_those_of_the_whole() -> None:
    whole = Trace.of([Span("work", span_id="a", attributes=INVOKE), Span("inner", span_id="b", parent_id="a")])

    assert rerun(whole.subtree("inner")).spans[0].actor == "writer"


def test_a_skeleton_stays_the_same(trace: Trace) -> None:
    must_not_change(trace, skeleton)


def test_a_text_in_start_order_is_refused_with_its_first_different_line(trace: Trace) -> None:
    with pytest.raises(FlockTraceError, match=r"trace 'trace' would not be .* line 2 is 'second' instead of 'first'"):
        must_not_change(trace, lambda trace: outline(trace, times=False))


def test_a_broken_order_of_siblings_is_found(trace: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SiblingOrder, "__call__", lambda self, parent, siblings, look: sorted(siblings))

    with pytest.raises(FlockTraceError, match="this is a defect of pytest-flock-trace"):
        must_not_change(trace, skeleton)


def test_a_text_that_shows_ids_is_refused(trace: Trace) -> None:
    with pytest.raises(FlockTraceError, match="must not ask for times or ids"):
        must_not_change(trace, lambda trace: skeleton(trace, hide=[span.name for span in trace if span.span_id == "2"]))


def test_a_text_that_only_grows_is_refused(trace: Trace) -> None:
    with pytest.raises(FlockTraceError, match="line 2 is 'more' instead of ''"):
        must_not_change(trace, lambda shown: "text" if shown is trace else "text\nmore")
