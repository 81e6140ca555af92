"""Sizes of files as people write and read them."""

from __future__ import annotations

import re

from pytest_flock_trace.errors import BadCommand

_UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Z]+)\s*", re.IGNORECASE | re.ASCII)


def size_in_bytes(text: str) -> int:
    """Read "200MB" or "1.5 GiB"; raises `BadCommand` for anything else."""
    match = _SIZE.fullmatch(text)
    if match is None or match[2].upper() not in _UNITS:
        raise BadCommand(
            f"{text!r} is no size; write a number and a unit (B, KB, MB, GB, KiB, MiB, GiB), such as 200MB"
        )
    return round(float(match[1]) * _UNITS[match[2].upper()])


def format_size(size: int) -> str:
    """Three significant digits and the unit that fits: `524 KB`, `1.25 GB`."""
    for unit in ("B", "KB", "MB", "GB"):
        number = size / _UNITS[unit]
        if number < 999.5 or unit == "GB":
            decimals = 0 if number >= 100 or unit == "B" else 1 if number >= 10 else 2
            return f"{number:.{decimals}f} {unit}"
    raise AssertionError(size)
