from __future__ import annotations

import pytest
from hypothesis import given
from strategies import traces

from pytest_flock_trace.analysis.paired_trees import MATTERS, paired, speed
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace


@given(traces(), traces())
def test_every_span_of_both_sides_is_in_one_row_under_its_parent_s(before: Trace, now: Trace) -> None:
    rows = paired(before, now)

    for side, trace in (("before", before), ("now", now)):
        places = [(getattr(row, side), row.depth) for row in rows if getattr(row, side) is not None]
        assert sorted(at for at, _ in places) == [*range(len(trace))]
        assert dict(places) == dict(enumerate(trace.tree.depths))
    for row in rows:
        if row.before is not None and row.now is not None:
            assert before.tree.spans[row.before].label == now.tree.spans[row.now].label
        else:
            assert row.state == ("added" if row.before is None else "missing")


@given(traces())
def test_a_trace_beside_itself_is_the_same_throughout(trace: Trace) -> None:
    assert [(row.before, row.now, row.state) for row in paired(trace, trace)] == [
        (at, at, "same") for at in trace.tree.top_down
    ]


def test_a_deep_tree_and_many_siblings_can_be_paired() -> None:
    deep = [Span("s", span_id=str(at), parent_id=str(at - 1) if at else None, end_ns=9) for at in range(5_000)]
    flat = [Span("s", span_id=str(at), parent_id="0" if at else None, end_ns=9) for at in range(5_000)]

    for spans in (deep, flat):
        trace = Trace.of(spans)
        assert {row.state for row in paired(trace, trace)} == {"same"}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (0, MATTERS - 1, "same"),
        (0, MATTERS, "slower"),
        (10 * MATTERS, 14 * MATTERS, "same"),
        (10 * MATTERS, 15 * MATTERS, "slower"),
        (15 * MATTERS, 10 * MATTERS, "faster"),
        (0, 0, "same"),
    ],
)
def test_a_time_is_another_only_where_it_differs_clearly(before: int, now: int, expected: str) -> None:
    assert speed(before, now) == expected
