"""Steps that were done beside the steps that were expected: which of them go together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeVar

from pytest_flock_trace.analysis.alignment import aligned
from pytest_flock_trace.analysis.assignment import assigned
from pytest_flock_trace.analysis.step import ARGUMENT_RULES, ArgumentRule, Arguments, Step, agree
from pytest_flock_trace.errors import BadArgument

Order = Literal["exact", "in_order", "any_order"]
"""Steps go together that have the same place, that come in the same order, or whatever their order."""
ModeName = Literal["strict", "unordered", "subset", "superset", "in_order"]

V = TypeVar("V")


@dataclass(frozen=True)
class Mode:
    """What has to go together for a match."""

    order: Order
    all_expected: bool
    """Every expected step was done."""
    all_done: bool
    """Every step that was done was expected."""


ORDERS: Mapping[str, Order] = {"exact": "exact", "in_order": "in_order", "any_order": "any_order"}
MODES: Mapping[str, Mode] = {
    "strict": Mode("exact", all_expected=True, all_done=True),
    "unordered": Mode("any_order", all_expected=True, all_done=True),
    "subset": Mode("any_order", all_expected=False, all_done=True),
    "superset": Mode("any_order", all_expected=True, all_done=False),
    "in_order": Mode("in_order", all_expected=True, all_done=False),
}


def chosen(what: str, name: str, table: Mapping[str, V]) -> V:
    """What the table has under a name; raise `BadArgument` with the valid names where it has nothing."""
    __tracebackhide__ = True
    if not isinstance(name, str) or name not in table:
        raise BadArgument(f"{what}={name!r} does not exist; valid: {', '.join(table)}")
    return table[name]


class Comparison:
    """Two sequences of steps. Raises `BadArgument` for a rule of arguments that does not exist."""

    def __init__(self, done: Sequence[Step], expected: Sequence[Step], arguments: ArgumentRule = "exact") -> None:
        __tracebackhide__ = True
        chosen("arguments", arguments, ARGUMENT_RULES)
        self.done = done
        self.expected = expected
        self.arguments: ArgumentRule = arguments

    def pairs(self, order: Order) -> list[tuple[int, int]]:
        """As many pairs of places, in what was done and in what was expected, as the order allows."""
        if order == "exact":
            beside = enumerate(zip(self.done, self.expected))
            return [(place, place) for place, (step, wanted) in beside if step.fits(wanted, self.arguments)]
        return (aligned if order == "in_order" else assigned)(self._fits, len(self.expected))

    def matches(self, mode: Mode) -> bool:
        """Whether all goes together that has to."""
        count = len(self.pairs(mode.order))
        return (not mode.all_expected or count == len(self.expected)) and (not mode.all_done or count == len(self.done))

    def score(self, order: Order) -> float:
        """The F1 score of what goes together, 0 to 1; by exact order all or nothing. Two empty sides score 1."""
        if order == "exact":
            return float(self.matches(MODES["strict"]))
        both = len(self.done) + len(self.expected)
        return 2 * len(self.pairs(order)) / both if both else 1.0

    def unfitting(self, order: Order) -> list[Step]:
        """Steps that were done and go with none that was expected; by exact order the fewest that are in the way."""
        paired = {done for done, _ in self.pairs("in_order" if order == "exact" else order)}
        return [step for place, step in enumerate(self.done) if place not in paired]

    def left_over(self) -> tuple[list[Step], list[Step]]:
        """What was expected and not done, and what was done and not expected, whatever the order."""
        pairs = self.pairs("any_order")
        done, expected = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
        return (
            [step for place, step in enumerate(self.expected) if place not in expected],
            [step for place, step in enumerate(self.done) if place not in done],
        )

    def kept_order(self) -> tuple[int, int]:
        """How many of the expected steps were done one after the other, and the place of the last; -1 for none."""
        count, last = 0, -1
        for place, step in enumerate(self.done):
            if count < len(self.expected) and step.fits(self.expected[count], self.arguments):
                count, last = count + 1, place
        return count, last

    @cached_property
    def _fits(self) -> list[int]:
        """For each step that was done the expected ones it fits, as bits; expected steps of other names are skipped."""
        with_any: dict[str, int] = {}
        with_these: dict[str, list[tuple[int, Arguments]]] = {}
        for place, step in enumerate(self.expected):
            if step.arguments is None or self.arguments == "ignore":
                with_any[step.name] = with_any.get(step.name, 0) | 1 << place
            else:
                with_these.setdefault(step.name, []).append((place, step.arguments))
        return [
            with_any.get(step.name, 0) | self._fitting(step.arguments, with_these.get(step.name, ()))
            for step in self.done
        ]

    def _fitting(self, had: Arguments | None, expected: Iterable[tuple[int, Arguments]]) -> int:
        bits = 0
        for place, wanted in expected:
            if agree(self.arguments, had, wanted):
                bits |= 1 << place
        return bits
