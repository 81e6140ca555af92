"""Why a collector did not take what was sent, and what may still be done about it."""

from __future__ import annotations

from pytest_flock_trace.errors import NotSent


class Refusal(NotSent):
    """The message is the reason alone; whoever knows the collector and the number of spans adds these."""

    def __init__(
        self, message: str, *, again: bool = False, too_large: bool = False, rejected: int | None = None
    ) -> None:
        super().__init__(message)
        self.again = again
        """The same may be taken later."""
        self.too_large = too_large
        """Less at once may be taken."""
        self.rejected = rejected
        """How many were not taken; None for all."""
