"""Bugs by which work comes back to who began it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pytest_flock_trace.analysis.mutation.mutant import Edit, Proposal
from pytest_flock_trace.analysis.mutation.repetition import copied
from pytest_flock_trace.analysis.mutation.scene import Scene
from pytest_flock_trace.model.artifact import Artifact
from pytest_flock_trace.model.span import Span, with_contents


def came_back(scene: Scene) -> Iterator[Proposal]:
    """What an agent made sets off again the agent that led to it."""
    if not any(span.produced or span.consumed or span.links for span in scene.spans):
        return
    agents = list(scene.agents())
    for last in agents:
        causes = scene.tree.causality.causes([last])
        for first in agents:
            if first in causes and _strangers(scene, first, last) and last not in scene.tree.descendants(first):
                sentence = f"what {scene.name(last)} made set off {scene.name(first)} again"
                yield Proposal(last, sentence, partial(_returned, scene, first, last))


def called_back(scene: Scene) -> Iterator[Proposal]:
    """An agent calls again the agent that called it."""
    for last in scene.agents():
        for first in scene.tree.ancestors(last):
            if first in scene.subjects and scene.spans[first].agent and _strangers(scene, first, last):
                sentence = f"{scene.name(last)} called {scene.name(first)} back"
                yield Proposal(last, sentence, partial(_called, scene, first, last))


def _strangers(scene: Scene, one: int, other: int) -> bool:
    return scene.spans[one].agent != scene.spans[other].agent


def _returned(scene: Scene, first: int, last: int) -> Edit:
    """The first runs again once the last has ended, and takes in what that made."""
    made, beginner = scene.spans[last], scene.spans[first]
    artifact = Artifact(f"{made.span_id}~made", None)
    delay = scene.tree.ends[last] - beginner.start_ns
    originals = [scene.spans[at] for at in scene.subtree(first)]
    copies = copied(originals, delay_ns=delay)
    copies[0] = with_contents(copies[0], consumed=(artifact,), links=())
    end = max(copy.end_ns for copy in copies)
    changes: dict[int, dict[str, object]] = {
        at: {"end_ns": max(scene.spans[at].end_ns, end)} for at in scene.tree.ancestors(first)
    }
    changes[last] = {"produced": (*made.produced, artifact)}
    return Edit([*scene.changed(changes), *copies], _pairs(copies, originals))


def _called(scene: Scene, first: int, last: int) -> Edit:
    """The first runs again inside the last, as long as that runs and without doing anything."""
    caller, called = scene.spans[last], scene.spans[first]
    [copy] = copied([called])
    copy = with_contents(
        copy, parent_id=caller.span_id, start_ns=caller.start_ns, end_ns=caller.end_ns, consumed=(), links=()
    )
    return Edit([*scene.spans, copy], _pairs([copy], [called]), other_agents=True)


def _pairs(copies: list[Span], originals: list[Span]) -> dict[tuple[str, str], tuple[str, str]]:
    return {copy.key: original.key for copy, original in zip(copies, originals)}
