"""What there is to speak of in some traces: agents, tools, and spans by their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pytest_flock_trace.model.noise import noise
from pytest_flock_trace.model.pattern import Pattern, span
from pytest_flock_trace.model.span import SpanKey
from pytest_flock_trace.model.tree import SpanTree

_MOST: Final = 12
"""Of a sort; those that fewest traces have are left out."""


@dataclass(frozen=True)
class Vocabulary:
    """Patterns, those that most traces have first."""

    agents: Sequence[Pattern]
    tools: Sequence[Pattern]
    names: Sequence[Pattern]
    """Of spans that are neither an agent's invocation nor a tool's call; none where there are agents or tools."""

    @classmethod
    def of(cls, trees: Iterable[SpanTree]) -> Vocabulary:
        """Of spans below the roots, without the housekeeping of frameworks."""
        agents, tools, names = Counter[str](), Counter[str](), Counter[str]()
        for tree in trees:
            said = _said(tree)
            for counts, found in zip((agents, tools, names), said):
                counts.update(found)
        others = [] if agents or tools else [span(name) for name in _commonest(names)]
        return cls(
            [span(agent=name) for name in _commonest(agents)],
            [span(tool=name) for name in _commonest(tools)],
            others,
        )

    @property
    def parties(self) -> Sequence[Pattern]:
        """All of them."""
        return [*self.agents, *self.tools, *self.names]

    def keys(self, tree: SpanTree) -> frozenset[SpanKey]:
        """Of the spans that the patterns speak of."""
        return frozenset(tree.spans[at].key for party in self.parties for at in party.positions(tree))


def _said(tree: SpanTree) -> tuple[set[str], set[str], set[str]]:
    """Agents, tools and names of one trace."""
    left_out = noise(tree)
    agents, tools, names = set[str](), set[str](), set[str]()
    for at, one in enumerate(tree.spans):
        if one.agent is not None:
            agents.add(one.agent)
        elif one.tool is not None:
            tools.add(one.tool)
        elif tree.parents[at] >= 0 and at not in left_out:
            names.add(one.name)
    return agents, tools, names


def _commonest(counts: Counter[str]) -> list[str]:
    return sorted(counts, key=lambda name: (-counts[name], name))[:_MOST]
