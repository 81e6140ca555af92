from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from pytest_flock_trace.viewer.collecting import seldom_collecting


@pytest.fixture(autouse=True)
def usual() -> Iterator[tuple[int, int, int]]:
    before = gc.get_threshold()
    yield before
    gc.set_threshold(*before)


def test_garbage_is_looked_for_less_often_and_then_as_before(usual: tuple[int, int, int]):
    with seldom_collecting():
        meanwhile = gc.get_threshold()

    assert meanwhile[0] > usual[0]
    assert gc.get_threshold() == usual


def test_a_mistake_leaves_things_as_they_were(usual: tuple[int, int, int]):
    with pytest.raises(ValueError, match="no report"), seldom_collecting():
        raise ValueError("no report")

    assert gc.get_threshold() == usual


def test_who_never_looks_goes_on_like_that(usual: tuple[int, int, int]):
    gc.set_threshold(0, *usual[1:])
    with seldom_collecting():
        assert gc.get_threshold()[0] == 0
