"""Says how large a wheel is and what part of it the SQL editor takes; fails where the rest is too much.

The editor (CodeMirror) is a file of its own, which a page loads only where somebody writes SQL.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zipfile import ZipFile

EDITOR: Final = "pytest_flock_trace/viewer/dist/sql.js"
PAGE: Final = "pytest_flock_trace/viewer/dist/app.js"
LIMIT: Final = 1_500_000
"""Bytes that a wheel may have besides the editor."""


@dataclass(frozen=True)
class WheelSize:
    """Bytes, as they are downloaded."""

    whole: int
    editor: int
    has_page: bool

    @property
    def rest(self) -> int:
        """All but the editor."""
        return self.whole - self.editor

    def complaint(self) -> str | None:
        """What is wrong with the wheel."""
        if not self.has_page:
            return "the wheel holds no viewer: build it where npm is on the PATH"
        if self.rest > LIMIT:
            return f"the wheel has {self.rest:,} bytes besides the editor, {self.rest - LIMIT:,} more than it may"
        return None

    def __str__(self) -> str:
        return f"{self.whole:,} bytes, {self.rest:,} of them without the SQL editor ({LIMIT:,} allowed)"


def size_of(wheel: Path) -> WheelSize:
    """The size of a wheel."""
    with ZipFile(wheel) as content:
        packed = {entry.filename: entry.compress_size for entry in content.infolist()}
    return WheelSize(wheel.stat().st_size, packed.get(EDITOR, 0), PAGE in packed)


def main(folders: Sequence[str]) -> int:
    """Judge every wheel of these folders; 1 if one is not fit to be sent, or there is none."""
    wheels = [wheel for folder in folders for wheel in sorted(Path(folder).glob("*.whl"))]
    complaints = [] if wheels else [f"no wheel in {', '.join(folders)}"]
    for wheel in wheels:
        size = size_of(wheel)
        sys.stdout.write(f"{wheel.name}: {size}\n")
        complaints.extend(filter(None, [size.complaint()]))
    sys.stderr.writelines(f"{complaint}\n" for complaint in complaints)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
