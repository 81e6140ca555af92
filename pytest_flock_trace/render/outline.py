"""The tree of a trace as indented text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_flock_trace.model.duration import format_duration
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import columns_of, failure_of, label_of, pad_end
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.render.elision import Gap, Rank, elide
from pytest_flock_trace.render.fold import Line, fold
from pytest_flock_trace.render.shown import Patterns, Shown, counted, hidden
from pytest_flock_trace.render.silence import NO_SPANS

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.backward_walk import Section
    from pytest_flock_trace.analysis.critical_path import CriticalPath

DEEPEST_INDENT = 40
_WIDEST_ALIGNED = 64
"""Labels that end beyond this column do not push everyone's duration to the right."""


@dataclass(frozen=True)
class Look:
    """What a span's line shows apart from its times."""

    label: str
    failed: bool
    failure: str
    tags: tuple[str, ...]
    on_path: bool


def outline(
    trace: Trace,
    *,
    culprits: Iterable[Span] = (),
    path: CriticalPath | None = None,
    limit: int | None = None,
    times: bool = True,
    hide: Patterns = (),
) -> str:
    """A line a span, two spaces a level, siblings in start order, identical neighbours folded into one `×n`.

    A gutter marks culprits with `✗` and spans on the critical path with `▶`. The time of a folded line is the
    total of its spans. No more than `limit` lines are given: culprits are kept first, then failed spans, those
    that hold most of the critical path and the upper levels; what is left out is counted where it stood.

    Spans that match `hide` and the noise of frameworks are left out unless they are culprits; what they hold stands
    under the nearest span above that is shown, and the last line says how many there were. Raises `BadPattern` for
    what is no pattern.
    """
    tree = trace.tree
    if limit is not None and limit <= 0:
        return ""
    if len(tree) == 0:
        return NO_SPANS
    blamed = _positions(tree, culprits)
    held = path_ns(tree, path)
    looks = _looks(tree, held.keys())
    unseen = hidden(tree, hide, but=blamed)
    notes = counted(unseen)
    lines = fold(Shown.of(tree, unseen), looks, blamed)
    ranks = [_rank(line.members[0] in blamed, looks[line.members[0]]) for line in lines]
    weights = [sum(held.get(member, 0) for member in line.members) for line in lines]
    shown = elide(lines, ranks, None if limit is None else limit - len(notes), weights)
    marks = ("✗" if blamed else "") + ("▶" if held else "")
    lefts = [_left(line, looks, blamed, marks) for line in shown]
    rights = [_right(line, tree, looks, times) for line in shown]
    return "\n".join([*(_aligned(lefts, rights) if times else _joined(lefts, rights)), *notes])


def indentation(depth: int, deepest: int = DEEPEST_INDENT) -> str:
    """Two spaces a level; below the deepest level that is drawn, the level as a number."""
    return "  " * depth if depth <= deepest else f"{'  ' * deepest}({depth}) "


def path_ns(tree: SpanTree, path: CriticalPath | None) -> dict[int, int]:
    """How much of the path each span on it holds, by position; of every run's path where there are several."""
    held: dict[int, int] = {}
    for section in _headlines(path) if path is not None else ():
        if (at := tree.position(section.span)) is not None:
            held[at] = held.get(at, 0) + section.end_ns - section.start_ns
    return held


def _headlines(path: CriticalPath) -> Iterable[Section]:
    runs = [section for one in path.paths if one.root.run is not None for section in one.sections]
    return runs or path.sections


def _positions(tree: SpanTree, spans: Iterable[Span]) -> frozenset[int]:
    return frozenset(at for span in spans if (at := tree.position(span)) is not None)


def _looks(tree: SpanTree, on_path: Collection[int]) -> list[Look]:
    orphans = frozenset(tree.orphans)
    return [
        Look(
            label_of(span),
            span.failed,
            failure_of(span) if span.failed else "",
            _tags(span, at in orphans),
            at in on_path,
        )
        for at, span in enumerate(tree.spans)
    ]


def _tags(span: Span, orphan: bool) -> tuple[str, ...]:
    flags = (
        (span.late, "[late]"),
        (span.unfinished, "[unfinished]"),
        (span.detached, "[detached]"),
        (orphan, "[orphan]"),
        (span.dropped > 0, f"[dropped {span.dropped}]"),
    )
    return tuple(tag for flag, tag in flags if flag)


def _rank(culprit: bool, look: Look) -> Rank:
    if culprit:
        return Rank.CULPRIT
    return Rank.FAILED if look.failed else Rank.ON_PATH if look.on_path else Rank.PLAIN


def _left(line: Line | Gap, looks: Sequence[Look], blamed: frozenset[int], marks: str) -> str:
    """Gutter, indentation and label. The gutter has a column for each mark that this outline uses."""
    if isinstance(line, Gap):
        return _gutter("", marks) + indentation(line.depth) + str(line)
    first = line.members[0]
    own = ("✗" if first in blamed else "") + ("▶" if looks[first].on_path else "")
    return _gutter(own, marks) + indentation(line.depth) + looks[first].label


def _gutter(own: str, marks: str) -> str:
    return "".join(mark if mark in own else " " for mark in marks) + " " * bool(marks)


def _right(line: Line | Gap, tree: SpanTree, looks: Sequence[Look], times: bool) -> str:
    """Repeats, duration, failure and tags."""
    if isinstance(line, Gap):
        return ""
    look = looks[line.members[0]]
    error = f"ERROR {look.failure}".rstrip() if look.failed else ""
    return "  ".join(part for part in (_measure(line, tree, times), error, " ".join(look.tags)) if part)


def _measure(line: Line, tree: SpanTree, times: bool) -> str:
    spans = len(line.members)
    repeats = [f"×{spans}"] if spans > 1 else []
    if times:
        total = format_duration(sum(int(tree.spans[member].duration) for member in line.members))
        repeats.append(f"{total} total" if spans > 1 else total)
    return " ".join(repeats)


def _aligned(lefts: Sequence[str], rights: Sequence[str]) -> list[str]:
    """What follows the label in one column."""
    ends = [end for left, right in zip(lefts, rights) if right and (end := columns_of(left)) <= _WIDEST_ALIGNED]
    column = max(ends, default=0)
    return [f"{pad_end(left, column)}  {right}" if right else left for left, right in zip(lefts, rights)]


def _joined(lefts: Sequence[str], rights: Sequence[str]) -> list[str]:
    return [f"{left}  {right}" if right else left for left, right in zip(lefts, rights)]
