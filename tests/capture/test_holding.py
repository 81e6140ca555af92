from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from pytest_flock_trace.capture.holding import Holding


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
