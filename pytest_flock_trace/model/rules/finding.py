"""What a rule finds in a trace, before it is put into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern


@dataclass(frozen=True)
class Finding:
    """Whether a rule holds on a tree, and the spans that decide it."""

    holds: bool
    """By the rule's textbook meaning."""
    sentence: str
    """What is the case: "2 of 3 matches break it"."""
    spans: Sequence[int] = ()
    """Positions of the spans that the finding rests on: those that break the rule, or those that bear it out."""
    remarks: Sequence[str] = ()
    """What is to be said of the first of them; no more than there are spans."""
    missing: Sequence[Pattern] = ()
    """Subjects of the rule that never occurred, where for that reason nothing could break it."""
    idle: str = ""
    """Any other reason why nothing could break the rule."""
    sought: Sequence[Pattern] = ()
    """Patterns whose nearest spans help to understand why the rule is broken."""
    pairs: Sequence[tuple[int, int]] = ()
    """Positions of spans whose order in time the finding rests on, the earlier first."""

    @property
    def vacuous(self) -> bool:
        """True where the rule holds only because nothing was there that could break it."""
        return self.holds and bool(self.missing or self.idle)
