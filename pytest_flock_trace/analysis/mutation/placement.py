"""Bugs by which something runs in the wrong place."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pytest_flock_trace.analysis.mutation.mutant import Edit, Proposal, edited
from pytest_flock_trace.analysis.mutation.scene import Scene


def moved_out(scene: Scene) -> Iterator[Proposal]:
    """A span stands beside its parent."""
    for at in scene.subjects:
        parent = scene.tree.parents[at]
        if parent in scene.subjects:
            sentence = f"{scene.name(at)} ran outside {scene.name(parent)}"
            beside = scene.spans[parent].parent_id
            yield Proposal(at, sentence, partial(_under, scene, at, beside))


def moved_over(scene: Scene) -> Iterator[Proposal]:
    """A span stands below a span that was beside it, or beside its parent."""
    for at in scene.subjects:
        for host in _hosts(scene, at):
            sentence = f"{scene.name(at)} ran under {scene.name(host)}"
            parent_id = scene.spans[host].span_id
            yield Proposal(at, sentence, partial(_under, scene, at, parent_id))


def _hosts(scene: Scene, at: int) -> list[int]:
    """The nearest earlier sibling and the nearest earlier sibling of the parent, of other names than the parent's."""
    tree, hosts = scene.tree, list[int]()
    for near in (at, tree.parents[at]):
        if near < 0 or tree.parents[near] < 0:
            continue
        earlier = [one for one in tree.children[tree.parents[near]] if one < near and one in scene.subjects]
        names = {scene.noun(near), scene.noun(tree.parents[at])}
        hosts.extend([one for one in earlier if scene.noun(one) not in names][-1:])
    return hosts


def _under(scene: Scene, at: int, parent_id: str | None) -> Edit:
    return edited(scene, {at: {"parent_id": parent_id}}, other_agents=True)
