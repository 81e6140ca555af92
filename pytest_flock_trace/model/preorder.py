"""The numbers that tell in constant time whether one span stands below another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Preorder:
    """For each position the half-open range of numbers `[enter, leave)` that its subtree takes up.

    A position that no root reaches has the empty range `[-1, -1)`.
    """

    enter: Sequence[int]
    leave: Sequence[int]

    def holds(self, top: int, position: int) -> bool:
        """Whether `position` is `top` itself or stands below it."""
        return self.enter[top] <= self.enter[position] < self.leave[top]


def preorder(order: Sequence[int], parents: Sequence[int]) -> Preorder:
    """Number the positions as they come in `order`: parents before children, subtrees together."""
    enter, leave = [-1] * len(parents), [-1] * len(parents)
    for number, position in enumerate(order):
        enter[position], leave[position] = number, number + 1
    for position in reversed(order):
        parent = parents[position]
        if parent >= 0 and leave[position] > leave[parent]:
            leave[parent] = leave[position]
    return Preorder(enter, leave)
