"""A file that `flock-trace init` writes, and never over another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.errors import BadTarget

WRITTEN: Final = "written"
SAME: Final = "same"
"""It is there already, word for word."""
KEPT: Final = "kept"
"""Another one is there, which stays."""


@dataclass(frozen=True)
class StarterFile:
    """What was to be written, and what became of it."""

    path: Path
    text: str
    outcome: str

    def tell(self, terminal: Terminal) -> None:
        """Say it, with the text where that is left for the user to put somewhere."""
        if self.outcome != KEPT:
            terminal.write(f"{'wrote' if self.outcome == WRITTEN else 'already there:'} {self.path}")
            return
        terminal.write(f"{self.path} is there already and stays as it is; add to it what you need of this:\n")
        terminal.write("".join(f"    {line}".rstrip() + "\n" for line in self.text.splitlines()))


def write_new(path: Path, text: str) -> StarterFile:
    """Write a file that is not there yet; raises `BadTarget` where none can be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        if not path.parent.is_dir():
            raise BadTarget(f"{str(path.parent)!r} is a file; name a folder to write the tests into") from None
        return StarterFile(path, text, SAME if _is_same(path, text) else KEPT)
    except OSError as exc:
        raise BadTarget(f"{str(path)!r} can't be written: {exc.strerror}; name another folder") from exc
    return StarterFile(path, text, WRITTEN)


def _is_same(path: Path, text: str) -> bool:
    try:
        return path.read_bytes().replace(b"\r\n", b"\n") == text.encode()
    except OSError:  # nothing that can be compared
        return False
