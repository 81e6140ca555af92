from __future__ import annotations

from pytest_flock_trace.analysis.effective_tree import effective_tree
from pytest_flock_trace.analysis.trigger import Triggers
from pytest_flock_trace.model.span import Link, Span
from pytest_flock_trace.model.trace import Trace


def span(span_id: str, start: int, end: int, parent: str | None = "root", **traits: object) -> Span:
    return Span(span_id, span_id=span_id, parent_id=parent, start_ns=start, end_ns=end, **traits)


def trigger_of(span_id: str, *spans: Span) -> tuple[str, int] | None:
    tree = Trace.of([span("root", 0, 100, parent=None), *spans]).tree
    triggers = Triggers(effective_tree(tree, "causal"))
    found = triggers.of(next(at for at, one in enumerate(tree.spans) if one.span_id == span_id))
    return None if found is None else (tree.spans[found.cause].span_id, found.moment)


def test_a_link_names_the_trigger_and_its_end_the_moment():
    assert trigger_of("b", span("a", 10, 20), span("b", 30, 40, links=["a"])) == ("a", 20)


def test_a_cause_that_still_runs_triggers_at_the_start():
    assert trigger_of("b", span("a", 10, 60), span("b", 30, 40, links=["a"])) == ("a", 30)


def test_the_latest_of_several_causes_is_the_trigger():
    assert trigger_of("c", span("a", 0, 25), span("b", 10, 20), span("c", 30, 40, links=["b", "a"])) == ("a", 25)


def test_of_causes_that_still_run_the_one_that_started_last_is_the_trigger():
    assert trigger_of("c", span("a", 0, 90), span("b", 10, 80), span("c", 30, 40, links=["a", "b"])) == ("b", 30)


def test_the_producer_of_a_consumed_artifact_is_a_cause():
    spans = [span("a", 10, 20, produced=["draft"]), span("b", 30, 40, consumed=["draft"])]
    assert trigger_of("b", *spans) == ("a", 20)


def test_what_starts_at_the_same_moment_is_a_cause():
    assert trigger_of("b", span("a", 30, 60), span("b", 30, 40, links=["a"])) == ("a", 30)


def test_what_starts_later_is_no_cause():
    assert trigger_of("b", span("a", 31, 35), span("b", 30, 40, links=["a"])) is None


def test_a_span_does_not_trigger_itself():
    assert trigger_of("b", span("b", 30, 40, links=["b"], consumed=["x"], produced=["x"])) is None


def test_a_link_to_a_trace_that_is_not_here_is_no_cause():
    assert trigger_of("b", span("a", 10, 20), span("b", 30, 40, links=[Link("a", trace_id="elsewhere")])) is None


def test_a_span_without_links_that_ends_in_time_has_no_trigger():
    assert trigger_of("b", span("a", 10, 20), span("b", 30, 40)) is None


def test_the_parent_triggers_an_outliving_span_without_causes():
    assert trigger_of("b", span("a", 10, 20), span("b", 15, 40, parent="a")) == ("a", 15)
    assert trigger_of("b", span("a", 10, 20), span("b", 30, 40, parent="a", links=["nowhere"])) == ("a", 20)


def test_a_branch_is_the_child_below_which_the_cause_stands():
    spans = [span("root", 0, 100, parent=None), span("a", 0, 50), span("inner", 5, 20, parent="a"), span("b", 60, 70)]
    tree = Trace.of(spans).tree
    at = {one.span_id: position for position, one in enumerate(tree.spans)}
    triggers = Triggers(effective_tree(tree, "causal"))
    assert triggers.branch(at["root"], at["inner"]) == at["a"]
    assert triggers.branch(at["root"], at["a"]) == at["a"]
    assert triggers.branch(at["a"], at["b"]) is None
    assert triggers.branch(at["a"], at["a"]) is None
