"""What a number of passed and failed trials tells of the chance to pass, at whatever moment one looks."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, lgamma, log
from typing import Final, NamedTuple

LEVEL: Final = 0.95
_HALVINGS: Final = 60
"""After these a double has no digit left to tell the two ends apart."""


class Interval(NamedTuple):
    """Chances that are compatible with what was seen."""

    low: float
    high: float


def log_evidence(passed: int, failed: int, chance: float) -> float:
    """The logarithm of the evidence against this chance to pass, 0 without any.

    Someone who thinks every chance equally likely bets on each trial against someone who is sure of this one; this is
    what 1 has become. If the chance is right the bets are fair, so that it ever reaches x has probability 1/x at most
    (J. Ville: Étude critique de la notion de collectif, 1939), however often one looks and whenever one stops.
    """
    return _log_mixture(passed, failed) - _power(passed, chance) - _power(failed, 1 - chance)


def confidence_sequence(passed: int, failed: int, level: float = LEVEL) -> Interval:
    """The chances against which there is not evidence enough; both ends are 0 to 1.

    The true one is outside, at any moment of any number of trials, with probability 1 - `level` at most. H. Robbins:
    Statistical Methods Related to the Law of the Iterated Logarithm, Annals of Mathematical Statistics 41 (1970); for
    passes and failures as in T. L. Lai: On Confidence Sequences, Annals of Statistics 4 (1976).
    """
    if passed + failed == 0:
        return Interval(0.0, 1.0)
    likeliest, enough = passed / (passed + failed), -log(1 - level)

    def refuted(chance: float) -> bool:
        return log_evidence(passed, failed, chance) >= enough

    return Interval(
        _edge(refuted, 0.0, likeliest) if passed else 0.0,
        _edge(refuted, 1.0, likeliest) if failed else 1.0,
    )


def below(passed: int, failed: int, chance: float, level: float = LEVEL) -> bool:
    """Whether the whole confidence sequence is below this chance; the evidence grows towards 0 and 1."""
    return passed < chance * (passed + failed) and log_evidence(passed, failed, chance) >= -log(1 - level)


def above(passed: int, failed: int, chance: float, level: float = LEVEL) -> bool:
    """Whether the whole confidence sequence is above this chance."""
    return passed > chance * (passed + failed) and log_evidence(passed, failed, chance) >= -log(1 - level)


def _log_mixture(passed: int, failed: int) -> float:
    """The logarithm of the mean, over all chances, of the probability of just these trials in this order."""
    return lgamma(passed + 1) + lgamma(failed + 1) - lgamma(passed + failed + 2)


def _power(times: int, chance: float) -> float:
    """The logarithm of the chance to the power of `times`."""
    if times == 0:
        return 0.0
    return times * log(chance) if chance > 0 else -inf


def _edge(refuted: Callable[[float], bool], outside: float, inside: float) -> float:
    """Where what is refuted ends, rounded to the side that is."""
    for _ in range(_HALVINGS):
        middle = (outside + inside) / 2
        if refuted(middle):
            outside = middle
        else:
            inside = middle
    return outside
