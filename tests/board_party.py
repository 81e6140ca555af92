"""A process of its own that takes part in the trials of a test: told what to do line by line, it answers likewise."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from pytest_flock_trace.analysis.trial_claim import TrialClaim
from pytest_flock_trace.plugin.trial_board import Claim, TrialBoard
from pytest_flock_trace.plugin.trial_demand import Demand, Outcome


class Party:
    """The other end of such a process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, *order: object) -> Any:
        """Have it do something and wait until it has."""
        self.tell(*order)
        return self.answer()

    def tell(self, *order: object) -> None:
        """Have it do something."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """What it has said next."""
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def kill(self) -> None:
        """Give it no time for anything."""
        self._process.kill()
        self._process.communicate()


class _Part:
    """What such a process does."""

    def __init__(self) -> None:
        self.board = TrialBoard(Path())
        self.claimed: Claim | None = None

    def open(self, folder: str) -> bool:
        self.board = TrialBoard(Path(folder))
        return self.board.is_over

    def gate(self) -> bool:
        self.lock = self.board.open_gate()
        return self.lock is not None

    def claim(self, trials: int, least: int, rate: float | None, stop_early: bool) -> int | None:
        demand = Demand(TrialClaim(trials, least, rate), stop_early)
        self.claimed = self.board.claim(demand.needed(self.board.outcomes))
        return None if self.claimed is None else self.claimed.number

    def answer(self, passed: bool) -> None:
        assert self.claimed is not None
        self.board.answer(self.claimed.number, Outcome(passed=passed), b"by hand\n")
        self.drop()

    def drop(self) -> None:
        assert self.claimed is not None
        self.claimed.lock.free()

    def wait(self, number: int) -> bool | None:
        self.board.wait(number)
        outcome = self.board.outcome(number)
        return None if outcome is None else outcome.passed


if __name__ == "__main__":
    part = _Part()
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        sys.stdout.write(json.dumps(getattr(part, name)(*arguments)) + "\n")
        sys.stdout.flush()
