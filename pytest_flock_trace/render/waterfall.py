"""The spans of a trace as bars on its time scale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pytest_flock_trace.model.duration import format_duration
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import columns_of, cut_end, label_of, pad_end, pad_start
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.render.elision import Gap, Rank, elide
from pytest_flock_trace.render.fold import Line, unfolded
from pytest_flock_trace.render.outline import indentation, path_ns
from pytest_flock_trace.render.scale import Scale
from pytest_flock_trace.render.shown import Shown, counted, hidden
from pytest_flock_trace.render.silence import NO_SPANS

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.backward_walk import Section
    from pytest_flock_trace.analysis.critical_path import CriticalPath

    Sections = Mapping[int, Sequence[Section]]

ON_PATH, OFF_PATH, WAITING, QUEUEING, MOMENT = "█", "▒", "░", "·", "│"
LEGEND = f"{ON_PATH} path {OFF_PATH} off it {WAITING} wait {QUEUEING} queue"
NARROWEST = 60
_GLYPHS = (("queue", QUEUEING), ("wait", WAITING), ("self", ON_PATH))
_LABEL_SHARE = 0.4
_SHORTEST_LABEL = 16


def waterfall(
    trace: Trace,
    *,
    width: int = 100,
    path: CriticalPath | None = None,
    limit: int | None = None,
    culprits: Iterable[Span] = (),
) -> str:
    """A line a span: label, bar and duration, in `width` columns (60 at least), under a line with the scale.

    With a critical path, `█` is drawn where the path runs through that very span (one span at any moment), `░`
    where the path only waits in it, `·` where it queued before it, and `▒` elsewhere; `✗` marks culprits. `limit`
    counts the scale; it keeps culprits first, then failed spans, those that hold most of the path, then upper levels.
    The noise of frameworks is left out and counted in the last line, unless it is a culprit; the path through it is
    drawn in the nearest span above that is shown.
    """
    tree = trace.tree
    if limit is not None and limit <= 0:
        return ""
    if len(tree) == 0:
        return NO_SPANS
    width = max(width, NARROWEST)
    blamed = frozenset(at for span in culprits if (at := tree.position(span)) is not None)
    unseen = hidden(tree, (), but=blamed)
    notes = counted(unseen)
    shown_tree = Shown.of(tree, unseen)
    sections = None if path is None else _by_position(tree, path, shown_tree.hosts)
    lines = unfolded(shown_tree)
    ranks = [
        Rank.CULPRIT if line.members[0] in blamed else _rank(tree, line.members[0], sections or {}) for line in lines
    ]
    held = path_ns(tree, path)
    room_for_lines = None if limit is None else limit - 1 - len(notes)
    shown = elide(lines, ranks, room_for_lines, [held.get(line.members[0], 0) for line in lines])
    extent = int(trace.duration)
    durations = [format_duration(extent), *(_duration(line, tree) for line in shown)]
    widest = max(map(columns_of, durations))
    labels, room = _labels("" if path is None else LEGEND, shown, tree, blamed, width)
    scale = Scale(tree.spans[0].start_ns, extent, width - room - widest - 2)
    bars = [scale.ticks(), *(_bar(line, tree, scale, sections) for line in shown)]
    rows = (
        f"{pad_end(label, room)} {pad_end(bar, scale.columns)} {pad_start(duration, widest)}".rstrip()
        for label, bar, duration in zip(labels, bars, durations)
    )
    return "\n".join([*rows, *notes][:limit])


def _by_position(tree: SpanTree, path: CriticalPath, hosts: Mapping[int, int]) -> Sections:
    """The path's sections by the position of the span that they are drawn in."""
    sections: dict[int, list[Section]] = {}
    for section in path.sections:
        if (at := tree.position(section.span)) is not None:
            sections.setdefault(hosts[at], []).append(section)
    return sections


def _rank(tree: SpanTree, at: int, sections: Sections) -> Rank:
    return Rank.FAILED if tree.spans[at].failed else Rank.ON_PATH if at in sections else Rank.PLAIN


def _duration(line: Line | Gap, tree: SpanTree) -> str:
    if isinstance(line, Gap):
        return ""
    span = tree.spans[line.members[0]]
    return ("ERROR " if span.failed else "") + format_duration(int(span.duration))


def _labels(
    heading: str, shown: Sequence[Line | Gap], tree: SpanTree, blamed: frozenset[int], width: int
) -> tuple[list[str], int]:
    """The heading and the indented labels, cut to a column that leaves the bars their part, and its width."""
    room = max(_SHORTEST_LABEL, int(width * _LABEL_SHARE))
    deepest = (room - _SHORTEST_LABEL) // 2
    marks = [_mark(line, blamed) for line in shown]
    labels = [
        heading,
        *(mark + indentation(line.depth, deepest) + _label(line, tree) for mark, line in zip(marks, shown)),
    ]
    cut = [cut_end(label, room) for label in labels]
    return cut, max(map(columns_of, cut))


def _mark(line: Line | Gap, blamed: frozenset[int]) -> str:
    """The gutter, which is there only where there are culprits to mark."""
    if not blamed:
        return ""
    return "✗ " if isinstance(line, Line) and line.members[0] in blamed else "  "


def _label(line: Line | Gap, tree: SpanTree) -> str:
    return str(line) if isinstance(line, Gap) else label_of(tree.spans[line.members[0]])


def _bar(line: Line | Gap, tree: SpanTree, scale: Scale, sections: Sections | None) -> str:
    if isinstance(line, Gap):
        return ""
    span = tree.spans[line.members[0]]
    cells = scale.cells(span.start_ns, span.end_ns)
    if span.end_ns <= span.start_ns:
        return " " * cells.start + MOMENT
    bar = " " * cells.start + (ON_PATH if sections is None else OFF_PATH) * len(cells)
    own = (sections or {}).get(line.members[0])
    return _painted(bar, own, scale) if own else bar


def _painted(bar: str, sections: Sequence[Section], scale: Scale) -> str:
    """The bar with the path's sections drawn over it."""
    cells = list(bar)
    for kind, glyph in _GLYPHS:
        for cell in _held([section for section in sections if section.kind == kind], scale):
            cells[min(cell, len(cells) - 1)] = glyph
    return "".join(cells)


def _held(sections: Sequence[Section], scale: Scale) -> list[int]:
    """The columns of which the sections take at least half, else the one of which they take most.

    A parent holds the path for a sliver between any two of its children; drawing each would fill its bar.
    """
    shares: dict[int, float] = {}
    for section in sections:
        for cell in scale.cells(section.start_ns, section.end_ns):
            shares[cell] = shares.get(cell, 0.0) + scale.share(cell, section.start_ns, section.end_ns)
    held = [cell for cell, share in shares.items() if share >= 0.5]
    return held or sorted(shares, key=shares.__getitem__)[-1:]
