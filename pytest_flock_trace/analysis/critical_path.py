"""Which spans a trace's duration is made of: the chain of work, waiting and queueing that decided when it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

from pytest_flock_trace.analysis.backward_walk import BackwardWalk, Section, SectionKind
from pytest_flock_trace.analysis.effective_tree import Policy, effective_tree
from pytest_flock_trace.analysis.trigger import Triggers
from pytest_flock_trace.errors import BadArgument, Vacuous
from pytest_flock_trace.model.duration import Duration
from pytest_flock_trace.model.explanation import nearest_lines
from pytest_flock_trace.model.pattern import Pattern, PatternLike, as_pattern, span
from pytest_flock_trace.model.question import Question, Ratio
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from pytest_flock_trace.model.keywords import Conditions

POLICIES = get_args(Policy)


@dataclass(frozen=True)
class RootPath:
    """The critical path of one root."""

    root: Span
    sections: list[Section] = field(hash=False, repr=False)
    """Latest first; together exactly the root's time."""


@dataclass(frozen=True, repr=False)
class CriticalPath:
    """The critical path of each root of a trace; the numbers are those of the headline root.

    That is the root of the run, the longest of several, and without a run the longest root. Durations and shares
    carry the question they answer.
    """

    trace: Trace
    policy: Policy
    paths: tuple[RootPath, ...]
    """One for each root, in start order."""
    headline: RootPath | None
    """The path that the numbers speak of; None for an empty trace."""
    _tree: SpanTree = field(compare=False)  # of the moment of asking: a run that goes on has another later

    @property
    def sections(self) -> list[Section]:
        """The headline root's sections, latest first; empty for an empty trace or a root without duration."""
        return [] if self.headline is None else self.headline.sections

    @property
    def spans(self) -> tuple[Span, ...]:
        """The distinct spans on the headline root's path, latest first."""
        return _spans(self.sections)

    @property
    def duration(self) -> Duration:
        """Of the headline root, which is the sum of its sections."""
        question = self._question("duration of", lambda path: path.duration, lambda path: path.spans)
        return Duration(_total(self.sections), question)

    @property
    def waiting(self) -> Duration:
        """Time on the path in which a wait span waited for nothing that is on the path."""
        return self._spent("wait")

    @property
    def queueing(self) -> Duration:
        """Time on the path between a cause and the start of what it set going."""
        return self._spent("queue")

    def time(self, pattern: PatternLike | None = None, /, **conditions: Unpack[Conditions]) -> Duration:
        """Time on the path in which matching spans worked; all work without pattern and conditions.

        Only sections of kind `self` count, never `wait` or `queue`. An `agent` condition is read as `actor`: the
        agent's invocation and whatever has it as its nearest enclosing agent. Raises `Vacuous` where the trace has no
        match at all; 0 says that none of the matches is on the path.
        """
        __tracebackhide__ = True
        meant = self._occurring(_pattern(pattern, conditions))
        return Duration(_total(self._worked(meant)), self._asked("time", meant, lambda path: path.time(meant)))

    def share(self, pattern: PatternLike | None = None, /, **conditions: Unpack[Conditions]) -> Ratio:
        """`time` of the same pattern as a part of the headline root's duration, 0 to 1; 0 if that has no duration."""
        __tracebackhide__ = True
        meant = self._occurring(_pattern(pattern, conditions))
        whole = _total(self.sections)
        part = _total(self._worked(meant)) / whole if whole else 0.0
        return Ratio(part, self._asked("share", meant, lambda path: path.share(meant)))

    def by_actor(self) -> dict[str | None, Duration]:
        """Each actor's own work on the path, the longest first; None stands for spans outside every agent.

        Waiting and queueing are nobody's work, so the values sum to the duration less those two.
        """
        times: dict[str | None, int] = {}
        for section in self._of_kind("self"):
            times[section.span.actor] = times.get(section.span.actor, 0) + section.end_ns - section.start_ns
        ranked = sorted(times.items(), key=lambda item: (-item[1], item[0] is None, item[0] or ""))
        return {actor: Duration(time, self._asked_of_actor(actor)) for actor, time in ranked}

    def _asked_of_actor(self, actor: str | None) -> Question:
        return self._question(
            f"time of actor {actor!r} on",
            lambda path: path.by_actor().get(actor, Duration(0)),
            lambda path: _spans(section for section in path._of_kind("self") if section.span.actor == actor),
        )

    def _spent(self, kind: SectionKind) -> Duration:
        question = self._question(
            f"{kind} time on", lambda path: path._spent(kind), lambda path: _spans(path._of_kind(kind))
        )
        return Duration(_total(self._of_kind(kind)), question)

    def _of_kind(self, kind: SectionKind) -> list[Section]:
        return [section for section in self.sections if section.kind == kind]

    def _occurring(self, pattern: Pattern) -> Pattern:
        """The pattern; raise `Vacuous` if no span is what it speaks of, for then any limit would hold."""
        __tracebackhide__ = True
        read = pattern.with_fields({"agent": "actor"})
        if pattern.conditions and not read.positions(self._tree):
            hints = nearest_lines(read, self._tree)[0]
            raise Vacuous("\n  ".join([f"{pattern!r} matches no span of {self.trace.title}", *hints]))
        return pattern

    def _worked(self, pattern: Pattern) -> list[Section]:
        tree = self._tree
        matching = {tree.spans[position] for position in pattern.with_fields({"agent": "actor"}).positions(tree)}
        return [section for section in self._of_kind("self") if section.span in matching]

    def _evidence(self, pattern: Pattern) -> Sequence[Span]:
        return _spans(self._worked(pattern))

    def _hint(self, pattern: Pattern) -> Sequence[str]:
        tree, read = self._tree, pattern.with_fields({"agent": "actor"})
        matches = len(read.positions(tree))
        if matches == 0:
            return nearest_lines(read, tree)[0]
        off_path = matches - len(self._evidence(pattern))
        return [f"{off_path} of {matches} matching spans did no work on the critical path"] if off_path else []

    def _asked(self, what: str, pattern: Pattern, ask: Callable[[CriticalPath], object]) -> Question:
        return self._question(
            f"{what} of {pattern!r} on", ask, lambda path: path._evidence(pattern), lambda path: path._hint(pattern)
        )

    def _question(
        self,
        what: str,
        ask: Callable[[CriticalPath], object],
        evidence: Callable[[CriticalPath], Sequence[Span]],
        hint: Callable[[CriticalPath], Sequence[str]] = lambda path: (),
    ) -> Question:
        policy = self.policy
        return Question(
            f"{what} the critical path of {self.trace.title}",
            self.trace,
            lambda trace: ask(critical_path(trace, policy)),
            lambda trace: evidence(critical_path(trace, policy)),
            lambda trace: hint(critical_path(trace, policy)),
        )

    def __repr__(self) -> str:
        name, shown = type(self).__name__, format(self.duration)
        return f"<{name} of {self.trace.title} ({self.policy}): {len(self.sections)} sections, {shown}>"


def critical_path(trace: Trace, policy: Policy = "causal") -> CriticalPath:
    """The chain of spans that decided how long each root took.

    `causal` follows links, artifacts and wait spans, as a blackboard of agents needs; `clamp` is Jaeger's rule, in
    which a child counts only while its parent runs. Raises `BadArgument` for any other policy.
    """
    if policy not in POLICIES:
        raise BadArgument(f"{policy!r} is no policy of the critical path; valid: {', '.join(POLICIES)}")
    tree = trace.tree
    effective = effective_tree(tree, policy)
    walk = BackwardWalk(effective, Triggers(effective) if policy == "causal" else None)
    paths = tuple(RootPath(tree.spans[root], walk.sections(root)) for root in tree.roots)
    return CriticalPath(trace, policy, paths, min(paths, key=_rank, default=None), tree)


def _rank(path: RootPath) -> tuple[bool, int, int, str]:
    root = path.root
    return root.run is None, -int(root.duration), root.start_ns, root.span_id


def _pattern(pattern: PatternLike | None, conditions: Conditions) -> Pattern:
    given = () if pattern is None else as_pattern(pattern).conditions
    return Pattern((*given, *span(**conditions).conditions))


def _spans(sections: Iterable[Section]) -> tuple[Span, ...]:
    return tuple(dict.fromkeys(section.span for section in sections))


def _total(sections: Sequence[Section]) -> int:
    return sum(section.end_ns - section.start_ns for section in sections)
