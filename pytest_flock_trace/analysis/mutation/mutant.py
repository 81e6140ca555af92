"""A trace as one bug would have left it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_flock_trace.model.span import Span, SpanKey
from pytest_flock_trace.model.trace import Trace

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.mutation.scene import Scene


@dataclass(frozen=True)
class Mutant:
    """A changed trace, and what has changed."""

    trace: Trace
    sentence: str
    """What happened instead, as the end of "nothing here would notice if …": "the critic ran twice"."""
    span: Span
    """The span of the original trace that the change concerns."""
    kind: str
    """The kind of change, such as `drop`."""
    copies: Mapping[SpanKey, SpanKey] = field(default_factory=dict[SpanKey, SpanKey])
    """By the key of each span that the change has added, that of the original span it is a copy of."""


@dataclass(frozen=True)
class Edit:
    """The spans of a changed trace."""

    spans: Sequence[Span]
    copies: Mapping[SpanKey, SpanKey] = field(default_factory=dict[SpanKey, SpanKey])
    """As `Mutant.copies`."""
    other_agents: bool = False
    """Who ran what is to be worked out anew."""


@dataclass(frozen=True)
class Proposal:
    """A change that could be made: few of them are, so the spans are made later."""

    at: int
    """Position of the span that it concerns."""
    sentence: str
    edit: Callable[[], Edit]


def edited(scene: Scene, changes: Mapping[int, Mapping[str, object]], *, other_agents: bool = False) -> Edit:
    """The spans of a scene, some with other values in some of their fields."""
    return Edit(scene.changed(changes), other_agents=other_agents)


Operator = Callable[["Scene"], Iterator[Proposal]]
"""Every change of one kind that a trace admits."""
