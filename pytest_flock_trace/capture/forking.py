"""What an object does in a child that its process forks."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable


def in_forked_children(method: Callable[[], None]) -> None:
    """Have a method of an object called in every child that is forked, for as long as the object lives."""
    if not hasattr(os, "register_at_fork"):
        return
    known = weakref.WeakMethod(method)

    def call() -> None:
        if (alive := known()) is not None:
            alive()

    os.register_at_fork(after_in_child=call)
