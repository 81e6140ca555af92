"""Why steps that were done are not those that were expected, in phrases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pytest_flock_trace.analysis.comparison import Comparison, Mode
from pytest_flock_trace.analysis.step import Step
from pytest_flock_trace.model.text import cut_end

_LONGEST_STEP = 60
_LISTED = 5


def differences(comparison: Comparison, mode: Mode) -> list[str]:
    """What keeps the two sides from matching: the first place where they part, and the steps that one side lacks."""
    undone, unexpected = comparison.left_over()
    phrases: list[str] = []
    if mode.order == "exact":
        phrases.append(_first_difference(comparison))
    if mode.all_expected and undone:
        phrases.append(f"expected, not done: {_listed(undone)}")
    if mode.all_done and unexpected:
        phrases.append(f"done, not expected: {_listed(unexpected)}")
    if mode.order == "in_order" and not undone:
        phrases.append(_first_out_of_order(comparison))
    if unknown := _unknown(unexpected) & {step.name for step in undone if step.arguments}:
        phrases.append(f"arguments not recorded: {', '.join(sorted(unknown))}")
    return phrases


def _first_difference(comparison: Comparison) -> str:
    fitting = {place for place, _ in comparison.pairs("exact")}
    place = next(at for at in range(len(fitting) + 1) if at not in fitting)
    return f"index {place}: expected {_at(comparison.expected, place)}, done {_at(comparison.done, place)}"


def _first_out_of_order(comparison: Comparison) -> str:
    count, last = comparison.kept_order()
    before, missing = comparison.expected[count - 1 : count + 1]  # the first one is found wherever it was done
    return f"no {_shown(missing)} after {_shown(before)} at index {last}"


def _unknown(steps: Iterable[Step]) -> set[str]:
    return {step.name for step in steps if step.arguments is None}


def _listed(steps: Iterable[Step]) -> str:
    counts = Counter(map(_shown, steps))
    shown = [text if count == 1 else f"{text} ×{count}" for text, count in counts.items()]
    return ", ".join(shown[:_LISTED]) + (f", … {len(shown) - _LISTED} more" if len(shown) > _LISTED else "")


def _at(steps: Sequence[Step], place: int) -> str:
    return _shown(steps[place]) if place < len(steps) else "nothing"


def _shown(step: Step) -> str:
    return cut_end(str(step), _LONGEST_STEP)
