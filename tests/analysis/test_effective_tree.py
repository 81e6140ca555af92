from __future__ import annotations

import pytest

from pytest_flock_trace.analysis.effective_tree import EffectiveTree, effective_tree
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace


def span(span_id: str, parent: str | None, start: int, end: int, **traits: object) -> Span:
    return Span(span_id, span_id=span_id, parent_id=parent, start_ns=start, end_ns=end, **traits)


def shape(tree: EffectiveTree) -> dict[str, list[str]]:
    """Ids of the effective children of each span that has any, in start order."""
    spans = tree.tree.spans
    return {spans[at].span_id: [spans[one].span_id for one in below] for at, below in enumerate(tree.children) if below}


def windows(tree: EffectiveTree) -> dict[str, tuple[int, int]]:
    return {one.span_id: (tree.starts[at], tree.ends[at]) for at, one in enumerate(tree.tree.spans) if tree.kept[at]}


def test_children_that_end_in_time_stay_where_they_are():
    spans = [span("root", None, 0, 100), span("a", "root", 10, 90), span("b", "a", 20, 90)]
    assert shape(effective_tree(Trace.of(spans).tree, "causal")) == {"root": ["a"], "a": ["b"]}


def test_an_outliving_child_goes_to_the_wait_span_that_covers_its_end():
    spans = [
        span("root", None, 0, 100),
        span("publish", "root", 0, 10),
        span("wait", "root", 10, 100, waits=True),
        span("agent", "publish", 12, 50),
    ]
    tree = effective_tree(Trace.of(spans).tree, "causal")
    assert shape(tree) == {"root": ["publish", "wait"], "wait": ["agent"]}
    assert [tree.tree.spans[at].span_id for at in tree.outliving] == ["agent"]


def test_an_outliving_child_without_a_wait_goes_to_the_ancestor_that_covers_its_end():
    spans = [span("root", None, 0, 100), span("a", "root", 0, 60), span("b", "a", 0, 20), span("c", "b", 10, 50)]
    assert shape(effective_tree(Trace.of(spans).tree, "causal")) == {"root": ["a"], "a": ["b", "c"]}


def test_an_outliving_child_that_nothing_covers_keeps_its_parent():
    spans = [span("root", None, 0, 100), span("a", "root", 0, 60), span("b", "a", 10, 500)]
    tree = effective_tree(Trace.of(spans).tree, "causal")
    assert shape(tree) == {"root": ["a"], "a": ["b"]}
    assert windows(tree)["b"] == (10, 60)


def test_a_consumer_below_its_producer_goes_to_a_wait_span_or_is_off_every_path():
    pair = [span("producer", "root", 0, 90, kind="producer"), span("consumer", "producer", 20, 60, kind="consumer")]
    root = span("root", None, 0, 100)
    waiting = span("wait", "root", 10, 70, waits=True)
    assert shape(effective_tree(Trace.of([root, *pair]).tree, "causal")) == {"root": ["producer"]}
    adopted = shape(effective_tree(Trace.of([root, waiting, *pair]).tree, "causal"))
    assert adopted == {"root": ["producer", "wait"], "wait": ["consumer"]}


def test_the_clamp_policy_keeps_real_parents_but_for_consumers_below_producers():
    spans = [
        span("root", None, 0, 100),
        span("wait", "root", 10, 100, waits=True),
        span("producer", "root", 0, 10, kind="producer"),
        span("consumer", "producer", 2, 8, kind="consumer"),
        span("client", "producer", 2, 80, kind="client"),
    ]
    tree = effective_tree(Trace.of(spans).tree, "clamp")
    assert shape(tree) == {"root": ["producer", "wait"], "producer": ["client"]}
    assert (tree.outliving, any(tree.waits)) == (frozenset(), False)


@pytest.mark.parametrize(
    ("start", "end", "kept"),
    [
        pytest.param(20, 30, (20, 30), id="inside"),
        pytest.param(5, 30, (10, 30), id="starts before"),
        pytest.param(20, 60, (20, 50), id="ends after"),
        pytest.param(0, 90, (10, 50), id="covers"),
        pytest.param(0, 10, None, id="ends as the parent starts"),
        pytest.param(50, 60, None, id="starts as the parent ends"),
        pytest.param(30, 30, (30, 30), id="a moment inside"),
        pytest.param(30, 20, (30, 30), id="ends before it starts"),
    ],
)
def test_a_child_is_cut_to_its_parent_and_dropped_outside_it(start, end, kept):
    spans = [span("root", None, 10, 50), span("child", "root", start, end)]
    assert windows(effective_tree(Trace.of(spans).tree, "clamp")).get("child") == kept


def test_what_stands_below_a_dropped_span_is_dropped_with_it():
    spans = [span("root", None, 0, 50), span("late", "root", 60, 90), span("below", "late", 10, 20)]
    assert windows(effective_tree(Trace.of(spans).tree, "clamp")) == {"root": (0, 50)}


def test_two_wait_spans_that_would_adopt_each_others_tree_are_off_every_path():
    spans = [
        span("root", None, 0, 20),
        span("a", "root", 0, 50),
        span("b", "root", 0, 60),
        span("wait in a", "a", 0, 80, waits=True),
        span("wait in b", "b", 0, 70, waits=True),
    ]
    tree = effective_tree(Trace.of(spans).tree, "causal")
    assert shape(tree) == {"wait in a": ["b", "wait in b"], "wait in b": ["a"], "a": ["wait in a"]}
    assert windows(tree) == {"root": (0, 20)}


def test_the_tree_of_no_spans_is_empty():
    assert windows(effective_tree(Trace.of([]).tree, "causal")) == {}
