"""How an attempt at a test can come out."""

from __future__ import annotations

from typing import Final

OUTCOMES: Final = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
"""All there are; `error` is a failure outside its call."""
BAD: Final = ("failed", "error")
