"""Answers that were worked out before, of what does not change any more."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

_MOST: Final = 32_000_000
"""Characters that are kept; the columns of a trace of fifty thousand spans have five million."""


class KeptAnswers:
    """The answers that were asked for last, as many as there is room for. Several threads may ask."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._texts: OrderedDict[Hashable, str] = OrderedDict()
        self._size = 0

    def answer(self, question: Hashable, work_out: Callable[[], str]) -> str:
        """What was answered before, or what is worked out now; an error is not kept."""
        with self._lock:
            if question in self._texts:
                self._texts.move_to_end(question)
                return self._texts[question]
        found = work_out()  # without the lock: others need not wait, and at worst the same is worked out twice
        with self._lock:
            self._keep(question, found)
        return found

    def _keep(self, question: Hashable, text: str) -> None:
        self._size += len(text) - len(self._texts.pop(question, ""))
        self._texts[question] = text
        while self._size > self._most:
            _, oldest = self._texts.popitem(last=False)
            self._size -= len(oldest)
