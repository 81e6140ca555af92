"""Span and trace ids drawn from a generator of our own, so that the application's `random` stays as it was."""

from __future__ import annotations

import os
from random import Random

from opentelemetry.sdk.trace.id_generator import IdGenerator


class PrivateIdGenerator(IdGenerator):
    """Ids that neither follow nor disturb the seed of the global generator, also after a fork."""

    def __init__(self) -> None:
        self._random = Random()  # noqa: S311  # ids need to differ, not to be secret
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._random.seed)

    def generate_span_id(self) -> int:
        """64 random bits, never zero."""
        return self._random.getrandbits(64) or 1

    def generate_trace_id(self) -> int:
        """128 random bits, never zero."""
        return self._random.getrandbits(128) or 1

    def is_trace_id_random(self) -> bool:
        """True: every bit is random."""
        return True
