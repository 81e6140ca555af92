"""Rules that a trace as it was may obey, and that a change to it may break."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Union

from pytest_flock_trace.analysis.mutation.case import Case, pattern_of
from pytest_flock_trace.model.duration import NANOSECONDS, Duration, exactly_written
from pytest_flock_trace.model.passages import Layer, passages
from pytest_flock_trace.model.pattern import Pattern, span
from pytest_flock_trace.model.rules.counting import exactly, never
from pytest_flock_trace.model.rules.declare import precedence
from pytest_flock_trace.model.rules.graph import acyclic, only_edges
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.model.rules.universal import each
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace

Typed = tuple[str, Rule]
"""A rule as Python, which is its repr unless a function is part of it."""
Family = Callable[[Case], Iterator[Union[Rule, "Typed"]]]
"""Rules of one sort."""


def candidates(case: Case, kind: str) -> Iterator[Typed]:
    """Those of the families that were made for the kind of change, then those of all others."""
    for family in dict.fromkeys((*_FAMILIES[kind], *_ALL)):
        for rule in family(case):
            yield rule if isinstance(rule, tuple) else (repr(rule), rule)


def _failures(case: Case) -> Iterator[Rule]:
    yield never(span(status="error"))
    yield never(case.pattern & span(status="error"))
    yield _counted(case, case.pattern & span(status="error"))


def _numbers(case: Case) -> Iterator[Rule]:
    yield _counted(case, case.pattern)


def _changed_numbers(case: Case) -> Iterator[Rule]:
    """Of whatever there is more or less of."""
    spans = {repr(pattern_of(one)): one for trace in (case.trace, case.after) for one in trace.tree.spans}
    for one in spans.values():
        pattern = pattern_of(one)
        if len(pattern.positions(case.trace.tree)) != len(pattern.positions(case.after.tree)):
            yield _counted(case, pattern)


def _places(case: Case) -> Iterator[Rule]:
    parent = case.trace.parent(case.span)
    if parent is not None and parent.run is None:
        yield each(case.pattern, under=pattern_of(parent))
        yield each(case.pattern, child_of=pattern_of(parent))
        yield _counted(case, case.pattern & span(child_of=pattern_of(parent)))
    elif parent is not None:
        yield _counted(case, case.pattern & span(child_of=span(parent.name)))


def _orders(case: Case) -> Iterator[Rule]:
    for other in _earlier(case.trace, case.span):
        yield precedence(pattern_of(other), case.pattern)
        yield each(case.pattern, after=pattern_of(other))
        yield _counted(case, case.pattern & span(after=pattern_of(other)))


def _causes(case: Case) -> Iterator[Rule | Typed]:
    """Of what the span took up and, since a change may add to that, of all other agents."""
    for other in (*_sources(case.trace, case.span), *_other_agents(case.trace, case.span)):
        yield each(case.pattern, caused_by=pattern_of(other))
        yield _counted(case, case.pattern & span(caused_by=pattern_of(other)))
    number = len(case.span.consumed)
    rule = each(case.pattern, where=lambda one: len(one.consumed) == number)
    yield f"each({case.pattern!r}, where=lambda one: len(one.consumed) == {number})", rule


def _rounds(case: Case) -> Iterator[Rule]:
    del case
    yield acyclic()


def _edges(case: Case) -> Iterator[Rule]:
    made = (passage for layer in _JUDGED for passage in passages(case.trace.tree, "agent", layer))
    if known := dict.fromkeys(f"{passage.source} -> {passage.target}" for passage in made):
        yield only_edges(*known)


def _limits(case: Case) -> Iterator[Rule]:
    """Twice what the longest match took, or a second if that is more: nobody wants a test that is red by luck."""
    matches = case.pattern.positions(case.trace.tree)
    longest = max((int(case.trace.tree.spans[at].duration) for at in matches), default=0)
    limit = exactly_written(_rounded(max(2 * longest, NANOSECONDS["s"])))
    yield never(case.pattern & span(slower_than=limit))


def _ends(case: Case) -> Iterator[Typed]:
    del case
    yield "never(span(where=lambda one: one.unfinished))", never(span(where=lambda one: one.unfinished))


def _events(case: Case) -> Iterator[Rule | Typed]:
    for name in dict.fromkeys(event.name for event in case.span.events):
        yield each(case.pattern, event=name)
        yield _counted(case, case.pattern & span(event=name))
    number = len(case.span.events)
    rule = each(case.pattern, where=lambda one: len(one.events) == number)
    yield f"each({case.pattern!r}, where=lambda one: len(one.events) == {number})", rule


_ALL: Final[Sequence[Family]] = (_numbers, _changed_numbers, _failures, _places, _orders, _causes, _edges, _limits)
_FAMILIES: Final[Mapping[str, Sequence[Family]]] = {
    "drop": (_numbers,),
    "bypass": (_numbers,),
    "cut short": (_changed_numbers,),
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
    "add artifact": (_causes, _edges),
    "come back": (_rounds, _changed_numbers),
    "call back": (_rounds, _changed_numbers),
}
"""What says best, of each kind of change, that it did not happen."""
_JUDGED: Final[Sequence[Layer]] = ("artifact", "call")
"""The layers whose edges a rule can limit."""
_NAMED: Final = 5
"""Other spans that are tried, as many as a test would name."""


def _counted(case: Case, pattern: Pattern) -> Rule:
    return exactly(len(pattern.positions(case.trace.tree)), pattern)


def _earlier(trace: Trace, one: Span) -> list[Span]:
    """One span of each other name that had ended when this one started, the latest first."""
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


def _rounded(limit: int) -> Duration:
    """Up to whole seconds, as people write limits."""
    second = NANOSECONDS["s"]
    return Duration(-(-limit // second) * second)
