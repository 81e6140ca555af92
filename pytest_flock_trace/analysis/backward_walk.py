"""The walk from a root's end back to its start, always along what finished last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pytest_flock_trace.analysis.effective_tree import EffectiveTree
from pytest_flock_trace.analysis.trigger import Triggers
from pytest_flock_trace.model.duration import Duration
from pytest_flock_trace.model.span import Span

SectionKind = Literal["self", "wait", "queue"]


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of time on the critical path, `[start_ns, end_ns)` in nanoseconds, never empty."""

    span: Span
    start_ns: int
    end_ns: int
    kind: SectionKind
    """`self` where the span worked, `wait` where it only waited, `queue` where it was due but had not started."""

    @property
    def duration(self) -> Duration:
        """From start to end."""
        return Duration(self.end_ns - self.start_ns)


class _Visit:
    """A span on the walk's stack, with the moment that the walk has come back to."""

    __slots__ = ("moment", "next", "position", "queue")

    def __init__(self, position: int, moment: int, queue: list[int]) -> None:
        self.position = position
        self.moment = moment
        self.queue = queue
        """Children yet to consider, the last-finishing at the end."""
        self.next: tuple[int, int] | None = None
        """A child that comes first, with the moment at which it is cut."""


class BackwardWalk:
    """Step 5 of the critical path over one effective tree; without triggers under the clamp policy."""

    def __init__(self, effective: EffectiveTree, triggers: Triggers | None) -> None:
        self._effective = effective
        self._triggers = triggers
        self._used = [False] * len(effective.tree)
        self._sections: list[Section] = []

    def sections(self, root: int) -> list[Section]:
        """The root's time in sections, the latest first, without gap or overlap."""
        starts, children = self._effective.starts, self._effective.children
        self._sections = []
        stack = [self._visit(root, self._effective.ends[root])]
        while stack:
            visit = stack[-1]
            chosen = self._choose(visit)
            if chosen is None:
                self._emit(visit.position, starts[visit.position], visit.moment)
                stack.pop()
                if stack:
                    self._return(stack[-1], visit.position)
                continue
            child, moment = chosen
            self._emit(visit.position, moment, visit.moment)
            self._used[child] = True
            if children[child]:
                stack.append(self._visit(child, moment))
            else:
                self._emit(child, starts[child], moment)
                self._return(visit, child)
        return self._sections

    def _emit(self, position: int, start_ns: int, end_ns: int) -> None:
        if start_ns < end_ns:
            kind: SectionKind = "wait" if self._effective.waits[position] else "self"
            self._sections.append(Section(self._effective.tree.spans[position], start_ns, end_ns, kind))

    def _visit(self, position: int, moment: int) -> _Visit:
        """Enter a span; one that is cut before its end begins with the child that was running then."""
        starts, ends, kept = self._effective.starts, self._effective.ends, self._effective.kept
        spans = self._effective.tree.spans
        visit = _Visit(position, moment, [child for child in self._effective.children[position] if kept[child]])
        if moment < ends[position]:
            running = [child for child in visit.queue if starts[child] < moment <= ends[child]]
            if running:
                visit.next = min(running, key=lambda child: (starts[child], spans[child].span_id)), moment
        # Three stable sorts keep nothing, unlike one by a key of three, which would keep a tuple of each child.
        visit.queue.sort(key=lambda child: spans[child].span_id, reverse=True)
        visit.queue.sort(key=starts.__getitem__, reverse=True)
        visit.queue.sort(key=ends.__getitem__)
        return visit

    def _choose(self, visit: _Visit) -> tuple[int, int] | None:
        """The child to walk next, with the moment to walk it from."""
        if visit.next is not None:
            chosen, visit.next = visit.next, None
            return chosen
        ends, used, queue = self._effective.ends, self._used, visit.queue
        while queue:
            child = queue.pop()
            if not used[child] and ends[child] <= visit.moment:
                return child, ends[child]
        return None

    def _return(self, visit: _Visit, child: int) -> None:
        """Go on before the child, or where its trigger leads: the time between the two was spent in a queue."""
        effective, triggers = self._effective, self._triggers
        starts, ends = effective.starts, effective.ends
        visit.moment = starts[child]
        if triggers is None or starts[child] == ends[child]:
            return
        trigger = triggers.of(child)
        if trigger is None or not starts[visit.position] <= trigger.moment <= visit.moment:
            return
        branch = triggers.branch(visit.position, trigger.cause)
        if branch is None or self._used[branch] or not effective.kept[branch]:
            return
        if trigger.moment < visit.moment:
            self._sections.append(Section(effective.tree.spans[child], trigger.moment, visit.moment, "queue"))
            visit.moment = trigger.moment
        if starts[branch] < trigger.moment:
            visit.next = branch, min(trigger.moment, ends[branch])
