"""In what order siblings stand where nothing that is luck may decide."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence

from pytest_flock_trace.model.grouping import grouped
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.render.leads import Leads
from pytest_flock_trace.render.partial_order import Edges, Look, in_order, joined

Strand = list[list[int]]
"""What one task started, one after another; in one list, what it started at one moment."""

_POOLED = re.compile(r"_\d+\Z|\AAnyIO worker thread\Z")
"""Names of threads that take whichever job comes next: `ThreadPoolExecutor-0_1`, `asyncio_3`."""


class SiblingOrder:
    """Orders the siblings of one tree.

    Those that one task started, or one thread outside any task, keep their start order. Others follow the causal paths
    from branch to branch, unless these lead round or against the start order of a task. Of those that may come next,
    the smallest label comes first, then the smallest text. So neither times nor ids nor the names of tasks matter.
    """

    def __init__(self, tree: SpanTree) -> None:
        self._tree = tree
        self._leads = Leads(tree)

    def __call__(self, parent: int, siblings: Sequence[int], look: Callable[[int], Look]) -> list[int]:
        """The siblings in order; `parent` is the nearest shown span above them, -1 above roots."""
        if len(siblings) == 1:
            return [*siblings]
        strands = self._strands(parent, siblings)
        if len(strands) == 1 and len(strands[0]) == len(siblings):
            return [position for moment in strands[0] for position in moment]
        return in_order(siblings, joined(_successions(strands), self._leads.between(parent, siblings)), look)

    def _strands(self, parent: int, siblings: Iterable[int]) -> list[Strand]:
        spans = self._tree.spans
        above = spans[parent] if parent >= 0 else None
        started = grouped((strand_of(spans[position], above), position) for position in siblings)
        started.pop(None, None)
        moments = (grouped((moment_of(spans[position]), position) for position in own) for own in started.values())
        return [[positions for _, positions in sorted(each.items())] for each in moments]


def strand_of(span: Span, parent: Span | None) -> Hashable:
    """Who started the span among others, one after another: a task, else a thread; None where nobody is known to have.

    A pool's thread takes jobs that have nothing to do with one another. Only what it started below a span of its own is
    known to be of one job.
    """
    origin = span.origin
    if origin.task is not None:
        return "task", origin.task
    if origin.thread is None:
        return None
    own = parent is not None and parent.origin.task is None and parent.origin.thread == origin.thread
    return ("thread", origin.thread) if own or not _POOLED.search(origin.thread) else None


def moment_of(span: Span) -> tuple[int, int]:
    """When a span was started as far as others of its strand are concerned; a clock may be set back, a count not."""
    return span.origin.ordinal, span.start_ns


def _successions(strands: Iterable[Strand]) -> Edges:
    """Each moment before the next of its strand; a vertex between them, as one may have as many spans as the other."""
    edges: Edges = {}
    for strand, moments in enumerate(strands):
        for number, positions in enumerate(moments):
            edges["moment", strand, number] = {*positions}
            for position in positions:
                edges[position] = {("moment", strand, number + 1)}
    return edges
