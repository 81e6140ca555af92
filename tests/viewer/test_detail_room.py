from __future__ import annotations

import random
from typing import Any

from pytest_flock_trace.viewer.detail_room import LENGTHS, DetailRoom


def blocks(*texts: str) -> list[tuple[str, dict[str, Any]]]:
    return [(f"details?key=t&block={at}", {"rows": [{"text": text}]}) for at, text in enumerate(texts)]


def noise(length: int, seed: int = 0) -> str:
    """What no compression makes much smaller."""
    return random.Random(seed).randbytes(length // 2).hex()


def test_details_stay_as_they_are_where_there_is_room() -> None:
    room = DetailRoom(spans_left=10)

    assert [one.answer for one in room.packed(blocks("a", "b" * 9_000), 2)] == [
        answer for _, answer in blocks("a", "b" * 9_000)
    ]
    assert room.left_out() == []


def test_long_texts_are_cut_where_it_gets_tight_and_that_is_said() -> None:
    room = DetailRoom(spans_left=2, room=4_000)
    (cut,) = room.packed(blocks(noise(50_000)), 1)

    assert len(cut.data) <= 2_000
    assert len(cut.answer["rows"][0]["text"]) <= 1_100
    assert room.left_out()[0].startswith("Texts in the details of 1 trace are cut to 1,000 characters")


def test_details_that_fit_in_no_form_are_left_out_and_that_is_said() -> None:
    room = DetailRoom(spans_left=1, room=100)

    assert room.packed(blocks(*(noise(50, seed) for seed in range(200))), 1) == []
    assert room.left_out() == ["The details of the spans of 1 trace are left out to save room."]


def test_all_details_together_stay_within_the_room_and_every_trace_gets_some() -> None:
    room = DetailRoom(spans_left=100, room=20_000)
    found = [room.packed(blocks(noise(5_000, seed)), 1) for seed in range(100)]

    assert sum(len(one.data) for kept in found for one in kept) <= 20_000
    assert all(found)
    assert len(found[0][0].data) > len(found[-1][0].data)


def test_each_length_is_shorter_than_the_one_before() -> None:
    assert list(LENGTHS[1:]) == sorted(LENGTHS[1:], reverse=True)
