"""Bugs by which agents do not take up each other's work, or work that is not for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from pytest_flock_trace.analysis.mutation.mutant import Edit, Proposal, edited
from pytest_flock_trace.analysis.mutation.scene import Scene

_ARGUMENT = "input.artifacts"
"""Where Flock has the artifacts as text, from which they would be read again."""


def not_taken_up(scene: Scene) -> Iterator[Proposal]:
    """A span does not take in an artifact of another, or does not link to it."""
    for at in scene.subjects:
        for producer in dict.fromkeys(scene.tree.causality.sources(at)):
            sentence = f"{scene.name(at)} did not take up what came from {scene.name(producer)}"
            yield Proposal(at, sentence, partial(_parted, scene, at, producer))


def also_taken_up(scene: Scene) -> Iterator[Proposal]:
    """An agent takes in an artifact that was there, but not for it."""
    tree = scene.tree
    producers = [at for at in scene.subjects if scene.spans[at].produced]
    for at in scene.agents():
        known = {*tree.causality.sources(at), at}
        strangers = (one for one in producers if tree.ends[one] <= tree.starts[at] and one not in known)
        for producer in strangers:
            if scene.spans[producer].actor != scene.spans[at].actor:
                sentence = f"{scene.name(at)} also took up what came from {scene.name(producer)}"
                consumed = (*scene.spans[at].consumed, scene.spans[producer].produced[0])
                change = {at: {"consumed": consumed}}
                yield Proposal(at, sentence, partial(edited, scene, change))


def _parted(scene: Scene, at: int, producer: int) -> Edit:
    """The span is without what it has of the other."""
    span, other = scene.spans[at], scene.spans[producer]
    consumed = tuple(artifact for artifact in span.consumed if artifact not in other.produced)
    links = tuple(link for link in span.links if (link.trace_id or span.trace_id, link.span_id) != other.key)
    change: dict[str, object] = {"consumed": consumed, "links": links, "attributes": _unread(span.attributes)}
    return edited(scene, {at: change})


def _unread(attributes: Mapping[str, object]) -> Mapping[str, object]:
    return {key: value for key, value in attributes.items() if key != _ARGUMENT}
