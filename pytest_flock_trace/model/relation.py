"""How spans stand to others: in the tree, in time and as cause and effect."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from heapq import nlargest, nsmallest
from itertools import chain
from typing import Final, NamedTuple

from pytest_flock_trace.model.tree import SpanTree

Holds = Callable[[SpanTree, Sequence[int], Sequence[int]], Sequence[int]]
"""Tree, others and candidates, all in start order: the candidates that stand so to some other but themselves.

No relation costs more than n log n in the size of the tree.
"""

Near = Callable[[SpanTree, Sequence[int]], Sequence[int]]
"""Tree and candidates: all that some of them stand so to, in start order."""


class Relation(NamedTuple):
    """What a keyword means."""

    holds: Holds
    phrase: str
    """How a span that stands in the relation to none is described: "is below no" span(...)."""
    by_clock: bool = False
    """True for what times alone decide."""
    near: Near | None = None
    """What the candidates may stand so to, where that is few; None where it may be anything."""


def _under(tree: SpanTree, others: Sequence[int], among: Sequence[int]) -> Sequence[int]:
    enter, leave, order = tree.numbers.enter, tree.numbers.leave, tree.top_down
    tops: list[int] = []
    reached = 0
    for number in sorted(enter[other] for other in others):
        if number >= reached:  # not below another of them
            tops.append(number)
            reached = leave[order[number]]
    if len(among) == len(tree):
        return sorted(chain.from_iterable(order[top + 1 : leave[order[top]]] for top in tops))

    def below(number: int) -> bool:
        at = bisect_left(tops, number) - 1
        return at >= 0 and number < leave[order[tops[at]]]

    return [at for at in among if below(enter[at])]


def _over(tree: SpanTree, others: Sequence[int], among: Sequence[int]) -> Sequence[int]:
    above: set[int] = set()
    for other in others:
        at = tree.parents[other]
        while at >= 0 and at not in above:
            above.add(at)
            at = tree.parents[at]
    return _those(among, above)


def _child_of(tree: SpanTree, others: Sequence[int], among: Sequence[int]) -> Sequence[int]:
    if isinstance(among, range):  # nobody has chosen yet
        return sorted(at for other in others for at in tree.children[other] if at in among)
    parents, wanted = tree.parents, set(others)
    return [at for at in among if parents[at] in wanted]


def _parent_of(tree: SpanTree, others: Sequence[int], among: Sequence[int]) -> Sequence[int]:
    return _those(among, {tree.parents[other] for other in others})


def _parents(tree: SpanTree, among: Sequence[int]) -> Sequence[int]:
    parents = tree.parents
    return sorted({parents[at] for at in among} - {-1})


def _children(tree: SpanTree, among: Sequence[int]) -> Sequence[int]:
    return sorted(chain.from_iterable(map(tree.children.__getitem__, among)))


def _beside(tree: SpanTree, others: Sequence[int], among: Sequence[int]) -> Sequence[int]:
    parents, own = tree.parents, set(others)
    families = Counter(parents[other] for other in others)
    families[-1] = 0  # roots are nobody's children, so they are no siblings
    if len(among) == len(tree):
        among = sorted(chain.from_iterable(tree.children[parent] for parent in families if parent >= 0))
    return [at for at in among if families[parents[at]] > (at in own)]


def _after(tree: SpanTree, others: Sequence[int], among: Sequence[int]) -> Sequence[int]:
    starts, ends = tree.starts, tree.ends
    first, second = _two(nsmallest(2, ((ends[other], other) for other in others)))
    if first is None:
        return ()
    among = among[bisect_left(among, first[0], key=starts.__getitem__) :]
    return [at for at in among if at != first[1] or (second is not None and starts[at] >= second[0])]


def _before(tree: SpanTree, others: Sequence[int], among: Sequence[int]) -> Sequence[int]:
    starts, ends = tree.starts, tree.ends
    last, second = _two(nlargest(2, ((starts[other], other) for other in others)))
    if last is None:
        return ()
    among = among[: bisect_right(among, last[0], key=starts.__getitem__)]
    return [
        at for at in among if ends[at] <= last[0] and (at != last[1] or (second is not None and ends[at] <= second[0]))
    ]


def _overlapping(tree: SpanTree, others: Sequence[int], among: Sequence[int]) -> Sequence[int]:
    """Neither before nor after: half-open intervals that share a moment."""
    starts, ends = tree.starts, tree.ends
    longest: list[list[tuple[int, int]]] = []  # of the first n others, the two that end last
    for other in others:
        so_far = longest[-1] if longest else []
        longest.append(nlargest(2, [*so_far, (ends[other], other)]))

    def shares(at: int) -> bool:
        started = bisect_left(others, ends[at], key=starts.__getitem__)
        return started > 0 and any(end > starts[at] and other != at for end, other in longest[started - 1])

    return [at for at in among if shares(at)]


def _caused_by(tree: SpanTree, others: Sequence[int], among: Sequence[int]) -> Sequence[int]:
    return _those(among, tree.causality.effects(others))


def _causes(tree: SpanTree, others: Sequence[int], among: Sequence[int]) -> Sequence[int]:
    return _those(among, tree.causality.causes(others))


RELATIONS: Final[dict[str, Relation]] = {
    "under": Relation(_under, "is below no"),
    "over": Relation(_over, "is above no"),
    "child_of": Relation(_child_of, "is no child of a", near=_parents),
    "parent_of": Relation(_parent_of, "has no child", near=_children),
    "beside": Relation(_beside, "has no sibling"),
    "after": Relation(_after, "starts after the end of no", by_clock=True),
    "before": Relation(_before, "ends before the start of no", by_clock=True),
    "overlapping": Relation(_overlapping, "shares no moment with another"),
    "caused_by": Relation(_caused_by, "is on no causal path from a"),
    "causes": Relation(_causes, "is on no causal path to a"),
}
"""By keyword."""


def _those(among: Sequence[int], wanted: set[int]) -> Sequence[int]:
    if isinstance(among, range):  # nobody has chosen yet
        return sorted(at for at in wanted if at in among)
    return [at for at in among if at in wanted]


def _two(
    found: Sequence[tuple[int, int]],
) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    return (found[0] if found else None), (found[1] if len(found) > 1 else None)
