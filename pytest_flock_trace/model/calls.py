"""The call layer: who called whom, as far as parents and children tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

from pytest_flock_trace.errors import BadArgument

if TYPE_CHECKING:
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.model.tree import SpanTree

Level = Literal["agent", "service", "operation"]
"""Whose calls of whom are looked at."""
LEVELS: Final[tuple[Level, ...]] = get_args(Level)


class Call(NamedTuple):
    """One call, by the positions of the caller's and the callee's span."""

    source: str
    target: str
    caller: int
    callee: int


def _agent(span: Span) -> str | None:
    return span.agent


def _service(span: Span) -> str | None:
    return None if span.run is not None else span.service


def _operation(span: Span) -> str | None:
    return None if span.run is not None else span.operation


NAMES: Final[dict[str, Callable[[Span], str | None]]] = {
    "agent": _agent,
    "service": _service,
    "operation": _operation,
}


def level_of(by: str) -> Level:
    """The level; raise `BadArgument` for any other word."""
    if by not in NAMES:
        raise BadArgument(f"by={by!r} is no level of calls; valid: {', '.join(LEVELS)}")
    return by  # type: ignore[return-value]  # one of them, as the line above says


def callers(tree: SpanTree, by: Level) -> Sequence[int]:
    """For each span the nearest one above it that belongs to somebody at this level; -1 where there is none."""
    name = NAMES[by]
    nearest = [-1] * len(tree)
    for position in tree.top_down:
        if children := tree.children[position]:
            above = position if name(tree.spans[position]) is not None else nearest[position]
            for child in children:
                nearest[child] = above
    return nearest


def calls(tree: SpanTree, by: Level) -> list[Call]:
    """Every call in start order of the callee. A service does not call itself; agents and operations may."""
    name = NAMES[by]
    found: list[Call] = []
    for callee, caller in enumerate(callers(tree, by)):
        target = name(tree.spans[callee])
        if caller < 0 or target is None:
            continue
        source = name(tree.spans[caller])
        if source is not None and not (by == "service" and source == target):
            found.append(Call(source, target, caller, callee))
    return found


def returns(tree: SpanTree, by: Level) -> dict[int, int]:
    """For each span that is somebody's, how often the chain of calls down to it has been with them before.

    Spans of one service that call each other are one visit there, of which the first span stands here.
    """
    name, above = NAMES[by], callers(tree, by)
    chain: list[tuple[int, str | None]] = []
    visits: dict[str, int] = {}
    found: dict[int, int] = {}
    for position in tree.top_down:
        own = name(tree.spans[position])
        if own is None:
            continue
        while chain and chain[-1][0] != above[position]:
            left = chain.pop()[1]
            if left is not None:
                visits[left] -= 1
        goes_on = by == "service" and bool(chain) and name(tree.spans[chain[-1][0]]) == own
        chain.append((position, None if goes_on else own))
        if not goes_on:
            found[position] = visits.get(own, 0)
            visits[own] = found[position] + 1
    return found
