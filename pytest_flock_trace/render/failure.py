"""Where and how a test failed, in the few lines that fit beside its code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """A failure as an annotation shows it."""

    file: str
    """Relative to pytest's root directory, with `/` between folders."""
    line: int
    """Counted from 1; 0 where it is not known."""
    message: str
    """The first lines of the explanation."""
