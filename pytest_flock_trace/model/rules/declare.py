"""Declare's templates under their standard names: rules on the order in which events happen.

Events are the spans below the roots in start order, those that match `among` where it is given. Give it for `init`,
`end` and the chain templates, where nested spans would stand in between. `within` limits the time from the end of the
first to the start of the second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.duration import Duration, DurationLike
from pytest_flock_trace.model.pattern import PatternLike, as_pattern
from pytest_flock_trace.model.rules.counting import demanded
from pytest_flock_trace.model.rules.obligations import Boundary, Declared
from pytest_flock_trace.model.rules.rule import Rule

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern


def init(pattern: PatternLike, *, among: PatternLike | None = None) -> Rule:
    """The first event matches."""
    return Boundary("init", demanded(pattern), _optional(among))


def end(pattern: PatternLike, *, among: PatternLike | None = None) -> Rule:
    """The last event, by start, matches."""
    return Boundary("end", demanded(pattern), _optional(among))


def responded_existence(
    first: PatternLike,
    second: PatternLike,
    /,
    *,
    among: PatternLike | None = None,
    vacuous_ok: bool = False,
) -> Rule:
    """If a first happens, some second happens, before or after it."""
    return _declared("responded_existence", first, second, among, vacuous_ok=vacuous_ok)


def coexistence(
    first: PatternLike,
    second: PatternLike,
    /,
    *,
    among: PatternLike | None = None,
    vacuous_ok: bool = False,
) -> Rule:
    """If either happens, so does the other."""
    return _declared("coexistence", first, second, among, vacuous_ok=vacuous_ok)


def response(
    first: PatternLike,
    second: PatternLike,
    /,
    *,
    among: PatternLike | None = None,
    within: DurationLike | None = None,
    vacuous_ok: bool = False,
) -> Rule:
    """Every first is followed by a second."""
    return _declared("response", first, second, among, within, vacuous_ok=vacuous_ok)


def precedence(
    first: PatternLike,
    second: PatternLike,
    /,
    *,
    among: PatternLike | None = None,
    within: DurationLike | None = None,
    vacuous_ok: bool = False,
) -> Rule:
    """Every second is preceded by a first."""
    return _declared("precedence", first, second, among, within, vacuous_ok=vacuous_ok)


def succession(
    first: PatternLike,
    second: PatternLike,
    /,
    *,
    among: PatternLike | None = None,
    within: DurationLike | None = None,
    vacuous_ok: bool = False,
) -> Rule:
    """Every first is followed by a second, and every second preceded by a first."""
    return _declared("succession", first, second, among, within, vacuous_ok=vacuous_ok)


def alternate_response(
    first: PatternLike,
    second: PatternLike,
    /,
    *,
    among: PatternLike | None = None,
    within: DurationLike | None = None,
    vacuous_ok: bool = False,
) -> Rule:
    """Every first is followed by a second before the first happens again."""
    return _declared("alternate_response", first, second, among, within, vacuous_ok=vacuous_ok)


def alternate_precedence(
    first: PatternLike,
    second: PatternLike,
    /,
    *,
    among: PatternLike | None = None,
    within: DurationLike | None = None,
    vacuous_ok: bool = False,
) -> Rule:
    """Every second is preceded by a first that no other second has come after."""
    return _declared("alternate_precedence", first, second, among, within, vacuous_ok=vacuous_ok)


def alternate_succession(
    first: PatternLike,
    second: PatternLike,
    /,
    *,
    among: PatternLike | None = None,
    within: DurationLike | None = None,
    vacuous_ok: bool = False,
) -> Rule:
    """Firsts and seconds take turns, beginning with a first and ending with a second."""
    return _declared("alternate_succession", first, second, among, within, vacuous_ok=vacuous_ok)


def chain_response(
    first: PatternLike,
    second: PatternLike,
    /,
    *,
    among: PatternLike | None = None,
    within: DurationLike | None = None,
    vacuous_ok: bool = False,
) -> Rule:
    """The event right after every first is a second."""
    return _declared("chain_response", first, second, among, within, vacuous_ok=vacuous_ok)


def chain_precedence(
    first: PatternLike,
    second: PatternLike,
    /,
    *,
    among: PatternLike | None = None,
    within: DurationLike | None = None,
    vacuous_ok: bool = False,
) -> Rule:
    """The event right before every second is a first."""
    return _declared("chain_precedence", first, second, among, within, vacuous_ok=vacuous_ok)


def chain_succession(
    first: PatternLike,
    second: PatternLike,
    /,
    *,
    among: PatternLike | None = None,
    within: DurationLike | None = None,
    vacuous_ok: bool = False,
) -> Rule:
    """Firsts and seconds stand side by side in pairs and nowhere else."""
    return _declared("chain_succession", first, second, among, within, vacuous_ok=vacuous_ok)


def not_coexistence(
    first: PatternLike,
    second: PatternLike,
    /,
    *,
    among: PatternLike | None = None,
    vacuous_ok: bool = False,
) -> Rule:
    """A first and a second do not both happen."""
    return _declared("not_coexistence", first, second, among, vacuous_ok=vacuous_ok)


def not_succession(
    first: PatternLike,
    second: PatternLike,
    /,
    *,
    among: PatternLike | None = None,
    within: DurationLike | None = None,
    vacuous_ok: bool = False,
) -> Rule:
    """No first is followed by a second; with `within`, none so soon."""
    return _declared("not_succession", first, second, among, within, vacuous_ok=vacuous_ok)


def not_chain_succession(
    first: PatternLike,
    second: PatternLike,
    /,
    *,
    among: PatternLike | None = None,
    within: DurationLike | None = None,
    vacuous_ok: bool = False,
) -> Rule:
    """The event right after a first is never a second."""
    return _declared("not_chain_succession", first, second, among, within, vacuous_ok=vacuous_ok)


def _declared(
    template: str,
    first: PatternLike,
    second: PatternLike,
    among: PatternLike | None,
    within: DurationLike | None = None,
    *,
    vacuous_ok: bool,
) -> Rule:
    limit = None if within is None else Duration(within)
    if limit is not None and limit < 0:
        raise BadArgument(f"within={within!r} is below zero; give a duration such as '2s'")
    return Declared(template, as_pattern(first), as_pattern(second), _optional(among), limit, vacuous_ok=vacuous_ok)


def _optional(pattern: PatternLike | None) -> Pattern | None:
    return None if pattern is None else as_pattern(pattern)
