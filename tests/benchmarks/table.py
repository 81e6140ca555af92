"""Rows as a table to read, as one for the README, and as JSON; and several of these put together.

python tests/benchmarks/table.py FILE.json ... [--markdown]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from math import isfinite
from pathlib import Path
from typing import Any

from comparison import Result, Row, Unmeasured

HEADINGS = ("what", "ours", "reference", "ratio", "target", "", "against")
PACKAGES = ("duckdb", "opentelemetry-sdk", "pytest")


def text(results: Sequence[Result]) -> str:
    """For a terminal."""
    cells = [HEADINGS, *(_cells(one) for one in results if isinstance(one, Row))]
    widths = [max(map(len, column)) for column in zip(*cells)]
    lines = ["  ".join(_aligned(line, widths)).rstrip() for line in cells]
    return "\n".join([*lines, *(f"not measured: {one.what}: {one.reason}" for one in _unmeasured(results))])


def markdown(results: Sequence[Result], conditions: str) -> str:
    """For the README: the rows that have a target, the others in number, and where they were measured."""
    judged = [one for one in results if isinstance(one, Row) and one.met is not None]
    lines = ["| what | ours | reference | ratio | target | |", "|---|---|---|---|---|---|"]
    for one in judged:
        what, ours, theirs, ratio, target, verdict, against = _cells(one)
        lines.append(f"| {what} | {ours} | {against}: {theirs} | {ratio} | {target} | {verdict} |")
    lines += [f"| {one.what} | | | | | not measured: {one.reason} |" for one in _unmeasured(results)]
    return "\n".join([*lines, "", f"Measured on {conditions}."])


def document(results: Sequence[Result], conditions: str) -> dict[str, Any]:
    """For programs."""
    return {"conditions": conditions, "rows": [_entry(one) for one in results]}


def of_document(found: dict[str, Any]) -> list[Result]:
    """The rows that `document` was given."""
    return [
        Unmeasured(**row) if "reason" in row else Row(**{key: row[key] for key in Row.__dataclass_fields__})
        for row in found["rows"]
    ]


def conditions() -> str:
    """The machine and the versions that count."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    cores = os.cpu_count()
    return (
        f"{platform.system()} {platform.machine()} with {cores} cores, Python {platform.python_version()}, {versions}"
    )


def show(results: Sequence[Result], file: Path | None = None, *, as_markdown: bool = False) -> None:
    """Print the rows; write them into a file where there is one."""
    where = conditions()
    sys.stdout.write((markdown(results, where) if as_markdown else text(results)) + "\n")
    if file is not None:
        file.write_text(json.dumps(document(results, where), indent=1) + "\n", encoding="utf-8")


def _entry(one: Result) -> dict[str, Any]:
    if not isinstance(one, Row):
        return asdict(one)
    return {**asdict(one), "ratio": one.ratio if isfinite(one.ratio) else None, "met": one.met}


def _unmeasured(results: Sequence[Result]) -> list[Unmeasured]:
    return [one for one in results if isinstance(one, Unmeasured)]


def _cells(row: Row) -> tuple[str, ...]:
    target = "" if row.target is None else f"≤ {_times(row.target)}"
    verdict = {None: "", True: "met", False: "missed"}[row.met]
    ours, theirs = (f"{_number(value)} {row.unit}" for value in (row.ours, row.theirs))
    return row.what, ours, theirs, _times(row.ratio), target, verdict, row.reference


def _times(ratio: float) -> str:
    """Ratios far below one as what they are the reciprocal of."""
    return f"{ratio:.3g}×" if ratio >= 0.05 or ratio <= 0 else f"1/{1 / ratio:.0f}×"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _aligned(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [
        cell.ljust(width) if at in {0, 5, 6} else cell.rjust(width)
        for at, (cell, width) in enumerate(zip(line, widths))
    ]


def main() -> None:
    """Print the rows of several files as one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    found = [json.loads(file.read_text("utf-8")) for file in options.files]
    results = [row for one in found for row in of_document(one)]
    where = "; and on ".join(dict.fromkeys(one["conditions"] for one in found))
    sys.stdout.write((markdown(results, where) if options.markdown else text(results)) + "\n")


if __name__ == "__main__":
    main()
