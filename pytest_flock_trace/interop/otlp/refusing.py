"""What becomes of spans of a message that can't be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.model.span import Span

S = TypeVar("S")


def readable(said: Iterable[S], read: Callable[[S], Span], refused: list[str] | None) -> Iterator[Span]:
    """The spans as they are read. One that can't be is left out where `refused` takes the reason, else it raises."""
    for one in said:
        try:
            span = read(one)
        except BadTraceFile as exc:  # noqa: PERF203  # one that fails says nothing of the next
            if refused is None:
                raise
            refused.append(str(exc))
        else:
            yield span
