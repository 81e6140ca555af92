from __future__ import annotations

import pytest

from pytest_flock_trace.analysis.critical_path import critical_path
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace


def span(span_id: str, parent: str | None, start: int, end: int, **traits: object) -> Span:
    return Span(span_id, span_id=span_id, parent_id=parent, start_ns=start, end_ns=end, **traits)


def walked(*spans: Span, policy: str = "causal") -> list[str]:
    """The sections, latest first, as `span start-end`, with the kind unless it is `self`."""
    sections = critical_path(Trace.of(spans), policy=policy).sections
    return [
        f"{one.span.span_id} {one.start_ns}-{one.end_ns}" + ("" if one.kind == "self" else f" {one.kind}")
        for one in sections
    ]


ROOT = span("root", None, 0, 100)


def test_a_lone_root_is_its_own_path():
    assert walked(ROOT) == ["root 0-100"]


def test_gaps_between_children_are_the_parents_own_time():
    found = walked(ROOT, span("a", "root", 10, 30), span("b", "root", 40, 90))
    assert found == ["root 90-100", "b 40-90", "root 30-40", "a 10-30", "root 0-10"]


def test_of_overlapping_children_only_the_one_that_finishes_last_counts():
    assert walked(ROOT, span("a", "root", 10, 50), span("b", "root", 40, 90)) == ["root 90-100", "b 40-90", "root 0-40"]


def test_a_child_that_ends_as_the_next_starts_is_on_the_path():
    found = walked(ROOT, span("a", "root", 10, 50), span("b", "root", 50, 90))
    assert found == ["root 90-100", "b 50-90", "a 10-50", "root 0-10"]


def test_of_children_that_finish_together_the_one_that_started_first_counts_then_the_first_id():
    found = walked(ROOT, span("a", "root", 20, 90), span("b", "root", 10, 90))
    assert found == ["root 90-100", "b 10-90", "root 0-10"]
    assert walked(ROOT, span("z", "root", 0, 100), span("y", "root", 0, 100)) == ["y 0-100"]


def test_a_span_without_duration_has_no_section():
    found = walked(ROOT, span("moment", "root", 40, 40, links=["early"]), span("early", "root", 5, 10))
    assert found == ["root 40-100", "root 10-40", "early 5-10", "root 0-5"]
    assert walked(span("root", None, 5, 5)) == []


def test_a_wait_spans_own_time_is_waiting():
    assert walked(ROOT, span("w", "root", 20, 100, waits=True), span("a", "w", 30, 70)) == [
        "w 70-100 wait",
        "a 30-70",
        "w 20-30 wait",
        "root 0-20",
    ]


def test_a_wait_span_is_known_by_its_attribute_or_by_its_name():
    assert walked(ROOT, span("w", "root", 0, 100, attributes={"flock.wait": True})) == ["w 0-100 wait"]
    named = Span("Flock.run_until_idle", span_id="w", parent_id="root", end_ns=100)
    assert walked(ROOT, named) == ["w 0-100 wait"]


def test_time_between_a_trigger_and_its_effect_is_queueing():
    found = walked(ROOT, span("a", "root", 10, 30), span("x", "root", 20, 48), span("b", "root", 50, 90, links=["a"]))
    assert found == ["root 90-100", "b 50-90", "b 30-50 queue", "a 10-30", "root 0-10"]


def test_a_trigger_that_still_ran_is_cut_where_its_effect_started():
    found = walked(ROOT, span("a", "root", 10, 80), span("b", "root", 50, 90, links=["a"]))
    assert found == ["root 90-100", "b 50-90", "a 10-50", "root 0-10"]


def test_a_cut_branch_goes_on_in_the_child_that_ran_then_down_to_the_last():
    found = walked(
        ROOT,
        span("a", "root", 10, 80),
        span("done", "a", 12, 20),
        span("running", "a", 20, 70),
        span("deeper", "running", 25, 70),
        span("later", "a", 60, 80),
        span("b", "root", 50, 90, links=["a"]),
    )
    assert found == ["root 90-100", "b 50-90", "deeper 25-50", "running 20-25", "done 12-20", "a 10-12", "root 0-10"]


def test_a_cut_branch_whose_children_were_done_is_its_own_work_until_the_last_of_them():
    found = walked(
        ROOT,
        span("a", "root", 10, 80),
        span("done", "a", 12, 20),
        span("later", "a", 60, 80),
        span("b", "root", 50, 90, links=["a"]),
    )
    assert found == ["root 90-100", "b 50-90", "a 20-50", "done 12-20", "a 10-12", "root 0-10"]


def test_of_children_that_ran_at_the_cut_the_one_that_started_first_counts():
    found = walked(
        ROOT,
        span("a", "root", 10, 80),
        span("first", "a", 20, 60),
        span("second", "a", 30, 70),
        span("ends there", "a", 40, 50),
        span("b", "root", 50, 90, links=["a"]),
    )
    assert found == ["root 90-100", "b 50-90", "first 20-50", "a 10-20", "root 0-10"]


def test_a_child_that_ended_at_the_cut_counts_like_one_that_ran_on():
    found = walked(
        ROOT,
        span("a", "root", 10, 80),
        span("ends there", "a", 20, 50),
        span("runs on", "a", 30, 70),
        span("b", "root", 50, 90, links=["a"]),
    )
    assert found == ["root 90-100", "b 50-90", "ends there 20-50", "a 10-20", "root 0-10"]


def test_a_child_that_starts_at_the_cut_is_not_part_of_the_branch():
    found = walked(
        ROOT,
        span("a", "root", 10, 80),
        span("done", "a", 20, 40),
        span("starts there", "a", 50, 70, links=["done"]),
        span("b", "root", 50, 90, links=["a"]),
    )
    assert found == ["root 90-100", "b 50-90", "a 40-50", "done 20-40", "a 10-20", "root 0-10"]


def test_a_chain_of_agents_under_a_wait_is_followed_from_trigger_to_trigger():
    found = walked(
        ROOT,
        span("publish", "root", 0, 10),
        span("wait", "root", 10, 100, waits=True),
        span("writer", "publish", 15, 40, produced=["draft"]),
        span("critic", "publish", 45, 70, consumed=["draft"], produced=["review"]),
        span("slow bystander", "publish", 15, 69),
        span("editor", "publish", 75, 95, consumed=["review"]),
    )
    assert found == [
        "wait 95-100 wait",
        "editor 75-95",
        "editor 70-75 queue",
        "critic 45-70",
        "critic 40-45 queue",
        "writer 15-40",
        "wait 10-15 wait",
        "publish 0-10",
    ]


def test_the_parent_of_an_outliving_span_led_to_it():
    found = walked(ROOT, span("a", "root", 0, 50), span("x", "root", 20, 58), span("b", "a", 60, 90))
    assert found == ["root 90-100", "b 60-90", "b 50-60 queue", "a 0-50"]


def test_a_branch_that_is_already_on_the_path_is_not_walked_again():
    found = walked(ROOT, span("a", "root", 60, 90), span("in a", "a", 0, 90), span("b", "root", 30, 60, links=["in a"]))
    assert found == ["root 90-100", "in a 60-90", "b 30-60", "root 0-30"]


def test_a_branch_that_starts_after_the_trigger_adds_nothing():
    found = walked(
        ROOT,
        span("a", "root", 20, 70),
        span("before a", "a", 0, 10),
        span("b", "root", 50, 90, links=["before a"]),
    )
    assert found == ["root 90-100", "b 50-90", "b 10-50 queue", "root 0-10"]


def test_a_branch_that_starts_at_the_trigger_is_not_followed_to_its_own_trigger():
    found = walked(
        ROOT,
        span("cause of a", "root", 2, 4),
        span("a", "root", 10, 70, links=["cause of a"]),
        span("before a", "a", 5, 10),
        span("bystander", "root", 5, 9),
        span("b", "root", 50, 90, links=["before a"]),
    )
    assert found == [
        "root 90-100",
        "b 50-90",
        "b 10-50 queue",
        "root 9-10",
        "bystander 5-9",
        "root 4-5",
        "cause of a 2-4",
        "root 0-2",
    ]


def test_a_trigger_at_the_parents_own_start_leaves_nothing_to_the_parent():
    found = walked(
        span("root", None, 10, 100),
        span("a", "root", 5, 70),
        span("before the root", "a", 5, 10),
        span("b", "root", 50, 90, links=["before the root"]),
    )
    assert found == ["root 90-100", "b 50-90", "b 10-50 queue"]


def test_a_branch_that_ended_before_the_trigger_leaves_a_gap_to_the_parent():
    found = walked(
        ROOT,
        span("a", "root", 0, 20),
        span("endless", "a", 10, 500),
        span("b", "root", 50, 90, links=["endless"]),
    )
    assert found == ["root 90-100", "b 50-90", "root 20-50", "endless 10-20", "a 0-10"]


def test_a_trigger_outside_the_parents_tree_changes_nothing():
    other = [span("other", None, 0, 30), span("there", "other", 10, 30)]
    spans = [ROOT, span("a", "root", 10, 45), span("b", "root", 50, 90, links=["there"])]
    assert walked(*spans, *other) == ["root 90-100", "b 50-90", "root 45-50", "a 10-45", "root 0-10"]


def test_the_clamp_policy_follows_neither_links_nor_waits():
    found = walked(
        ROOT,
        span("a", "root", 10, 30),
        span("w", "root", 30, 60, waits=True),
        span("b", "root", 70, 90, links=["a"]),
        policy="clamp",
    )
    assert found == ["root 90-100", "b 70-90", "root 60-70", "w 30-60", "a 10-30", "root 0-10"]


@pytest.mark.parametrize("policy", ["causal", "clamp"])
def test_a_chain_ten_thousand_deep_is_walked_to_its_end(policy):
    depth = 10_000
    chain = [span(str(at), str(at - 1) if at else None, at, 3 * depth - at) for at in range(depth)]
    sections = critical_path(Trace.of(chain), policy=policy).sections
    assert len(sections) == 2 * depth - 1
    assert sections[depth - 1].span.span_id == str(depth - 1)


@pytest.mark.parametrize("policy", ["causal", "clamp"])
def test_fifty_thousand_siblings_in_a_row_are_all_on_the_path(policy):
    count = 50_000
    row = [span(str(at), "root", 10 * at, 10 * at + 9) for at in range(count)]
    sections = critical_path(Trace.of([span("root", None, 0, 10 * count), *row]), policy=policy).sections
    assert len(sections) == 2 * count
    assert sum(section.duration for section in sections if section.span.span_id == "root") == count


@pytest.mark.parametrize("waits", [False, True], ids=["working", "waiting"])
def test_in_a_chain_whose_every_span_outlives_its_parent_each_is_due_to_the_one_before(waits):
    depth = 10_000
    chain = [span(str(at), str(at - 1), 10 * at, 10 * at + 15, waits=waits) for at in range(1, depth)]
    sections = critical_path(Trace.of([span("0", None, 0, 20 * depth), *chain])).sections
    assert [section.span.span_id for section in sections] == [str(at) for at in (0, *range(depth - 1, -1, -1))]
    assert {section.kind for section in sections[1:-1]} == {"wait" if waits else "self"}
