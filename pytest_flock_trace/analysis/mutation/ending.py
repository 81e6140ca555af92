"""Bugs by which something ends otherwise than it should."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pytest_flock_trace.analysis.mutation.mutant import Proposal, edited
from pytest_flock_trace.analysis.mutation.scene import Scene
from pytest_flock_trace.model.span import Event, Span, Status
from pytest_flock_trace.model.text import one_line

_EXCEPTION = "exception"


def failed(scene: Scene) -> Iterator[Proposal]:
    """A span that did not fail has failed."""
    for at in scene.subjects:
        if not scene.spans[at].failed:
            change = {at: {"status": "error"}}
            yield Proposal(at, f"{scene.name(at)} failed", partial(edited, scene, change))


def succeeded(scene: Scene) -> Iterator[Proposal]:
    """A span that failed has not."""
    good: Status = "ok" if any(span.status == "ok" for span in scene.spans) else "unset"
    for at in scene.subjects:
        span = scene.spans[at]
        if span.failed:
            events = tuple(event for event in span.events if event.name != _EXCEPTION)
            change = {at: {"status": good, "status_description": None, "events": events}}
            yield Proposal(at, f"{scene.name(at)} did not fail", partial(edited, scene, change))


def silenced(scene: Scene) -> Iterator[Proposal]:
    """A span lacks one of its events. Exceptions go with the failures that they tell of."""
    for at in scene.subjects:
        events = scene.spans[at].events
        for number, event in enumerate(events):
            if event.name != _EXCEPTION:
                change = {at: {"events": (*events[:number], *events[number + 1 :])}}
                sentence = f"{scene.name(at)} had no event {one_line(event.name)!r}{_nth(events, number)}"
                yield Proposal(at, sentence, partial(edited, scene, change))


def unfinished(scene: Scene) -> Iterator[Proposal]:
    """A span has not ended when all else has."""
    last = max(scene.tree.ends, default=0)
    for at in scene.subjects:
        span = scene.spans[at]
        if not span.unfinished and (span.end_ns, span.status) != (last, "unset"):  # else nothing shows it
            change = {at: _open(span, last)}
            yield Proposal(at, f"{scene.name(at)} never ended", partial(edited, scene, change))


def _open(span: Span, until_ns: int) -> dict[str, object]:
    return {"end_ns": max(until_ns, span.start_ns), "status": "unset", "unfinished": True}


def _nth(events: tuple[Event, ...], number: int) -> str:
    """Which one is meant, where the span has several of the name."""
    same = [at for at, event in enumerate(events) if event.name == events[number].name]
    return f" ({same.index(number) + 1} of {len(same)})" if len(same) > 1 else ""
