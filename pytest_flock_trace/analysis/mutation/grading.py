"""Asking the checks of a test again, on what would have been recorded had something gone wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pytest_flock_trace.analysis.mutation.grade import Grade, Survivor
from pytest_flock_trace.analysis.mutation.mutant import Mutant
from pytest_flock_trace.analysis.mutation.mutants import MOST, mutants
from pytest_flock_trace.analysis.mutation.remedy import Remedies
from pytest_flock_trace.analysis.mutation.retold import Keys, Retold
from pytest_flock_trace.model.check_log import Check
from pytest_flock_trace.model.span import SpanKey
from pytest_flock_trace.model.text import label_of
from pytest_flock_trace.model.trace import Trace

_LEAST: Final = 5
_WORTH: Final = 20_000
"""Spans of all mutants of one trace together: of long traces there are fewer."""


class _Asked:
    """A check with its verdict on what really happened."""

    def __init__(self, check: Check, verdict: object, keys: Keys) -> None:
        self._check = check
        self._verdict = verdict
        self._trace_ids = {trace_id for trace_id, _ in keys.of_check(check)}

    def notices(self, mutant: Mutant, changed: Retold) -> bool:
        """Whether the verdict is another, as it can be only where the change befell a trace that the check looks at."""
        return mutant.span.trace_id in self._trace_ids and changed.verdict(self._check) != self._verdict


def grade(wholes: Sequence[Trace], checks: Sequence[Check], *, seed: int = 0, most: int = MOST) -> Grade:
    """Ask checks again on mutants of the traces that they are about.

    `wholes` are traces that hold others: all that a test did, files that it loaded. A check of a trace is asked on its
    part of a whole. Only spans that some check is about are changed.
    """
    keys = Keys()
    noticed, survivors = list[tuple[str, str]](), list[Survivor]()
    for whole in wholes:
        remedies = Remedies(whole)
        for mutant, killed in _outcomes(whole, checks, keys, seed, most):
            if killed:
                noticed.append((remedies.run_of(mutant.span), mutant.sentence))
            else:
                survivors.append(_survivor(mutant, remedies))
    return Grade(len(noticed) + len(survivors), len(noticed), len(checks), tuple(survivors), tuple(noticed))


def _outcomes(whole: Trace, checks: Sequence[Check], keys: Keys, seed: int, most: int) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant of the whole, and whether some check came out otherwise."""
    there = keys.of(whole.tree)
    subjects = (keys.of(trace.tree) for check in checks for trace in check.subjects)
    concerned = there & frozenset[SpanKey]().union(*subjects)
    if not concerned:
        return
    original = Retold(whole, keys)
    asked = [_Asked(check, original.verdict(check), keys) for check in checks if keys.of_check(check) & there]
    bound = min(most, max(_LEAST, _WORTH // len(whole.tree)))
    for mutant in mutants(whole, seed=seed, most=bound, among=concerned):
        changed = Retold(mutant.trace, keys, mutant.copies)
        killer = next((at for at, check in enumerate(asked) if check.notices(mutant, changed)), None)
        if killer is not None:
            asked.insert(0, asked.pop(killer))  # what has noticed one bug is likely to notice the next
        yield mutant, killer is not None


def _survivor(mutant: Mutant, remedies: Remedies) -> Survivor:
    run = remedies.run_of(mutant.span)
    return Survivor(label_of(mutant.span), run, mutant.sentence, remedies.against(mutant))
