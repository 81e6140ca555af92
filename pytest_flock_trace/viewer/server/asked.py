"""A question about what is shown, with its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.redaction import Redaction
from pytest_flock_trace.model.text import abridged
from pytest_flock_trace.viewer.answers.trace_key import trace_of

if TYPE_CHECKING:
    from pytest_flock_trace.model.trace import Trace
    from pytest_flock_trace.store.file.reading import TraceFileView
    from pytest_flock_trace.viewer.server.shown import Shown

_DIGITS: Final = 15


@dataclass(frozen=True)
class Asked:
    """What an answer is made of."""

    shown: Shown
    view: TraceFileView
    """The spans that the filter leaves, or all."""
    path: Path
    """The trace file."""
    said: Mapping[str, str]
    """The parameters."""
    redaction: Redaction = field(default_factory=Redaction)

    def text(self, name: str, usual: str | None = None) -> str:
        """A parameter; raises `BadArgument` where there is none and there is nothing usual."""
        if (found := self.said.get(name) or usual) is None:
            raise BadArgument(f"parameter {name!r} is missing")
        return found

    def number(self, name: str, usual: int) -> int:
        """A whole number of 0 or more; raises `BadArgument` for anything else."""
        found = self.said.get(name) or str(usual)
        if not (found.isascii() and found.isdigit() and len(found) <= _DIGITS):
            raise BadArgument(f"{name}={abridged(found)!r} is no whole number of 0 or more")
        return int(found)

    def trace(self, name: str) -> Trace:
        """The trace that a parameter names by its key."""
        return self.shown.trace(trace_of(self.view, self.text(name)))
