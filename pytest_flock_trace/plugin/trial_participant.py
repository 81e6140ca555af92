"""One of the processes that run the trials of a test between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_flock_trace.plugin.trial_answer import arrived, outcome_of, sendable
from pytest_flock_trace.recording.carried import Arrivals, Carrier

if TYPE_CHECKING:
    from pytest_flock_trace.plugin.trial import Trial
    from pytest_flock_trace.plugin.trial_board import TrialBoard
    from pytest_flock_trace.plugin.trial_gate import TrialGate


class Participant:
    """Takes the first trial that is needed and free, time and again. Nobody waits but for what nobody else can do."""

    def __init__(self, gate: TrialGate, board: TrialBoard, item: pytest.Item) -> None:
        self._gate = gate
        self._board = board
        self._item = item
        """On whose behalf the trials are run here: the gate, or a share of it in another process."""
        self._own: dict[int, Trial] = {}
        gate.carrier = self._carrier = gate.carrier or Carrier()
        self._arrivals = Arrivals(self._carrier)

    def run_next(self) -> bool:
        """Run a trial and answer it; False where none is left to this process."""
        claim = self._board.claim(self._gate.demand.needed(self._board.outcomes))
        if claim is None:
            return False
        with claim:
            graded = any(one.graded for number, one in self._board.outcomes.items() if number < claim.number)
            trial = self._gate.run_trial(claim.number, self._item, rate=not graded)
            return self._answer(trial)

    def trial(self, number: int) -> Trial:
        """The trial of this number, for the gate: whoever runs it, others meanwhile, and in the end itself."""
        while self._board.outcome(number) is None:
            if not self.run_next():
                self._board.wait(number)
        own = self._own.pop(number, None)
        return own or arrived(self._board.content(number), self._gate.test, self._arrivals)

    def _answer(self, trial: Trial) -> bool:
        """The gate keeps what it ran; what can't be sent to it, is left to it."""
        content = b"" if self._item is self._gate else sendable(trial, self._carrier)
        if content is None:
            return False
        if self._item is self._gate:
            self._own[trial.number] = trial
        self._board.answer(trial.number, outcome_of(trial), content)
        return True
