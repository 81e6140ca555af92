"""Who led to whom, as named parties: the three layers of a dependency graph, never merged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.calls import NAMES, Level, calls
from pytest_flock_trace.model.flows import NOWHERE, flows

__all__ = ["EXTERNAL", "LAYERS", "NOWHERE", "Layer", "Passage", "chain_rounds", "layer_of", "passages"]

if TYPE_CHECKING:
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.model.tree import SpanTree

Layer = Literal["artifact", "call", "service"]
LAYERS: Final = get_args(Layer)
EXTERNAL: Final = "(external)"
"""Whoever published from outside, or took something there."""


class Passage(NamedTuple):
    """One time that one party led to another."""

    source: str
    target: str
    artifact: str | None
    """The type of the artifact; None where it is not known, and for calls."""
    identifier: str | None
    """The id of the artifact; None for a link or a call."""
    producer: int
    """Position of the span on the source's side; `NOWHERE` where it is not in the trace."""
    consumer: int
    """Position of the span on the target's side."""
    came_from: int
    """Position of the source's invocation; of the producer itself where it belongs to none."""
    went_to: int
    """Position of the target's invocation; of the consumer itself where it belongs to none."""


def passages(tree: SpanTree, by: Level, layer: Layer | None = None) -> list[Passage]:
    """Every passage of a layer, by start of the consumer; of the layer that `layer_of` names unless one is given."""
    chosen = layer_of(tree) if layer is None else layer
    if chosen not in LAYERS:
        raise BadArgument(f"layer={chosen!r} is no layer of dependencies; valid: {', '.join(LAYERS)}")
    return list({"artifact": _by_artifacts, "call": _by_calls, "service": _by_services}[chosen](tree, by))


def layer_of(tree: SpanTree) -> Layer:
    """The artifact layer where the spans say anything of artifacts or links, else the call layer."""
    says = any(span.consumed or span.produced or span.links for span in tree.spans)
    return "artifact" if says else "call"


def chain_rounds(made: Sequence[Passage]) -> dict[int, int]:
    """For each invocation how often a chain of passages down to it has been with its party before, at most.

    A passage that leads back in time is no part of a chain.
    """
    visits: dict[int, dict[str, int]] = {}
    rounds: dict[int, int] = {}
    for passage in sorted(made, key=lambda one: (one.went_to, one.came_from)):
        if passage.came_from >= passage.went_to:
            continue
        before = visits.setdefault(passage.came_from, {passage.source: 1})
        here = visits.setdefault(passage.went_to, {passage.target: 1})
        for name, number in before.items():
            here[name] = max(here.get(name, 0), number + (name == passage.target))
        rounds[passage.went_to] = here[passage.target] - 1
    return rounds


def _by_artifacts(tree: SpanTree, by: Level) -> Iterator[Passage]:
    """Flows between different invocations, but not within one service or outside all.

    Of what an invocation and a span within it both took, the first counts.
    """
    owners = _owners(tree, by)
    seen: set[tuple[int, int, str | None]] = set()
    for flow in flows(tree):
        came_from = NOWHERE if flow.producer == NOWHERE else owners[flow.producer]
        went_to = owners[flow.consumer]
        source, target = (EXTERNAL if at == NOWHERE else _name(tree, at, by) for at in (came_from, went_to))
        key = (went_to, came_from, flow.artifact)
        inside = came_from == went_to or (source == target and (by == "service" or source == EXTERNAL))
        if key in seen or inside:
            continue
        seen.add(key)
        ends = (flow.producer if came_from == NOWHERE else came_from, flow.consumer if went_to == NOWHERE else went_to)
        yield Passage(source, target, flow.type, flow.artifact, flow.producer, flow.consumer, *ends)


def _by_calls(tree: SpanTree, by: Level) -> Iterator[Passage]:
    for call in calls(tree, by):
        yield Passage(call.source, call.target, None, None, call.caller, call.callee, call.caller, call.callee)


def _by_services(tree: SpanTree, by: Level) -> Iterator[Passage]:
    """CLIENT or PRODUCER spans with their SERVER or CONSUMER children; other parents and children of two services."""
    del by
    for callee, caller in enumerate(tree.parents):
        if caller < 0:
            continue
        source, target = tree.spans[caller], tree.spans[callee]
        paired = (source.kind, target.kind) in {("client", "server"), ("producer", "consumer")}
        if source.service and target.service and (paired or source.service != target.service):
            yield Passage(source.service, target.service, None, None, caller, callee, caller, callee)


def _owners(tree: SpanTree, by: Level) -> Sequence[int]:
    """For each span the nearest one, itself included, that belongs to somebody; `NOWHERE` where there is none."""
    named: Callable[[Span], str | None] = NAMES[by]
    owners = [NOWHERE] * len(tree)
    for position in tree.top_down:
        if named(tree.spans[position]) is not None:
            owners[position] = position
        elif (parent := tree.parents[position]) >= 0:
            owners[position] = owners[parent]
    return owners


def _name(tree: SpanTree, position: int, by: Level) -> str:
    return NAMES[by](tree.spans[position]) or EXTERNAL
