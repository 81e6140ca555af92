"""Why DuckDB would not open, read or write a file."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from duckdb import Error


class Refusal(Enum):
    """What a complaint of DuckDB's about a file comes down to."""

    FOREIGN = re.compile("not a valid DuckDB database|Loading external extensions|Cannot launch in-memory")
    HELD = re.compile("set lock on file|being used by another process")
    OPEN_HERE = re.compile("different configuration than existing connections|Unique file handle conflict")
    NEWER = re.compile("version number .* but we can only read")
    DAMAGED = re.compile("Corrupt|Could not read enough bytes|checksum")
    FULL = re.compile("No space left|not enough space|quota exceeded|File too large", re.IGNORECASE)
    OTHER = re.compile("")

    @classmethod
    def of(cls, error: Error) -> Refusal:
        """The first that the complaint speaks of."""
        return next(refusal for refusal in cls if refusal.value.search(_said(error)))


_HOLDER: Final = re.compile(r"Conflicting lock is held in (.+?\(PID \d+\))")
PASSING: Final = frozenset({Refusal.HELD, Refusal.OPEN_HERE})
"""What may be over soon, because others let go of the file."""


def explain(file: str, error: Error) -> str:
    """What a complaint about a file means to whoever wants to use it as a trace file."""
    import duckdb

    said = _said(error)
    match Refusal.of(error):
        case Refusal.FOREIGN:
            return f"{file!r} is no DuckDB trace file"
        case Refusal.HELD:
            holder = _HOLDER.search(said)
            by = f", {holder[1]}" if holder else ""
            return f"{file!r} is held by another process{by}: wait for it, or use a copy"
        case Refusal.OPEN_HERE:
            return f"{file!r} is open in this process already; close that connection first"
        case Refusal.NEWER:
            installed = duckdb.__version__
            return f"{file!r} was written by a newer DuckDB than {installed}, which is installed here: upgrade it"
        case Refusal.DAMAGED:
            return f"{file!r} is damaged or cut off: {said}"
        case Refusal.FULL:
            return f"{file!r} cannot be written, there is no space left: {said}"
        case _:
            return f"{file!r} cannot be used as a trace file: {said}"


def _said(error: Error) -> str:
    return " ".join(str(error).split("\n\n")[0].split())
