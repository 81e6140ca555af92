"""Trees that were written as indented text, read again."""

from __future__ import annotations

import re

from pytest_flock_trace.render.outline import DEEPEST_INDENT
from pytest_flock_trace.render.shape import FAILED, Shape, Shapes

_LINE = re.compile(rf"( *)(?:\((\d+)\) )?(.*?)(?: ×(\d{{1,6}}))?({FAILED})?")


def read_tree(text: str, shapes: Shapes) -> list[Shape]:
    """The topmost shapes, each as often as it stands there. What stands further in belongs to the line above it."""
    open_lines: list[tuple[int, list[Shape]]] = []
    for line in reversed(text.splitlines()):
        depth, label, times, failed = _read_line(line)
        below: list[Shape] = []
        while open_lines and open_lines[-1][0] > depth:
            below.extend(open_lines.pop()[1])
        open_lines.append((depth, [shapes.make(label, below, failed=failed)] * times))
    return [shape for _, same in reversed(open_lines) for shape in same]


def _read_line(line: str) -> tuple[int, str, int, bool]:
    """Depth, label, repeats and whether it failed. Below the deepest level that is drawn, the level is a number."""
    match = _LINE.fullmatch(line)
    if match is None:  # only a line end could be the reason
        return 0, line, 1, False
    indent, level, label, times, failed = match.groups()
    depth = len(indent)
    if level is not None:
        if depth == 2 * DEEPEST_INDENT:
            depth = 2 * int(level)
        else:
            label = f"({level}) {label}"
    return depth, label, int(times or 1), failed is not None
