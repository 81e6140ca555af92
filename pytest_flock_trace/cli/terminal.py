"""Where a command writes: text for people, documents for programs, progress and complaints aside."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, TextIO

from pytest_flock_trace.cli.progress import Progress
from pytest_flock_trace.model.payload import plain
from pytest_flock_trace.model.text import one_line

FAILED: Final = "red"
HEADING: Final = "bold"
_ERROR: Final = "ERROR"
_PIPE_WIDTH: Final = 100
"""Columns of what is drawn to scale, where there is no terminal to fill."""


@dataclass(frozen=True)
class Terminal:
    """The streams of a command. Only a terminal gets colours, and lines that are cut to its width."""

    out: TextIO
    err: TextIO

    @property
    def width(self) -> int | None:
        """Columns to fit tables into; None where lines may be as long as they are."""
        return shutil.get_terminal_size().columns if self.out.isatty() else None

    @property
    def drawing_width(self) -> int:
        """Columns for what is drawn to scale."""
        return self.width or _PIPE_WIDTH

    @property
    def styled(self) -> bool:
        """Colours are wanted."""
        return self.out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def write(self, text: str, style: str | None = None) -> None:
        """Lines, whose characters the stream may not know, and of which none is taken for a control sequence."""
        _put(self.out, f"{_painted(text, style) if style and self.styled else text}\n")

    def table(self, headers: Sequence[str], rows: Sequence[Sequence[object]], *, failed: Collection[int] = ()) -> None:
        """Columns under their headers; those rows whose numbers are in `failed` stand out on a terminal."""
        from pytest_flock_trace.render.table import table

        head, *lines = table(headers, rows, width=self.width).split("\n")
        self.write(head, HEADING)
        for at, line in enumerate(lines):
            self.write(line, FAILED if at in failed else None)

    def drawing(self, text: str) -> None:
        """Lines that were rendered, those of failed spans standing out on a terminal."""
        for line in text.split("\n"):
            self.write(line, FAILED if _ERROR in line else None)

    def document(self, value: object) -> None:
        """One JSON document; characters beyond ASCII are escapes in it, so that no terminal interprets them."""
        _put(self.out, json.dumps(plain(value), indent=2) + "\n")

    def raw(self, text: str) -> None:
        """Text for programs, as it is; on a terminal with its control characters escaped."""
        _put(self.out, "\n".join(map(one_line, text.split("\n"))) if self.out.isatty() else text)

    def complain(self, message: str) -> None:
        """One line on standard error."""
        _put(self.err, f"{one_line(message.strip().partition(chr(10))[0])}\n")
        self.err.flush()

    def ask(self, question: str) -> str:
        """The answer to a question, in lower case; empty where there is none."""
        _put(self.err, one_line(question))
        self.err.flush()
        return sys.stdin.readline().strip().lower()

    def progress(self, what: str) -> Progress:
        """Tells how far something has come, once it takes more than a second."""
        return Progress(self.err, what)

    def flush(self) -> None:
        """Have all that was written reach its reader."""
        self.out.flush()


def _put(stream: TextIO, text: str) -> None:
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _painted(text: str, style: str) -> str:
    from rich.color import ColorSystem
    from rich.style import Style

    return Style.parse(style).render(text, color_system=ColorSystem.STANDARD)
