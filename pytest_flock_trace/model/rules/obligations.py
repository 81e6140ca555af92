"""Rules that a template of Declare makes: obligations that events take on and others settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

from pytest_flock_trace.model.duration import Duration, exactly_written
from pytest_flock_trace.model.evidence import place
from pytest_flock_trace.model.rules.events import Events
from pytest_flock_trace.model.rules.finding import Finding
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.model.rules.templates import MEANINGS, UNORDERED, Case
from pytest_flock_trace.model.text import count_of

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern
    from pytest_flock_trace.model.tree import SpanTree


@dataclass(frozen=True, repr=False)
class Declared(Rule):
    """A template of two patterns."""

    template: str
    first: Pattern
    second: Pattern
    among: Pattern | None = None
    within: Duration | None = None
    vacuous_ok: bool = field(default=False, kw_only=True)

    @property
    def patterns(self) -> Sequence[Pattern]:
        """The two, and what they are among."""
        return _given(self.first, self.second, self.among)

    def examine(self, tree: SpanTree) -> Finding:
        """The events that the template speaks of and that break it, else all that it speaks of."""
        events = Events(tree, self.among)
        first, second = events.matching(self.first), events.matching(self.second)
        within = None if self.within is None else int(self.within)
        cases = [
            case
            for judge, exchanged in MEANINGS[self.template]
            for case in (judge(events, second, first, within) if exchanged else judge(events, first, second, within))
        ]
        broken = [case for case in cases if not case.obeyed]
        told: dict[int, dict[str, None]] = {}
        for case in sorted(broken or cases, key=attrgetter("event")):
            told.setdefault(case.event, {})[_complaint(events, case)] = None
        unmatched = [pattern for pattern, found in zip((self.first, self.second), (first, second)) if not found]
        return Finding(
            holds=not broken,
            sentence=f"{len(broken) or 'none'} of {count_of(len(cases), 'obligation')} broken",
            spans=[events.positions[event] for event in told],
            remarks=["; ".join(complaints) for complaints in told.values()] if broken else [],
            missing=_given(*unmatched, None if events else self.among) if not cases else [],
            sought=unmatched if broken else [],
            pairs=[] if self.template in UNORDERED else _pairs(events, broken or cases),
        )

    def __repr__(self) -> str:
        notes = [f"among={self.among!r}"] if self.among is not None else []
        notes += [f"within={exactly_written(self.within)!r}"] if self.within is not None else []
        return f"{self.template}({', '.join([repr(self.first), repr(self.second), *notes])})"


@dataclass(frozen=True, repr=False)
class Boundary(Rule):
    """The first or the last event matches."""

    name: str
    pattern: Pattern
    among: Pattern | None = None

    @property
    def patterns(self) -> Sequence[Pattern]:
        """The one, and what it is among."""
        return _given(self.pattern, self.among)

    def examine(self, tree: SpanTree) -> Finding:
        """The event in question."""
        which = "first" if self.name == "init" else "last"
        positions = Events(tree, self.among).positions
        if not positions:
            return Finding(holds=False, sentence="there is no event", sought=self.patterns)
        event = positions[0 if self.name == "init" else -1]
        matches = bool(self.pattern.keep(tree, [event]))
        sentence = f"the {which} event {'matches' if matches else 'does not match'}"
        remarks = [] if matches else ["; ".join(self.pattern.misses(tree, event))]
        return Finding(holds=matches, sentence=sentence, spans=[event], remarks=remarks)

    def __repr__(self) -> str:
        notes = [f"among={self.among!r}"] if self.among is not None else []
        return f"{self.name}({', '.join([repr(self.pattern), *notes])})"


def _given(*patterns: Pattern | None) -> Sequence[Pattern]:
    return [pattern for pattern in patterns if pattern is not None]


def _complaint(events: Events, case: Case) -> str:
    if case.other is None:
        return case.complaint
    return f"{case.complaint} ({place(events.tree, events.positions[case.other])})"


def _pairs(events: Events, cases: Sequence[Case]) -> Sequence[tuple[int, int]]:
    """Each event with the one that settles it, the earlier first."""
    numbers = (sorted((case.event, case.other)) for case in cases if case.other is not None)
    return list(dict.fromkeys((events.positions[first], events.positions[second]) for first, second in numbers))
