"""Bugs by which something does not run at all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pytest_flock_trace.analysis.mutation.mutant import Edit, Proposal
from pytest_flock_trace.analysis.mutation.scene import Scene
from pytest_flock_trace.model.span import with_contents
from pytest_flock_trace.model.text import count_of


def dropped(scene: Scene) -> Iterator[Proposal]:
    """A span is missing, with all below it."""
    for at in scene.subjects:
        below = len(scene.tree.descendants(at))
        which = f", nor {count_of(below, 'span')} below it" if below else ""
        yield Proposal(at, f"{scene.name(at)} never ran{which}", partial(_without, scene, [at]))


def bypassed(scene: Scene) -> Iterator[Proposal]:
    """A span is missing, while what stood below it now stands in its place."""
    for at in scene.subjects:
        if scene.tree.children[at]:
            sentence = f"{scene.name(at)} never ran, but what stands below it did"
            yield Proposal(at, sentence, partial(_bypass, scene, at))


def cut_short(scene: Scene) -> Iterator[Proposal]:
    """Everything that started once a span had ended is missing."""
    starts, ends = scene.tree.starts, scene.tree.ends
    for at in scene.subjects:
        later = [other for other in scene.subjects if starts[other] >= ends[at] and other != at]
        if len(later) > 1:  # one alone is what `dropped` leaves out
            sentence = f"everything stopped after {scene.name(at)}"
            yield Proposal(at, sentence, partial(_without, scene, later))


def _bypass(scene: Scene, at: int) -> Edit:
    span, children = scene.spans[at], set(scene.tree.children[at])
    spans = [
        with_contents(one, parent_id=span.parent_id) if position in children else one
        for position, one in enumerate(scene.spans)
        if position != at
    ]
    return Edit(spans, other_agents=True)


def _without(scene: Scene, tops: list[int]) -> Edit:
    """What is left may tell of its agents in another way, where the spans that told of them are gone."""
    return Edit(scene.without(below for at in tops for below in scene.subtree(at)), other_agents=True)
