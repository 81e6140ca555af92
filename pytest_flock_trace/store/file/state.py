"""What tells that a trace file, or what waits beside it, has changed; finding out takes no look inside."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pytest_flock_trace.store.file.spool import Spool


@dataclass(frozen=True)
class FileState:
    """Compares equal for as long as nobody has written."""

    marks: tuple[tuple[str, int, int, int], ...]
    """Name, size, moment of the last change in nanoseconds and number of each file that there is."""

    @classmethod
    def of(cls, path: Path) -> FileState:
        """The state of a trace file now."""
        return cls(tuple(_marks(path)))

    @property
    def exists(self) -> bool:
        """There is a file, or at least something that waits for one."""
        return bool(self.marks)

    @property
    def changed_ns(self) -> int:
        """The moment of the last change, in Unix nanoseconds."""
        return max((changed for _, _, changed, _ in self.marks), default=0)

    @property
    def revision(self) -> str:
        """The state as a short text."""
        return sha256(repr(self.marks).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def log_of(path: Path) -> Path:
    """Where DuckDB puts what is not in the file itself yet."""
    return path.with_name(f"{path.name}.wal")


def _marks(path: Path) -> Iterator[tuple[str, int, int, int]]:
    file = Path(os.path.realpath(path))
    for one in (file, log_of(file), *Spool(file).waiting()):
        try:
            found = one.stat()
        except OSError:  # not there, or not any more
            continue
        yield one.name, found.st_size, found.st_mtime_ns, found.st_ino
