"""How much of an argument or a result is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class PayloadLimits:
    """Bounds on the JSON text of one value."""

    size: int = 8 * 1024
    """Bytes of the text, in UTF-8."""
    depth: int = 10
    """Levels of containers and objects that are followed."""
    nodes: int = 2_000
    """Values that are looked at, those that are left out in the end included."""


USUAL: Final = PayloadLimits()
SMALLEST: Final = 128
"""Bytes below which nothing useful can be said of a value."""
