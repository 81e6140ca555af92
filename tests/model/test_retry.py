from __future__ import annotations

from hypothesis import given
from strategies import traces

from pytest_flock_trace import Span, Trace
from pytest_flock_trace.model.evidence import evidence
from pytest_flock_trace.model.retry import retries


def call(start: int, end: int, status: str = "error", *, parent: str = "root", name: str = "search") -> Span:
    return Span(name, span_id=f"{parent}{start}", parent_id=parent, start_ns=start, end_ns=end, status=status)


def found(*calls: Span) -> dict[int, int]:
    """Retries by position; the two parents are first."""
    tree = Trace.of([Span("root", span_id="root", end_ns=99), Span("other", span_id="other", end_ns=99), *calls]).tree
    return retries(tree, range(len(tree)))


def test_a_call_after_a_failed_one_of_the_same_label_and_parent_is_a_retry():
    assert found(call(1, 2), call(3, 4, "ok")) == {3: 2}
    assert found(call(1, 2), call(2, 4, "ok")) == {3: 2}


def test_each_retry_repeats_the_one_right_before_it():
    assert found(call(1, 2), call(3, 4), call(5, 6, "ok"), call(7, 8)) == {3: 2, 4: 3}


def test_a_call_after_one_that_did_not_fail_is_no_retry():
    assert found(call(1, 2, "ok"), call(3, 4)) == {}
    assert found(call(1, 2, "unset"), call(3, 4)) == {}


def test_a_call_that_began_while_the_failed_one_ran_is_no_retry():
    assert found(call(1, 4), call(3, 6)) == {}


def test_a_call_of_another_parent_or_label_is_no_retry():
    assert found(call(1, 2), call(3, 4, parent="other")) == {}
    assert found(call(1, 2), call(3, 4, name="fetch")) == {}


def test_another_call_in_between_does_not_hide_what_is_repeated():
    assert found(call(1, 2), call(3, 4, name="fetch"), call(5, 6)) == {4: 2}


def test_a_retry_is_told_only_beside_what_it_repeats():
    tree = Trace.of([Span("root", span_id="root", end_ns=99), call(1, 2), call(3, 4, "ok"), call(5, 6)]).tree
    assert retries(tree, [2]) == {}
    assert retries(tree, [1, 3]) == {}  # a good one came in between, even if nobody asks about it
    assert retries(tree, [2, 1]) == {2: 1}


def test_the_line_of_a_retry_names_the_number_of_the_failure():
    tree = Trace.of([Span("root", span_id="root", end_ns=99), call(1, 2), call(3, 4), call(5, 6, "ok")]).tree
    assert evidence(tree, [0, 1, 2, 3]) == [
        "  root  at +0 ns for 99 ns  unset",
        "  search  at +1 ns for 1 ns  ERROR",
        "  search  at +3 ns for 1 ns  ERROR  retry of number 2",
        "  search  at +5 ns for 1 ns  ok  retry of number 3",
    ]
    assert evidence(tree, [2, 1])[0].endswith("retry of number 2")


@given(traces())
def test_what_a_retry_repeats_failed_before_it_and_none_of_its_kind_is_in_between(trace):
    tree = trace.tree
    for position, earlier in retries(tree, range(len(tree))).items():
        again, failed = trace.spans[position], trace.spans[earlier]
        assert (again.label, again.parent_id) == (failed.label, failed.parent_id)
        assert failed.status == "error"
        assert failed.end_ns <= again.start_ns
        assert not any(
            tree.parents[at] == tree.parents[position] and trace.spans[at].label == again.label
            for at in range(earlier + 1, position)
        )
