"""Bugs by which things happen in the wrong order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from pytest_flock_trace.analysis.mutation.mutant import Edit, Proposal, edited
from pytest_flock_trace.analysis.mutation.scene import Scene


def exchanged(scene: Scene) -> Iterator[Proposal]:
    """Two spans change places, with all below them: one set the other going, or came right before it."""
    for second in scene.subjects:
        for first in _before(scene, second):
            if scene.noun(first) != scene.noun(second):
                sentence = f"{scene.name(second)} ran before {scene.name(first)}"
                yield Proposal(second, sentence, partial(_swapped, scene, first, second))


def _before(scene: Scene, at: int) -> list[int]:
    """Subjects that had ended when this one started: those whose work it took up, and the last of its siblings."""
    tree = scene.tree
    parent = tree.parents[at]
    siblings = tree.children[parent] if parent >= 0 else tree.roots
    ended = [sibling for sibling in siblings if tree.ends[sibling] <= tree.starts[at] and sibling < at]
    nearest = sorted(ended, key=lambda sibling: (tree.ends[sibling], sibling))[-1:]
    sources = [source for source in tree.causality.sources(at) if tree.ends[source] <= tree.starts[at]]
    found = dict.fromkeys([*sources, *nearest])
    return [first for first in found if first in scene.subjects and at not in tree.descendants(first)]


def _swapped(scene: Scene, first: int, second: int) -> Edit:
    """The second begins where the first began, the first ends where the second ended: nothing overlaps by that."""
    starts, ends = scene.tree.starts, scene.tree.ends
    shifts = dict.fromkeys(scene.subtree(first), ends[second] - ends[first])
    shifts |= dict.fromkeys(scene.subtree(second), starts[first] - starts[second])
    changes: dict[int, dict[str, object]] = {
        at: {"start_ns": scene.spans[at].start_ns + shift, "end_ns": scene.spans[at].end_ns + shift}
        for at, shift in shifts.items()
    }
    for at, ordinal in _ordinals(scene, shifts).items():
        changes[at]["origin"] = replace(scene.spans[at].origin, ordinal=ordinal)
    return edited(scene, changes)


def _ordinals(scene: Scene, shifts: Mapping[int, int]) -> Mapping[int, int]:
    """The recorder's numbers of the spans that moved, given out again in the order in which they now start."""
    spans = scene.spans
    anew = sorted(shifts, key=lambda at: (spans[at].start_ns + shifts[at], spans[at].origin.ordinal, at))
    return dict(zip(anew, sorted(spans[at].origin.ordinal for at in shifts)))
