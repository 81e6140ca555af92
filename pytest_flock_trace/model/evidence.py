"""Spans as lines of an explanation: what ran, when, for how long, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_flock_trace.model.duration import format_duration
from pytest_flock_trace.model.retry import retries
from pytest_flock_trace.model.text import failure_of, label_of
from pytest_flock_trace.model.tree import SpanTree

SHOWN = 5
"""How many spans an explanation lists where it must be short."""


def evidence(
    tree: SpanTree, positions: Sequence[int], remarks: Mapping[int, str] | None = None, *, most: int | None = SHOWN
) -> list[str]:
    """A line for each span, indented by two: label, start within the trace, duration, status and what else is known.

    A span that repeats a failed one is said to be a retry; `remarks` add to the lines by position.
    """
    again = retries(tree, positions)
    shown = positions if most is None or len(positions) <= most else positions[:most]
    numbers = {at: number for number, at in enumerate(positions, 1)}
    lines = [_line(tree, at, numbers.get(again.get(at, -1)), (remarks or {}).get(at, "")) for at in shown]
    return [*lines, f"  … and {len(positions) - len(shown)} more"] if len(shown) < len(positions) else lines


def place(tree: SpanTree, position: int) -> str:
    """A span in a sentence: its label and when it started."""
    return f"{label_of(tree.spans[position])} at {_offset(tree, position)}"


def _line(tree: SpanTree, at: int, failed: int | None, remark: str) -> str:
    span = tree.spans[at]
    status = f"ERROR {failure_of(span)}".rstrip() if span.failed else span.status
    line = f"  {label_of(span)}  at {_offset(tree, at)} for {span.duration}  {status}"
    if failed is not None:
        line += f"  retry of number {failed}"
    return f"{line} — {remark}" if remark else line


def _offset(tree: SpanTree, position: int) -> str:
    return f"+{format_duration(tree.starts[position] - tree.starts[0])}"
