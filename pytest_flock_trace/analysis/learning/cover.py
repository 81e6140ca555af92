"""The few sets that together hold what all of them hold."""

from __future__ import annotations

from collections.abc import Sequence


def cover(sets: Sequence[int], most: int, worth: Sequence[float]) -> list[int]:
    """Places of sets, each of which adds to those before it as much as any; ties go to the first.

    Sets are bits, each of which has its worth. No other choice of as many can hold much more: V. Chvátal, "A Greedy
    Heuristic for the Set-Covering Problem" (1979). What those chosen later make superfluous is left out again.
    """
    chosen: list[int] = []
    held = 0
    while len(chosen) < most:
        best = max(range(len(sets)), key=lambda at: (_sum(worth, sets[at] & ~held), -at), default=None)
        if best is None or not sets[best] & ~held:
            break
        chosen.append(best)
        held |= sets[best]
    return _needed(sets, chosen)


def _sum(worth: Sequence[float], bits: int) -> float:
    total = 0.0
    while bits:
        lowest = bits & -bits
        total += worth[lowest.bit_length() - 1]
        bits ^= lowest
    return total


def _needed(sets: Sequence[int], chosen: Sequence[int]) -> list[int]:
    needed = list(chosen)
    for at in chosen:
        others = 0
        for other in needed:
            others |= sets[other] if other != at else 0
        if not sets[at] & ~others:
            needed.remove(at)
    return needed
