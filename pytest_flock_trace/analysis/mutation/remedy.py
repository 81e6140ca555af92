"""A rule that would have noticed a change which no check did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from pytest_flock_trace.analysis.mutation.mutant import Mutant
from pytest_flock_trace.model.duration import NANOSECONDS, Duration, exactly_written
from pytest_flock_trace.model.pattern import Pattern, span
from pytest_flock_trace.model.rules.counting import exactly, never
from pytest_flock_trace.model.rules.declare import precedence
from pytest_flock_trace.model.rules.graph import acyclic
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.model.rules.universal import each
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree

_UNFINISHED: Final = never(span(where=lambda one: one.unfinished))
Family = Callable[[Trace, Span], Iterator[Rule]]
"""Rules of one sort that the span's trace, as it was, may obey."""


class Remedies:
    """Finds rules that all of a trace obeys, and that a mutant of it breaks."""

    def __init__(self, whole: Trace) -> None:
        self._whole = whole
        self._parts: dict[str, Trace] = {}
        self._obeyed: dict[tuple[str, str], bool] = {}

    def against(self, mutant: Mutant) -> str:
        """The first such rule, as Python; empty where none of those tried is one."""
        trace_id = mutant.span.trace_id
        before, after = self.trace_of(mutant.span), _part(mutant.trace, trace_id)
        for rule in _candidates(before, mutant):
            if self._obeys(before, trace_id, rule) and not rule.verdict(after).passed:
                return _WRITTEN.get(id(rule)) or repr(rule)
        return ""

    def trace_of(self, one: Span) -> Trace:
        """The single trace that the span is of."""
        if one.trace_id not in self._parts:
            self._parts[one.trace_id] = _part(self._whole, one.trace_id)
        return self._parts[one.trace_id]

    def _obeys(self, trace: Trace, trace_id: str, rule: Rule) -> bool:
        key = trace_id, repr(rule)
        if key not in self._obeyed:
            self._obeyed[key] = rule.verdict(trace).passed
        return self._obeyed[key]


def pattern_of(one: Span) -> Pattern:
    """What a test would call the span: its agent, its tool, else its name."""
    if one.agent is not None:
        return span(agent=one.agent)
    return span(one.name) if one.tool is None else span(tool=one.tool)


def _candidates(trace: Trace, mutant: Mutant) -> Iterator[Rule]:
    """The families that were made for the kind of change, then all others, each once."""
    for family in dict.fromkeys((*_FAMILIES[mutant.kind], *_ALL)):
        yield from family(trace, mutant.span)


def _failures(trace: Trace, one: Span) -> Iterator[Rule]:
    yield never(span(status="error"))
    yield never(pattern_of(one) & span(status="error"))
    yield from _counted(trace, pattern_of(one) & span(status="error"))


def _numbers(trace: Trace, one: Span) -> Iterator[Rule]:
    yield from _counted(trace, pattern_of(one))


def _places(trace: Trace, one: Span) -> Iterator[Rule]:
    parent = trace.parent(one)
    if parent is not None and parent.run is None:
        yield each(pattern_of(one), under=pattern_of(parent))
        yield each(pattern_of(one), child_of=pattern_of(parent))
        yield from _counted(trace, pattern_of(one) & span(child_of=pattern_of(parent)))
    elif parent is not None:
        yield from _counted(trace, pattern_of(one) & span(child_of=span(parent.name)))


def _orders(trace: Trace, one: Span) -> Iterator[Rule]:
    for other in _earlier(trace, one):
        yield precedence(pattern_of(other), pattern_of(one))
        yield each(pattern_of(one), after=pattern_of(other))
        yield from _counted(trace, pattern_of(one) & span(after=pattern_of(other)))


def _causes(trace: Trace, one: Span) -> Iterator[Rule]:
    """Of what the span took up and, since a change may add to that, of all other agents."""
    for other in (*_sources(trace, one), *_other_agents(trace, one)):
        yield each(pattern_of(one), caused_by=pattern_of(other))
        yield from _counted(trace, pattern_of(one) & span(caused_by=pattern_of(other)))


def _rounds(trace: Trace, one: Span) -> Iterator[Rule]:
    del trace, one
    yield acyclic()


def _limits(trace: Trace, one: Span) -> Iterator[Rule]:
    """Twice what the longest match took, or a second if that is more: nobody wants a test that is red by luck."""
    matches = pattern_of(one).positions(trace.tree)
    longest = max((int(trace.tree.spans[at].duration) for at in matches), default=0)
    limit = Duration(max(2 * longest, NANOSECONDS["s"]))
    yield never(pattern_of(one) & span(slower_than=exactly_written(_rounded(limit))))


def _ends(trace: Trace, one: Span) -> Iterator[Rule]:
    del trace, one
    yield _UNFINISHED


def _events(trace: Trace, one: Span) -> Iterator[Rule]:
    for name in dict.fromkeys(event.name for event in one.events):
        yield each(pattern_of(one), event=name)
        yield from _counted(trace, pattern_of(one) & span(event=name))


_ALL: Final[Sequence[Family]] = (_numbers, _failures, _places, _orders, _causes, _rounds, _limits)
_FAMILIES: Final[Mapping[str, Sequence[Family]]] = {
    "drop": (_numbers,),
    "bypass": (_numbers,),
    "cut short": (_orders,),
    "repeat": (_numbers,),
    "exchange": (_orders, _causes),
    "move out": (_places,),
    "move over": (_places,),
    "fail": (_failures,),
    "succeed": (_failures,),
    "lose event": (_events,),
    "leave open": (_ends,),
    "slow": (_limits,),
    "other agent": (_numbers,),
    "other tool": (_numbers,),
    "lose artifact": (_causes,),
    "add artifact": (_causes,),
    "come back": (_rounds, _numbers),
    "call back": (_rounds, _numbers),
}
"""What says best, of each kind of change, that it did not happen."""


_WRITTEN: Final = {id(_UNFINISHED): "never(span(where=lambda one: one.unfinished))"}
"""Rules whose repr can't be typed, as a function has no source."""


def _counted(trace: Trace, pattern: Pattern) -> Iterator[Rule]:
    yield exactly(len(pattern.positions(trace.tree)), pattern)


def _earlier(trace: Trace, one: Span) -> list[Span]:
    """Spans of other names that had ended when this one started, the latest first; no more than a test would name."""
    own = pattern_of(one)
    ended = (other for other in trace.tree.spans if other.end_ns <= one.start_ns and other.run is None)
    latest = sorted(ended, key=lambda other: -other.end_ns)
    return list({repr(pattern_of(other)): other for other in latest if pattern_of(other) != own}.values())[:_NAMED]


def _sources(trace: Trace, one: Span) -> list[Span]:
    at = trace.tree.position(one)
    return [] if at is None else [trace.tree.spans[source] for source in trace.tree.causality.sources(at)]


def _other_agents(trace: Trace, one: Span) -> list[Span]:
    others = {other.agent: other for other in trace.tree.spans if other.agent not in (None, one.agent)}
    return list(others.values())[:_NAMED]


_NAMED: Final = 5


def _rounded(limit: Duration) -> Duration:
    """Up to whole seconds, as people write limits."""
    second = NANOSECONDS["s"]
    return Duration(-(-int(limit) // second) * second)


def _part(trace: Trace, trace_id: str) -> Trace:
    spans = [one for one in trace.tree.spans if one.trace_id == trace_id]
    if len(spans) == len(trace.tree):
        return trace.with_tree(trace.tree)
    return trace.with_tree(SpanTree(spans, agents_known=True))
