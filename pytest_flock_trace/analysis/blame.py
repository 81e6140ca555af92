"""Who on the critical path a duration is due to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pytest_flock_trace.analysis.backward_walk import Section
from pytest_flock_trace.analysis.budget import largest_share, shrinkage
from pytest_flock_trace.analysis.critical_path import CriticalPath, critical_path
from pytest_flock_trace.model.duration import format_duration
from pytest_flock_trace.model.evidence import evidence
from pytest_flock_trace.model.pattern import Pattern
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import label_of
from pytest_flock_trace.model.trace import Trace

_SHOWN = 3
_OTHERS = "what is outside every agent"


@dataclass(frozen=True)
class Blame:
    """Lines on who has to be faster, and their spans."""

    lines: Sequence[str] = ()
    culprits: Sequence[Span] = field(default=())


def blame_path(trace: Trace, excess: int, pattern: Pattern | None = None) -> Blame:
    """Who would have to shrink by so many nanoseconds: the fewest agents of the path that hold as many.

    With a pattern, only what its matches do on the path is looked at. In a trace without agents spans stand in their
    place. Anybody's time may come back on another path when theirs shrinks, hence "at least".
    """
    path = critical_path(trace)
    if pattern is None and excess > path.duration and (late := _outliving(path)):
        return late
    sections = path.sections if pattern is None else _worked(path, pattern)
    parts = list(_by_holder(sections).items())
    taken = largest_share(parts, _length, excess)
    if not taken:
        return Blame()
    held = [(name, _length(own)) for name, own in taken]
    line = shrinkage(held, _length(sections), excess, "duration")
    culprits = _longest_first([section for _, own in taken for section in own])
    places = [at for span in culprits[:_SHOWN] if (at := trace.tree.position(span)) is not None]
    return Blame([line, *evidence(trace.tree, places)], culprits)


def _outliving(path: CriticalPath) -> Blame | None:
    """The spans that ended after the headline root had, where that is what a trace's extent is due to."""
    tree, root = path.trace.tree, None if path.headline is None else path.headline.root
    if root is None:
        return None
    places = sorted((at for at, end in enumerate(tree.ends) if end > root.end_ns), key=lambda at: -tree.ends[at])
    if not places:
        return None
    after = format_duration(tree.ends[places[0]] - root.end_ns)
    noun = "span ends" if len(places) == 1 else "spans end"
    line = f"{len(places)} {noun} after {label_of(root)}, the last by {after}:"
    return Blame([line, *evidence(tree, places, most=_SHOWN)], [tree.spans[at] for at in places])


def _worked(path: CriticalPath, pattern: Pattern) -> list[Section]:
    tree = path.trace.tree
    matching = {tree.spans[at] for at in pattern.positions(tree)}
    return [section for section in path.sections if section.kind == "self" and section.span in matching]


def _by_holder(sections: Sequence[Section]) -> dict[str, list[Section]]:
    has_agents = any(section.span.actor is not None for section in sections)
    holders: dict[str, list[Section]] = {}
    for section in sections:
        holders.setdefault(_holder(section, has_agents=has_agents), []).append(section)
    return holders


def _holder(section: Section, *, has_agents: bool) -> str:
    if section.kind != "self":
        return "waiting" if section.kind == "wait" else "queueing"
    if not has_agents:
        return label_of(section.span)
    return section.span.actor or _OTHERS


def _length(sections: Sequence[Section]) -> int:
    return sum(section.end_ns - section.start_ns for section in sections)


def _longest_first(sections: Sequence[Section]) -> list[Span]:
    held: dict[Span, int] = {}
    for section in sections:
        held[section.span] = held.get(section.span, 0) + section.end_ns - section.start_ns
    return sorted(held, key=lambda span: -held[span])
