"""Rules on every match of a pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_flock_trace.errors import BadPattern
from pytest_flock_trace.model.pattern import PatternLike, as_pattern, span
from pytest_flock_trace.model.rules.finding import Finding
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.model.text import count_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from pytest_flock_trace.model.keywords import Conditions
    from pytest_flock_trace.model.pattern import Pattern
    from pytest_flock_trace.model.tree import SpanTree

_EXPLAINED = 20
"""Matches of which it is said what they miss: each may take a look at the whole trace."""


@dataclass(frozen=True, repr=False)
class Each(Rule):
    """Every match of a pattern matches another one, too."""

    subject: Pattern
    demand: Pattern
    vacuous_ok: bool = False

    @property
    def patterns(self) -> Sequence[Pattern]:
        """The subject and what is demanded of it."""
        return self.subject, self.demand

    def examine(self, tree: SpanTree) -> Finding:
        """The matches that do not stand so, with what they miss; else all matches."""
        matches = self.subject.positions(tree)
        standing = set(self.demand.keep(tree, matches))
        astray = [at for at in matches if at not in standing]
        return Finding(
            holds=not astray,
            sentence=f"not so for {len(astray)} of {count_of(len(matches), 'span')}"
            if astray
            else f"so for all {count_of(len(matches), 'span')}",
            spans=astray or matches,
            remarks=["; ".join(self.demand.misses(tree, at)) for at in astray[:_EXPLAINED]],
            missing=[] if matches else [self.subject],
        )

    def __repr__(self) -> str:
        return f"each({self.subject!r}, {repr(self.demand).removeprefix('span(').removesuffix(')')})"


@dataclass(frozen=True, repr=False)
class When(Rule):
    """A rule that counts only where some span matches."""

    subject: Pattern
    then: Rule
    vacuous_ok: bool = False

    @property
    def patterns(self) -> Sequence[Pattern]:
        """The subject and those of the rule."""
        return self.subject, *self.then.patterns

    def examine(self, tree: SpanTree) -> Finding:
        """What the rule finds, if it counts."""
        matches = self.subject.positions(tree)
        if not matches:
            return Finding(holds=True, sentence=f"no span matches {self.subject!r}", missing=[self.subject])
        finding = self.then.find(tree)
        return replace(finding, spans=finding.spans or matches[:1], remarks=finding.remarks if finding.spans else ())

    def __repr__(self) -> str:
        return f"when({self.subject!r}, then={self.then!r})"


def each(pattern: PatternLike, /, *, vacuous_ok: bool = False, **relations: Unpack[Conditions]) -> Rule:
    """Every match stands so: `each("tool.*", under=span(agent="researcher"))`. Takes the conditions of `span`."""
    __tracebackhide__ = True
    if not relations:
        raise BadPattern(f"each({pattern!r}) says nothing of its matches; add a condition such as under=…")
    return Each(as_pattern(pattern), span(**relations), vacuous_ok)


def when(pattern: PatternLike, /, *, then: Rule, vacuous_ok: bool = False) -> Rule:
    """If some span matches, the trace obeys another rule; proves nothing where none does."""
    if not isinstance(then, Rule):
        raise BadPattern(f"then={then!r} is no rule; write one such as each(...), never(...) or response(...)")
    return When(as_pattern(pattern), then, vacuous_ok)
