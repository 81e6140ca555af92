"""The tree as far as it is shown: without what is hidden, whose children stand under what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union

from pytest_flock_trace.model.noise import noise
from pytest_flock_trace.model.pattern import Pattern, PatternLike, as_pattern
from pytest_flock_trace.model.text import count_of
from pytest_flock_trace.model.tree import SpanTree

Patterns = Union[PatternLike, Iterable[PatternLike]]
"""One or several patterns."""


@dataclass(frozen=True)
class Shown:
    """The spans that are shown, by position."""

    top_down: Sequence[int]
    """Each span after the nearest shown one above it."""
    below: Mapping[int, Sequence[int]]
    """What stands under a span, in start order; under -1, the roots."""
    hosts: Mapping[int, int]
    """For each span that is shown, itself; for each that is hidden, the nearest one above that is not, or -1."""

    @classmethod
    def of(cls, tree: SpanTree, hidden: Collection[int] = (), collapsed: Collection[int] = ()) -> Shown:
        """Without the hidden ones. Nothing below a collapsed one is shown, even if that one is hidden."""
        if not hidden and not collapsed:
            every = range(-1, len(tree))
            return cls(tree.top_down, {-1: tree.roots, **dict(enumerate(tree.children))}, dict(zip(every, every)))
        hosts = {-1: -1}
        below: dict[int, list[int]] = {-1: []}
        shown: list[int] = []
        for position in tree.top_down:
            parent = tree.parents[position]
            if parent in collapsed or parent not in hosts:
                continue
            host = hosts[parent]
            if position in hidden:
                hosts[position] = host
                continue
            hosts[position] = position
            below[host].append(position)
            below[position] = []
            shown.append(position)
        return cls(shown, {host: sorted(positions) for host, positions in below.items()}, hosts)


def hidden(tree: SpanTree, patterns: Patterns, *, but: Collection[int] = ()) -> dict[int, str]:
    """The spans that a printed trace leaves out, and as what it counts them: noise, and what matches a pattern."""
    found = dict.fromkeys(matching(tree, patterns), "other span") | noise(tree)
    return {at: what for at, what in found.items() if at not in but}


def counted(unseen: Mapping[int, str]) -> list[str]:
    """A line that says how many spans are left out, if any are."""
    counts = sorted(Counter(unseen.values()).items())
    return [f"(hidden: {', '.join(count_of(number, what) for what, number in counts)})"] if counts else []


def matching(tree: SpanTree, patterns: Patterns) -> frozenset[int]:
    """Positions of the spans that match any of the patterns; raise `BadPattern` for what is none."""
    return frozenset(position for pattern in several(patterns) for position in as_pattern(pattern).positions(tree))


def several(given: Any) -> list[Any]:
    """What an argument lists, if it is a list at all."""
    return [given] if isinstance(given, (str, Pattern)) or not isinstance(given, Iterable) else [*given]
