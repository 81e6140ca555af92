"""A line on a terminal that says how things stand, and is gone once they are over."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, TextIO

from pytest_flock_trace.model.text import one_line

if TYPE_CHECKING:
    from rich.live import Live


class LiveLine:
    """The line; where there is no terminal nothing is shown."""

    def __init__(self, stream: TextIO) -> None:
        self._live = _made(stream) if stream.isatty() else None
        self._shown: AbstractContextManager[Any] = self._live or nullcontext()

    def __enter__(self) -> LiveLine:
        self._shown.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._shown.__exit__(None, None, None)

    def __call__(self, text: str) -> None:
        """Say this from now on."""
        if self._live is not None:
            from rich.text import Text

            self._live.update(Text(one_line(text), overflow="ellipsis", no_wrap=True), refresh=True)


def _made(stream: TextIO) -> Live:
    from rich.console import Console
    from rich.live import Live

    return Live(console=Console(file=stream), transient=True, auto_refresh=False)
