"""Where the shares of a gate stand among the items of a session."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.plugin.trial_places import first_of_each, placed


def names(items: str, gates: dict[str, int], starts: list[int] | None = None, **spread: object) -> str:
    def begins(total: int) -> list[int]:
        return starts or first_of_each(total, **{"workers": 2, "dist": "load", "chunk": None, **spread})

    return " ".join(placed(items.split(), lambda item: [f"{item}{n + 1}" for n in range(gates.get(item, 0))], begins))


def test_where_each_worker_gets_one_item_the_shares_come_right_after_the_gate() -> None:
    assert names("a", {"a": 3}, workers=4) == "a a1 a2 a3"
    assert names("a x", {"a": 1}) == "a a1 x"


def test_a_share_comes_first_in_the_piece_of_each_other_worker() -> None:
    assert names("a b c d e f", {"b": 2}, [0, 3, 6]) == "a b c b1 d e b2 f"
    assert names("a b c d e f", {"f": 2}, [0, 3, 6]) == "f1 a b f2 c d e f"


def test_shares_of_a_gate_at_the_end_come_in_the_pieces_right_before_it() -> None:
    assert names("a b c d e f", {"f": 1}, [0, 2, 4]) == "a b f1 c d e f"


def test_shares_of_several_gates_take_the_next_places_that_are_free() -> None:
    assert names("a b", {"a": 1, "b": 1}) == "b1 a a1 b"
    assert names("a b c", {"a": 3, "b": 3, "c": 3}, workers=4) == "a b a1 c a2 c1 a3 b1 b2 c2 b3 c3"


@pytest.mark.parametrize(
    ("total", "workers", "dist", "chunk", "starts"),
    [
        (3, 2, "load", None, [0, 1, 2]),
        (10, 2, "load", None, [0, 2, 4, 6, 8]),
        (48, 4, "load", None, [*range(0, 48, 3)]),
        (48, 4, "load", 1, [*range(0, 48, 2)]),
        (10, 4, "worksteal", None, [0, 2, 4, 7]),
        (2, 3, "worksteal", None, [0, 0, 1]),
    ],
)
def test_pieces_begin_where_xdist_cuts(
    total: int, workers: int, dist: str, chunk: int | None, starts: list[int]
) -> None:
    assert first_of_each(total, workers, dist=dist, chunk=chunk) == starts


@given(
    helpers=st.lists(st.integers(0, 5), max_size=40),
    workers=st.integers(2, 8),
    dist=st.sampled_from(["load", "worksteal"]),
    chunk=st.none() | st.integers(0, 5),
)
def test_every_item_and_every_share_has_one_place_and_the_items_keep_their_order(
    helpers: list[int], workers: int, dist: str, chunk: int | None
) -> None:
    items = [(number, 0) for number in range(len(helpers))]
    found = placed(
        items,
        lambda item: [(item[0], share + 1) for share in range(helpers[item[0]])],
        lambda total: first_of_each(total, workers, dist=dist, chunk=chunk),
    )

    assert [item for item in found if item[1] == 0] == items
    assert sorted(found) == [(number, share) for number, most in enumerate(helpers) for share in range(most + 1)]
