"""How long a collector has been failing, and when that is worth telling."""

from __future__ import annotations

import time
from typing import Final

PATIENCE: Final = 10.0
"""Seconds of trouble before it is told; a program that ends sooner tells it once, with the number of its spans."""
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 30.0


class Trouble:
    """A time in which nothing is taken; over with the first success."""

    def __init__(self) -> None:
        self.reason = ""
        """What the last attempt failed by; empty where it did not."""
        self._since = 0.0
        self._told = False
        self._pause = 0.0

    def over(self) -> None:
        """Something was taken."""
        self.reason, self._pause = "", 0.0

    def lasts(self, reason: str) -> bool:
        """Note another failure; True the one time that it is to be told."""
        now = time.monotonic()
        if not self.reason:
            self._since = now
        self.reason = reason
        worth_telling = not self._told and now - self._since >= PATIENCE
        self._told = self._told or worth_telling
        return worth_telling

    def pause(self) -> float:
        """Seconds until the next attempt, twice as many each time."""
        self._pause = min(_LONGEST_PAUSE, self._pause * 2 or _FIRST_PAUSE)
        return self._pause
