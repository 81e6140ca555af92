"""The normal form of a trace as text: what stays the same from run to run of one program."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union

from pytest_flock_trace.model.matcher import Test, TextLike, text_test
from pytest_flock_trace.model.pattern import Pattern, PatternLike, as_pattern
from pytest_flock_trace.model.payload import to_json
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import ELLIPSIS, one_line
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.render.outline import NOTHING, indentation
from pytest_flock_trace.render.shape import Shape, Shapes, folded
from pytest_flock_trace.render.sibling_order import SiblingOrder

Texts = Union[TextLike, Iterable[TextLike]]
"""One or several names, as globs or expressions."""
Patterns = Union[PatternLike, Iterable[PatternLike]]
"""One or several patterns."""

_AROUND = frozenset({"setup", "teardown"})
"""Phases of a test in which its fixtures work, rather than the test itself."""


def skeleton(trace: Trace, *, attributes: Texts = (), hide: Patterns = (), collapse: Patterns = ()) -> str:
    """A line a span, two spaces a level: its label, and `ERROR` if it failed. No ids, no times.

    Siblings stand in the order that `SiblingOrder` gives them, so the text is the same for every run of a program that
    does the same. Neighbours that look the same with all below them are one line, `chat ×3`. Spans outside every run
    that a fixture made while it was set up or torn down are left out.

    `attributes` names those to show: `chat {gen_ai.request.model="small"}`. Spans that match `hide` are left out, and
    what they hold stands under the nearest span above that is shown. Of spans that match `collapse` nothing below is
    shown: `chat …`. Raises `BadPattern` for what is no name or no pattern.
    """
    tree = trace.tree
    shown = _Shown.of(tree, _matching(tree, hide), _matching(tree, collapse))
    if not shown.top_down:
        return NOTHING
    lines = (line for shape, times in _shapes(tree, shown, _tests(attributes)) for line in shape.lines(times))
    return "\n".join(indentation(depth) + line for depth, line in lines)


@dataclass(frozen=True)
class _Shown:
    """The tree as far as it is shown, by position."""

    top_down: Sequence[int]
    """Each span after the nearest shown one above it."""
    below: Mapping[int, Sequence[int]]
    """What stands under a span; under -1, the roots."""
    collapsed: Collection[int]

    @classmethod
    def of(cls, tree: SpanTree, hidden: Collection[int], collapsed: Collection[int]) -> _Shown:
        """A span that is hidden and collapsed is left out with all below it."""
        hosts = {-1: -1}
        below: dict[int, list[int]] = {-1: []}
        shown: list[int] = []
        for position in tree.top_down:
            parent = tree.parents[position]
            if parent in collapsed or parent not in hosts:
                continue
            host = hosts[parent]
            if position in hidden or tree.spans[position].origin.phase in _AROUND:
                hosts[position] = host
                continue
            hosts[position] = position
            below[host].append(position)
            below[position] = []
            shown.append(position)
        return cls(shown, below, collapsed)


def _shapes(tree: SpanTree, shown: _Shown, tests: Sequence[Test]) -> tuple[tuple[Shape, int], ...]:
    """The roots' shapes in order, each with the number of neighbours that it stands for."""
    order = SiblingOrder(tree)
    shapes = Shapes()
    looks: dict[int, tuple[str, Shape]] = {}

    def arranged(parent: int) -> Iterator[Shape]:
        return (looks[position][1] for position in order(parent, shown.below[parent], looks.__getitem__))

    for position in reversed(shown.top_down):
        span = tree.spans[position]
        label = one_line(span.label).strip() or "(no name)"
        text = label + _attributes(span, tests) + (f" {ELLIPSIS}" if position in shown.collapsed else "")
        looks[position] = label, shapes.make(text, arranged(position), failed=span.failed)
    return folded(arranged(-1))


def _attributes(span: Span, tests: Sequence[Test]) -> str:
    if not tests:
        return ""
    keys = sorted(key for key in span.attributes if any(test(key) for test in tests))
    return f" {{{one_line(', '.join(f'{key}={to_json(span.attributes[key])}' for key in keys))}}}" if keys else ""


def _matching(tree: SpanTree, patterns: Patterns) -> frozenset[int]:
    return frozenset(position for pattern in several(patterns) for position in as_pattern(pattern).positions(tree))


def _tests(names: Texts) -> list[Test]:
    return [text_test("attributes", name) for name in several(names)]


def several(given: Any) -> list[Any]:
    """What one of the arguments of `skeleton` lists, if it is a list at all."""
    return [given] if isinstance(given, (str, Pattern)) or not isinstance(given, Iterable) else [*given]
