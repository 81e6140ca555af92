"""How often Python looks for garbage while a report is made."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

_SELDOM: Final = 100_000
"""New objects after which to look.

By default it is 700 to 2,000, and looking takes a sixth of the time for a report of 50,000 spans, all of which are
still wanted. Never to look saves little more, and what many traces leave behind would pile up.
"""


@contextmanager
def seldom_collecting() -> Generator[None, None, None]:
    """Look for garbage seldom meanwhile; whoever has turned it off has no use for this."""
    usual, *others = gc.get_threshold()
    if usual:
        gc.set_threshold(max(usual, _SELDOM), *others)
    try:
        yield
    finally:
        gc.set_threshold(usual, *others)
