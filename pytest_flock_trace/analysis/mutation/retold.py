"""The traces that a check is about, as a change to all that a test did leaves them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pytest_flock_trace.model.check_log import Check
from pytest_flock_trace.model.span import SpanKey
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree


class Keys:
    """Which spans each of some trees has, worked out once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[SpanTree, frozenset[SpanKey]]] = {}  # a tree that is kept keeps its id

    def of(self, tree: SpanTree) -> frozenset[SpanKey]:
        """The keys of the tree's spans."""
        if id(tree) not in self._known:
            self._known[id(tree)] = tree, frozenset(span.key for span in tree.spans)
        return self._known[id(tree)][1]

    def of_check(self, check: Check) -> frozenset[SpanKey]:
        """The keys of all spans that a check looks at."""
        return frozenset[SpanKey]().union(*(self.of(trace.tree) for trace in check.traces))


class Retold:
    """One version of all that a test did, of which each trace that a check is about has its part."""

    def __init__(self, trace: Trace, keys: Keys, copies: Mapping[SpanKey, SpanKey] | None = None) -> None:
        self._tree = trace.tree
        self._keys = keys
        self._copies: Mapping[SpanKey, SpanKey] = copies or {}
        self._made: dict[int, SpanTree] = {}

    def verdict(self, check: Check) -> object:
        """What the check comes to here."""
        return check.verdict([trace.with_tree(self._version(trace.tree)) for trace in check.traces])

    def _version(self, tree: SpanTree) -> SpanTree:
        if id(tree) not in self._made:
            self._made[id(tree)] = self._part(self._keys.of(tree))
        return self._made[id(tree)]

    def _part(self, keys: Collection[SpanKey]) -> SpanTree:
        kept = [span for span in self._tree.spans if self._copies.get(span.key, span.key) in keys]
        return self._tree if len(kept) == len(self._tree) else SpanTree(kept, agents_known=True)
