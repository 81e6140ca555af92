"""How much of what could go wrong the checks of a test notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Survivor:
    """A change that no check noticed."""

    span: str
    """The label of the span that it concerns."""
    run: str
    """The run that the span is of; empty outside every run."""
    sentence: str
    """What nothing would notice: "the critic ran twice"."""
    remedy: str = ""
    """A rule that would notice, as Python; empty where none of those that were tried does."""


@dataclass(frozen=True)
class Grade:
    """What became of the mutants of a test."""

    mutants: int = 0
    killed: int = 0
    """Those of which some check came out otherwise."""
    checks: int = 0
    """Those that were asked again."""
    survivors: tuple[Survivor, ...] = ()
    noticed: tuple[tuple[str, str], ...] = ()
    """Run and sentence of each change that some check noticed."""
    reads: tuple[str, ...] = ()
    """How the test has looked at spans besides, which nobody can ask again."""
    took_ns: int = 0
    """What the grading took."""

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Grade:
        """What `asdict` made values of, and JSON may have carried."""
        parts: dict[str, Any] = {
            "survivors": tuple(Survivor(**survivor) for survivor in values["survivors"]),
            "noticed": tuple((run, sentence) for run, sentence in values["noticed"]),
            "reads": tuple(values["reads"]),
        }
        return cls(**{**values, **parts})

    @property
    def score(self) -> float | None:
        """The part that was killed, 0 to 1; None without any."""
        return self.killed / self.mutants if self.mutants else None
