"""Numbers for tasks, so that what one task started can be told from what others did."""

from __future__ import annotations

import itertools
import sys
from typing import Any
from weakref import WeakKeyDictionary


class TaskNumbers:
    """Numbers the tasks of asyncio and of trio in the order in which they first start a span."""

    def __init__(self) -> None:
        self._next = itertools.count(1)
        self._numbers: WeakKeyDictionary[Any, int] = WeakKeyDictionary()

    def current(self) -> int | None:
        """The number of the task that is running; None outside every task."""
        task = _asyncio_task() or trio_task()
        if task is None:
            return None
        number = self._numbers.get(task)
        if number is None:
            number = self._numbers[task] = next(self._next)
        return number


def _asyncio_task() -> Any:
    asyncio = sys.modules.get("asyncio")  # which takes long to import, and nobody can be in a task without
    if asyncio is None or asyncio._get_running_loop() is None:  # exported by asyncio for this question
        return None
    return asyncio.current_task()


def trio_task() -> Any:
    """The running task of trio, which may be a guest inside another event loop; None outside every one."""
    lowlevel = trio_lowlevel()
    if lowlevel is None:
        return None
    try:
        return lowlevel.current_task()
    except RuntimeError:  # says that no task is running in this thread
        return None


def trio_lowlevel() -> Any:
    """What trio tells about itself; None unless the program has imported it."""
    return getattr(sys.modules.get("trio"), "lowlevel", None)  # which is absent while trio is being imported
