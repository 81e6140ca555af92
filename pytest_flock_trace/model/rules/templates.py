"""The meaning of Declare's templates on a sequence of events.

Each is the LTLf formula of van der Aalst, Pesic and Schonenberg, "Declarative workflows" (2009), read strictly: what
has to come before or after an event is another event.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from pytest_flock_trace.model.duration import Duration
from pytest_flock_trace.model.rules.events import Events


class Case(NamedTuple):
    """One event that a template speaks of, and the event that settles it, by number."""

    event: int
    other: int | None
    """What answers the event or, for a template that forbids, what must not be there; None if nothing does."""
    complaint: str
    """What is wrong if the template is not obeyed here; for an answer that comes too late as well."""
    obeyed: bool


Template = Callable[[Events, Sequence[int], Sequence[int], "int | None"], Iterator[Case]]
"""Events, numbers of the first and of the second pattern's matches, `within` in nanoseconds: a case an activation."""


def responded_existence(
    events: Events, first: Sequence[int], second: Sequence[int], within: int | None
) -> Iterator[Case]:
    """F a → F b."""
    del events, within
    for at in first:
        other = next((number for number in second if number != at), None)
        yield Case(at, other, "nothing of the kind happens at all", other is not None)


def response(events: Events, first: Sequence[int], second: Sequence[int], within: int | None) -> Iterator[Case]:
    """G(a → X F b)."""
    for at in first:
        yield _answered(events, at, _next(second, at), within, "still open at the end of the trace")


def alternate_response(
    events: Events, first: Sequence[int], second: Sequence[int], within: int | None
) -> Iterator[Case]:
    """G(a → X(¬a U b))."""
    for at in first:
        answer, again = _next(second, at), _next(first, at)
        if answer is not None and again is not None and again < answer:
            yield Case(at, answer, "it happens again before it is answered", obeyed=False)
        else:
            yield _answered(events, at, answer, within, "still open at the end of the trace")


def chain_response(events: Events, first: Sequence[int], second: Sequence[int], within: int | None) -> Iterator[Case]:
    """G(a → X b)."""
    answers = set(second)
    for at in first:
        following = at + 1 if at + 1 in answers else None
        last = at + 1 == len(events)
        complaint = "still open at the end of the trace" if last else "something else comes next"
        yield _answered(events, at, following, within, complaint)


def precedence(events: Events, first: Sequence[int], second: Sequence[int], within: int | None) -> Iterator[Case]:
    """¬b W a."""
    ends = [events.tree.ends[events.positions[number]] for number in first]
    latest: list[int] = []  # of the first n causes, the one that ends last
    for at in range(len(first)):
        latest.append(at if not latest or ends[at] >= ends[latest[-1]] else latest[-1])
    for at in second:
        before = bisect_left(first, at)
        cause = first[latest[before - 1]] if before else None
        yield _preceded(events, at, cause, within, "nothing of the kind comes before it")


def alternate_precedence(
    events: Events, first: Sequence[int], second: Sequence[int], within: int | None
) -> Iterator[Case]:
    """(¬b W a) ∧ G(b → X(¬b W a))."""
    previous = -1
    for at in second:
        causes = first[bisect_right(first, previous) : bisect_left(first, at)]
        if not causes and first and first[0] < at:
            yield Case(at, previous, "it has happened since", obeyed=False)
        else:
            latest = max(causes, key=lambda cause: events.tree.ends[events.positions[cause]], default=None)
            yield _preceded(events, at, latest, within, "nothing of the kind comes before it")
        previous = at


def chain_precedence(events: Events, first: Sequence[int], second: Sequence[int], within: int | None) -> Iterator[Case]:
    """G(X b → a), and b does not come first."""
    causes = set(first)
    for at in second:
        cause = at - 1 if at - 1 in causes else None
        complaint = "nothing comes before it" if at == 0 else "something else comes right before it"
        yield _preceded(events, at, cause, within, complaint)


def not_coexistence(events: Events, first: Sequence[int], second: Sequence[int], within: int | None) -> Iterator[Case]:
    """¬(F a ∧ F b)."""
    del events, within
    for at in first:
        other = next((number for number in second if number != at), None)
        yield Case(at, other, "both happen", other is None)


def not_succession(events: Events, first: Sequence[int], second: Sequence[int], within: int | None) -> Iterator[Case]:
    """G(a → ¬X F b)."""
    for at in first:
        yield _unanswered(events, at, _next(second, at), within, "what must not follow does")


def not_chain_succession(
    events: Events, first: Sequence[int], second: Sequence[int], within: int | None
) -> Iterator[Case]:
    """G(a → ¬X b)."""
    forbidden = set(second)
    for at in first:
        yield _unanswered(events, at, at + 1 if at + 1 in forbidden else None, within, "what must not come next does")


def _answered(events: Events, at: int, answer: int | None, within: int | None, complaint: str) -> Case:
    if answer is None or within is None:
        return Case(at, answer, complaint, answer is not None)
    gap = events.gap_ns(at, answer)
    return Case(at, answer, f"answered only {Duration(gap)} after its end", gap <= within)


def _preceded(events: Events, at: int, cause: int | None, within: int | None, complaint: str) -> Case:
    if cause is None or within is None:
        return Case(at, cause, complaint, cause is not None)
    gap = events.gap_ns(cause, at)
    return Case(at, cause, f"comes {Duration(gap)} after the end of what precedes it", gap <= within)


def _unanswered(events: Events, at: int, follower: int | None, within: int | None, complaint: str) -> Case:
    if follower is not None and within is not None and events.gap_ns(at, follower) > within:
        return Case(at, None, complaint, obeyed=True)
    return Case(at, follower, complaint, follower is None)


def _next(numbers: Sequence[int], at: int) -> int | None:
    place = bisect_right(numbers, at)
    return numbers[place] if place < len(numbers) else None


MEANINGS: Final[dict[str, Sequence[tuple[Template, bool]]]] = {
    "responded_existence": [(responded_existence, False)],
    "coexistence": [(responded_existence, False), (responded_existence, True)],
    "response": [(response, False)],
    "precedence": [(precedence, False)],
    "succession": [(response, False), (precedence, False)],
    "alternate_response": [(alternate_response, False)],
    "alternate_precedence": [(alternate_precedence, False)],
    "alternate_succession": [(alternate_response, False), (alternate_precedence, False)],
    "chain_response": [(chain_response, False)],
    "chain_precedence": [(chain_precedence, False)],
    "chain_succession": [(chain_response, False), (chain_precedence, False)],
    "not_coexistence": [(not_coexistence, False), (not_coexistence, True)],
    "not_succession": [(not_succession, False)],
    "not_chain_succession": [(not_chain_succession, False)],
}
"""By standard name: the formulas that all hold, and whether the patterns change places."""
UNORDERED: Final = frozenset({"responded_existence", "coexistence", "not_coexistence"})
"""Templates that do not ask which event came first."""
