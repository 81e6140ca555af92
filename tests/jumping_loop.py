"""An event loop in virtual time: nobody waits, the clock jumps to the next thing that is due."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

_T = TypeVar("_T")


class JumpingSelector(selectors.SelectSelector):
    """Turns waiting into time that has passed."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        """What is ready; waits in truth only where nothing is due, for other threads."""
        if timeout is not None and timeout > 0:
            self.now += timeout
            timeout = 0
        return super().select(timeout)


class JumpingLoop(asyncio.SelectorEventLoop):
    """Its clock starts at 0."""

    def __init__(self) -> None:
        self._jumping = JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds."""
        return self._jumping.now


def run_jumping(main: Coroutine[Any, Any, _T]) -> _T:
    """What the coroutine returns, in no time."""
    loop = JumpingLoop()
    try:
        return loop.run_until_complete(main)
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
