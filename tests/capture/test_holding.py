from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from pytest_flock_trace.capture.holding import Holding
from pytest_flock_trace.capture.sampling import Sampling


def row(trace: int, *, parent: Any = "a parent", remote: bool = False) -> Any:
    parent = None if parent is None else SimpleNamespace(is_remote=remote)
    return SimpleNamespace(context=SimpleNamespace(trace_id=trace), parent=parent)


def due(holding: Holding, now: float, **options: bool) -> tuple[list[int], set[str]]:
    rows, partial = holding.due(now, **options)
    return [one.context.trace_id for one in rows], {one.lstrip("0") for one in partial}


def test_a_trace_is_due_a_while_after_its_root_has_ended() -> None:
    holding = Holding(grace=1, longest=60)
    holding.add(row(1), 0)
    holding.add(row(1, parent=None), 1)

    assert due(holding, 1.5) == ([], set())
    assert due(holding, 2) == ([1, 1], set())
    assert due(holding, 99) == ([], set())


def test_the_while_begins_anew_with_each_span_that_ends() -> None:
    holding = Holding(grace=1, longest=60)
    holding.add(row(1, parent=None), 0)
    holding.add(row(1), 0.5)

    assert due(holding, 1.25) == ([], set())
    assert due(holding, 1.5) == ([1, 1], set())


def test_a_trace_without_its_root_is_due_after_long_and_goes_on() -> None:
    holding = Holding(grace=1, longest=5)
    holding.add(row(1), 0)

    assert due(holding, 4.9) == ([], set())
    assert due(holding, 5) == ([1], {"1"})


def test_a_span_with_a_parent_in_another_process_is_a_root_here() -> None:
    holding = Holding(grace=1, longest=60)
    holding.add(row(1, remote=True), 0)

    assert due(holding, 1) == ([1], set())


def test_everything_can_be_had_at_once() -> None:
    holding = Holding(grace=1, longest=60)
    holding.add(row(1), 0)
    holding.add(row(2, parent=None), 0)

    assert due(holding, 0, everything=True) == ([1, 2], {"1"})


def test_what_is_put_back_is_the_latest_that_there_is_room_for() -> None:
    holding = Holding(grace=1, longest=60)
    holding.add(row(9), 0)

    assert holding.put_back([row(1), row(2), row(3)], most=3) == 2
    assert due(holding, 100) == ([9, 2, 3], {"9", "2", "3"})
    assert holding.put_back([row(1)], most=0) == 0


class KeepsEven(Sampling):
    """Keeps traces of even numbers, and whatever has a failed span."""

    def __init__(self) -> None:
        super().__init__(0.0)

    def keeps(self, rows: Sequence[Any]) -> bool:
        return any(one.context.trace_id % 2 == 0 or getattr(one, "failed", False) for one in rows)


def failed(trace: int, **options: Any) -> Any:
    return SimpleNamespace(**vars(row(trace, **options)), failed=True)


def test_a_trace_that_the_sampling_does_not_keep_goes_with_its_root() -> None:
    holding = Holding(grace=1, longest=5, sampling=KeepsEven())
    for trace in (1, 2):
        holding.add(row(trace, parent=None), 0)

    assert due(holding, 1) == ([2], set())
    assert due(holding, 99, everything=True) == ([], set())


def test_a_trace_that_may_fail_yet_is_held_until_it_does() -> None:
    holding = Holding(grace=1, longest=5, sampling=KeepsEven())
    holding.add(row(1), 0)

    assert due(holding, 50, everything=True) == ([], set())
    holding.add(failed(1), 60)
    assert due(holding, 65) == ([1, 1], {"1"})


def test_what_comes_later_goes_where_its_trace_went_unless_it_failed() -> None:
    holding = Holding(grace=1, longest=5, sampling=KeepsEven())
    for trace in (1, 3):
        holding.add(row(trace, parent=None), 0)
    holding.add(failed(3), 0)
    assert due(holding, 1) == ([3, 3], set())

    for trace in (1, 3, 5):
        holding.add(row(trace), 2)
    assert due(holding, 7) == ([3], {"3"})

    holding.add(failed(1), 8)
    assert due(holding, 13) == ([1], {"1"})


def test_traces_that_are_held_for_what_may_come_of_them_are_bounded() -> None:
    holding = Holding(grace=1, longest=5, sampling=KeepsEven(), most=4)
    for trace in (1, 3, 5):
        holding.add(row(trace), 0)
        holding.add(row(trace), 0)
    assert due(holding, 5) == ([], set())

    for trace in (1, 3, 5):
        holding.add(failed(trace), 6)

    assert due(holding, 11) == ([3, 3, 3, 5, 5, 5, 1], {"3", "5", "1"})
