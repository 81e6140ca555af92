from __future__ import annotations

from hypothesis import given
from strategies import traces

from pytest_flock_trace.analysis.covering_wait import covering_waits
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace


def covering(trace: Trace) -> dict[str, str]:
    """The ids of the wait spans that cover the ends of all spans but the roots."""
    tree = trace.tree
    waits = [at for at, span in enumerate(tree.spans) if span.waits]
    children = [at for at, parent in enumerate(tree.parents) if parent >= 0]
    found = covering_waits(
        tree, [span.start_ns for span in tree.spans], [span.end_ns for span in tree.spans], waits, children
    )
    return {tree.spans[at].span_id: tree.spans[wait].span_id for at, wait in found.items()}


@given(traces(max_size=25))
def test_the_shortest_wait_in_the_root_tree_and_outside_the_subtree_is_found(trace):
    expected: dict[str, str] = {}
    for child in trace:
        if not (above := trace.ancestors(child)):
            continue
        below = {child, *trace.descendants(child)}
        candidates = [
            wait
            for wait in (above[-1], *trace.descendants(above[-1]))
            if wait.waits and wait not in below and wait.start_ns < child.end_ns <= wait.end_ns
        ]
        if candidates:
            best = min(candidates, key=lambda wait: (wait.duration, -wait.start_ns, wait.span_id))
            expected[child.span_id] = best.span_id
    assert covering(trace) == expected


def wait(span_id: str, start: int, end: int, parent: str = "root") -> Span:
    return Span("wait", span_id=span_id, parent_id=parent, start_ns=start, end_ns=end, waits=True)


def with_waits(*waits: Span) -> Trace:
    return Trace.of(
        [
            Span("root", span_id="root", end_ns=100),
            Span("work", span_id="work", parent_id="root", end_ns=50),
            *waits,
        ]
    )


def test_of_equally_long_waits_the_latest_covers_then_the_first_id():
    assert covering(with_waits(wait("early", 20, 60), wait("late", 30, 70)))["work"] == "late"
    assert covering(with_waits(wait("b", 20, 60), wait("a", 20, 60)))["work"] == "a"


def test_a_wait_covers_its_own_last_moment_but_not_its_first():
    assert covering(with_waits(wait("until", 20, 50)))["work"] == "until"
    assert "work" not in covering(with_waits(wait("from", 50, 80)))


def test_a_span_is_not_covered_by_a_wait_inside_itself():
    assert "work" not in covering(with_waits(wait("inside", 20, 60, parent="work")))


def test_a_wait_in_another_roots_tree_covers_nothing_here():
    elsewhere = [Span("other", span_id="other", end_ns=100), wait("there", 20, 60, parent="other")]
    assert covering(with_waits(*elsewhere)) == {}


def test_ten_thousand_waits_inside_one_another_that_outlive_each_other_are_covered_by_the_root_alone():
    spans = [wait("0", 0, 1_000_000, parent="")]
    spans += [wait(str(at), at, 20_000 + at, parent=str(at - 1)) for at in range(1, 10_000)]
    assert set(covering(Trace.of(spans)).values()) == {"0"}
