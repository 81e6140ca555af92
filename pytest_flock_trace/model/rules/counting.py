"""Rules on how often something happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pytest_flock_trace.errors import BadArgument, BadPattern
from pytest_flock_trace.model.pattern import PatternLike, as_pattern
from pytest_flock_trace.model.rules.events import events_of
from pytest_flock_trace.model.rules.finding import Finding
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.model.text import count_of

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern
    from pytest_flock_trace.model.tree import SpanTree

Bound = Literal["exactly", "at_least", "at_most"]


@dataclass(frozen=True, repr=False)
class Occurrences(Rule):
    """So many spans match: exactly, at least or at most."""

    name: str
    """The function that made the rule."""
    bound: Bound
    number: int
    pattern: Pattern
    among: Pattern | None = None
    below_roots: bool = False
    """Count only Declare's events, not roots."""
    vacuous_ok: bool = False

    @property
    def patterns(self) -> Sequence[Pattern]:
        """What is counted, and among what."""
        return [self.pattern] if self.among is None else [self.pattern, self.among]

    def examine(self, tree: SpanTree) -> Finding:
        """The matches, each of which bears out the rule or breaks it."""
        found = self._found(tree)
        number = len(found)
        holds = {"exactly": number == self.number, "at_least": number >= self.number}.get(
            self.bound, number <= self.number
        )
        several = self.bound == "at_most" or self.number > 1  # else one match decides, and none is what is said
        unused = several and self.number > 0 and number == 0
        return Finding(
            holds=holds,
            sentence=f"{count_of(number, self._noun)} {'matches' if number == 1 else 'match'}, {self._expected}",
            spans=found,
            missing=[*([self.pattern] if unused else []), *self._missing_events(tree)],
            idle=self._idle(tree, number),
            sought=[self.pattern] if number < self.number and not holds else [],
        )

    def _idle(self, tree: SpanTree, number: int) -> str:
        """Why there is nothing that could break the rule, where that is so."""
        if self.bound == "at_least" and self.number == 0:
            return "every trace has at least none"
        nothing_else = number == 0 and self._noun == "event" and not self._missing_events(tree)
        if nothing_else and any(tree.spans[at].run is None for at in self.pattern.keep(tree, tree.roots)):
            return f"what matches {self.pattern!r} is a root, and roots are no events"
        return ""

    @property
    def _expected(self) -> str:
        return f"expected {self.bound.replace('_', ' ')} {self.number}" if self.number else "expected none"

    @property
    def _noun(self) -> str:
        return "event" if self.below_roots or self.among is not None else "span"

    def _missing_events(self, tree: SpanTree) -> Sequence[Pattern]:
        return [] if self.among is None or events_of(tree, self.among) else [self.among]

    def _found(self, tree: SpanTree) -> Sequence[int]:
        if self._noun == "event":
            return self.pattern.keep(tree, events_of(tree, self.among))
        return self.pattern.positions(tree)

    def __repr__(self) -> str:
        number = [] if self.name in {"never", "existence", "absence"} else [str(self.number)]
        times = self.number + (self.name == "absence")
        notes = [f"n={times}"] if self.name in {"existence", "absence"} and times != 1 else []
        notes += [] if self.among is None else [f"among={self.among!r}"]
        return f"{self.name}({', '.join([*number, repr(self.pattern), *notes])})"


def never(pattern: PatternLike, *, vacuous_ok: bool = False) -> Rule:
    """No span matches. With `vacuous_ok` a trace in which nothing was captured will do."""
    return Occurrences("never", "exactly", 0, as_pattern(pattern), vacuous_ok=vacuous_ok)


def exactly(n: int, pattern: PatternLike, *, among: PatternLike | None = None) -> Rule:
    """As many spans match as `n` says. `among` counts only Declare's events that match it: spans below the roots."""
    number = _number(n, f"exactly({n!r}, …)")
    return Occurrences("exactly", "exactly", number, as_pattern(pattern), _among(among))


def at_least(n: int, pattern: PatternLike) -> Rule:
    """`n` spans match, or more."""
    return Occurrences("at_least", "at_least", _number(n, f"at_least({n!r}, …)"), demanded(pattern))


def at_most(n: int, pattern: PatternLike, *, vacuous_ok: bool = False) -> Rule:
    """`n` spans match, or fewer; where none does, nothing is proven unless `n` is 0 or `vacuous_ok` is true."""
    number = _number(n, f"at_most({n!r}, …)")
    return Occurrences("at_most", "at_most", number, as_pattern(pattern), vacuous_ok=vacuous_ok)


def existence(pattern: PatternLike, *, n: int = 1, among: PatternLike | None = None) -> Rule:
    """Declare: the event happens `n` times or more."""
    number = _number(n, f"existence(…, n={n!r})")
    return Occurrences("existence", "at_least", number, demanded(pattern), _among(among), below_roots=True)


def absence(pattern: PatternLike, *, n: int = 1, among: PatternLike | None = None, vacuous_ok: bool = False) -> Rule:
    """Declare: the event happens fewer than `n` times, by default never."""
    if _number(n, f"absence(…, n={n!r})") == 0:
        raise BadArgument("absence(…, n=0) can't hold: nothing happens fewer than 0 times; 1 means never")
    return Occurrences(
        "absence", "at_most", n - 1, as_pattern(pattern), _among(among), below_roots=True, vacuous_ok=vacuous_ok
    )


def demanded(pattern: PatternLike) -> Pattern:
    """The pattern; raise `BadPattern` for one that nearly every trace has a match of."""
    __tracebackhide__ = True
    pattern = as_pattern(pattern)
    if pattern.only_excludes:
        raise BadPattern(
            f"{pattern!r} says only what a span is not, and nearly every trace has a span that is something else; "
            f"to say that no span is, write `{~pattern!r} not in trace` or never({~pattern!r})"
        )
    return pattern


def _among(pattern: PatternLike | None) -> Pattern | None:
    return None if pattern is None else as_pattern(pattern)


def _number(number: object, call: str) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise BadArgument(f"{call}: {number!r} is no count; give a whole number, 0 or more")
    return number
