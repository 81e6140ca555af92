"""Bugs by which something runs again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from pytest_flock_trace.analysis.mutation.mutant import Edit, Proposal
from pytest_flock_trace.analysis.mutation.scene import Scene
from pytest_flock_trace.model.artifact import Artifact, type_of
from pytest_flock_trace.model.span import Link, Span, with_contents


def repeated(scene: Scene) -> Iterator[Proposal]:
    """A span is there twice with all below it, as where a subscription is made twice."""
    for at in scene.subjects:
        yield Proposal(at, f"{scene.name(at)} ran twice", partial(_twice, scene, at))


def copied(spans: Sequence[Span], *, delay_ns: int = 0) -> list[Span]:
    """Copies with ids and artifacts of their own, so much later; what they have of one another stays among them."""
    ids = {span.key: _another(span.span_id) for span in spans}
    artifacts = {artifact: _artifact(artifact) for span in spans for artifact in span.produced}
    return [_copy(span, ids, artifacts, delay_ns) for span in spans]


def _twice(scene: Scene, at: int) -> Edit:
    originals = [scene.spans[below] for below in scene.subtree(at)]
    copies = copied(originals)
    return Edit([*scene.spans, *copies], {copy.key: original.key for copy, original in zip(copies, originals)})


def _copy(span: Span, ids: Mapping[tuple[str, str], str], artifacts: Mapping[str, str], delay_ns: int) -> Span:
    return with_contents(
        span,
        span_id=ids[span.key],
        parent_id=ids.get((span.trace_id, span.parent_id or ""), span.parent_id),
        start_ns=span.start_ns + delay_ns,
        end_ns=span.end_ns + delay_ns,
        consumed=tuple(artifacts.get(artifact, artifact) for artifact in span.consumed),
        produced=tuple(artifacts[artifact] for artifact in span.produced),
        links=tuple(_link(link, span.trace_id, ids) for link in span.links),
    )


def _link(link: Link, trace_id: str, ids: Mapping[tuple[str, str], str]) -> Link:
    return replace(link, span_id=ids.get((link.trace_id or trace_id, link.span_id), link.span_id))


def _another(identifier: str) -> str:
    return f"{identifier}~again"  # sorts after the original, and no recorder gives such ids


def _artifact(artifact: str) -> str:
    return Artifact(_another(artifact), type_of(artifact))
