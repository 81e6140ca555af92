"""Threads that send in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable


def started_daemon(work: Callable[[], None], name: str) -> threading.Thread | None:
    """A daemon that does this from now on; None where Python is about to end, and starts no thread any more."""
    thread = threading.Thread(target=work, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        return None
    return thread
