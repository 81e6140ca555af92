"""The normal form of a trace as text: what stays the same from run to run of one program."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Union

from pytest_flock_trace.model.matcher import Test, TextLike, text_test
from pytest_flock_trace.model.noise import noise
from pytest_flock_trace.model.payload import to_json
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import ELLIPSIS, one_line
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.render.outline import indentation
from pytest_flock_trace.render.shape import Shape, Shapes, folded
from pytest_flock_trace.render.shown import Patterns, Shown, matching, several
from pytest_flock_trace.render.sibling_order import SiblingOrder
from pytest_flock_trace.render.silence import NO_SPANS

Texts = Union[TextLike, Iterable[TextLike]]
"""One or several names, as globs or expressions."""

_AROUND = frozenset({"setup", "teardown"})
"""Phases of a test in which its fixtures work, rather than the test itself."""


def skeleton(trace: Trace, *, attributes: Texts = (), hide: Patterns = (), collapse: Patterns = ()) -> str:
    """A line a span, two spaces a level: its label, and `ERROR` if it failed. No ids, no times.

    Siblings stand in the order that `SiblingOrder` gives them, so the text is the same for every run of a program that
    does the same. Neighbours that look the same with all below them are one line, `chat ×3`. Spans outside every run
    that a fixture made while it was set up or torn down are left out, and so is the noise of frameworks.

    `attributes` names those to show: `chat {gen_ai.request.model="small"}`. Spans that match `hide` are left out, and
    what they hold stands under the nearest span above that is shown. Of spans that match `collapse` nothing below is
    shown: `chat …`. Raises `BadPattern` for what is no name or no pattern.
    """
    shapes = shapes_of(trace, attributes=attributes, hide=hide, collapse=collapse)
    lines = (line for shape, times in shapes for line in shape.lines(times))
    return "\n".join(indentation(depth) + line for depth, line in lines) or NO_SPANS


def shapes_of(
    trace: Trace, *, attributes: Texts = (), hide: Patterns = (), collapse: Patterns = ()
) -> tuple[tuple[Shape, int], ...]:
    """What `skeleton` writes: the roots' shapes in order, each with the number of neighbours that it stands for."""
    tree = trace.tree
    around = (at for at, span in enumerate(tree.spans) if span.origin.phase in _AROUND)
    collapsed = matching(tree, collapse)
    shown = Shown.of(tree, matching(tree, hide).union(noise(tree), around), collapsed)
    return _shapes(tree, shown, collapsed, _tests(attributes))


def _shapes(
    tree: SpanTree, shown: Shown, collapsed: Collection[int], tests: Sequence[Test]
) -> tuple[tuple[Shape, int], ...]:
    order = SiblingOrder(tree)
    shapes = Shapes()
    looks: dict[int, tuple[str, Shape]] = {}

    def arranged(parent: int) -> Iterator[Shape]:
        return (looks[position][1] for position in order(parent, shown.below[parent], looks.__getitem__))

    for position in reversed(shown.top_down):
        span = tree.spans[position]
        label = one_line(span.label).strip() or "(no name)"
        text = label + _attributes(span, tests) + (f" {ELLIPSIS}" if position in collapsed else "")
        looks[position] = label, shapes.make(text, arranged(position), failed=span.failed)
    return folded(arranged(-1))


def _attributes(span: Span, tests: Sequence[Test]) -> str:
    if not tests:
        return ""
    keys = sorted(key for key in span.attributes if any(test(key) for test in tests))
    return f" {{{one_line(', '.join(f'{key}={to_json(span.attributes[key])}' for key in keys))}}}" if keys else ""


def _tests(names: Texts) -> list[Test]:
    return [text_test("attributes", name) for name in several(names)]
