"""Text files written whole or not at all, or added to."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Replace the file in one step, so that no reader sees half of it; makes its folders; raises `OSError`."""
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        draft.write_text(text, encoding="utf-8", errors="replace", newline="\n")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def append(path: Path, text: str) -> None:
    """Add to the file, on a line of its own; what it holds stays. Raises `OSError`."""
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            text = text if file.read(1) == b"\n" else f"\n{text}"
        file.write(text.encode("utf-8", "replace"))
