"""Lengths of time: whole nanoseconds that read and compare as people write them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Union

from pytest_flock_trace.errors import BadDuration
from pytest_flock_trace.model.check_log import comparisons_are_checks

if TYPE_CHECKING:
    from pytest_flock_trace.model.question import Question

NANOSECONDS = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "min": 60_000_000_000,
    "h": 3_600_000_000_000,
    "d": 86_400_000_000_000,
}
_NUMBER = r"\d+(?:_\d+)*(?:\.\d+)?"
_PART = re.compile(rf"\s*({_NUMBER})\s*([a-zµμ]+)")

DurationLike = Union["Duration", str, timedelta, int]
"""What a duration compares with: a text such as "1.5s", a timedelta, or whole nanoseconds."""


def parse_duration(text: str) -> Duration:
    """Read "250ms", "1.5 s" or "1m 30s"; raise `BadDuration` for anything else."""
    total = 0.0
    whole = 0
    position = 0
    while position < len(text.rstrip()):
        part = _PART.match(text, position)
        if part is None or part[2] not in NANOSECONDS:
            raise BadDuration(f"{text!r} is not a duration; write a number and a unit ({_UNITS}), such as '250ms'")
        number = part[1].replace("_", "")
        if "." in number:
            total += float(number) * NANOSECONDS[part[2]]
        else:
            whole += int(number) * NANOSECONDS[part[2]]
        position = part.end()
    if position == 0:
        raise BadDuration(f"{text!r} is not a duration; write a number and a unit ({_UNITS}), such as '250ms'")
    return Duration(whole + round(total))


_UNITS = ", ".join(unit for unit in NANOSECONDS if unit.isascii())


@comparisons_are_checks
class Duration(int):
    """Whole nanoseconds. Compares with "250ms", `timedelta`, durations and integers of nanoseconds."""

    question: Question | None
    """What this duration answers, where it was measured on a trace; None otherwise."""

    def __new__(cls, value: DurationLike = 0, question: Question | None = None) -> Duration:
        self = super().__new__(cls, nanoseconds(value))
        self.question = question
        return self

    @property
    def ms(self) -> float:
        """Milliseconds."""
        return int(self) / 1e6

    @property
    def seconds(self) -> float:
        """Seconds."""
        return int(self) / 1e9

    def __lt__(self, other: object) -> bool:
        return NotImplemented if (ns := _comparable(other)) is None else int(self) < ns

    def __le__(self, other: object) -> bool:
        return NotImplemented if (ns := _comparable(other)) is None else int(self) <= ns

    def __gt__(self, other: object) -> bool:
        return NotImplemented if (ns := _comparable(other)) is None else int(self) > ns

    def __ge__(self, other: object) -> bool:
        return NotImplemented if (ns := _comparable(other)) is None else int(self) >= ns

    def __eq__(self, other: object) -> bool:
        return NotImplemented if (ns := _comparable(other)) is None else int(self) == ns

    def __ne__(self, other: object) -> bool:
        return NotImplemented if (ns := _comparable(other)) is None else int(self) != ns

    __hash__ = int.__hash__

    def __reduce__(self) -> tuple[type[Duration], tuple[int]]:
        return Duration, (int(self),)  # a copy elsewhere leaves its trace behind

    def __add__(self, other: DurationLike) -> Duration:
        return Duration(int(self) + nanoseconds(other))

    __radd__ = __add__

    def __sub__(self, other: DurationLike) -> Duration:
        return Duration(int(self) - nanoseconds(other))

    def __str__(self) -> str:
        return format_duration(int(self))

    def __repr__(self) -> str:
        return f"Duration({format_duration(int(self))!r})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def nanoseconds(value: DurationLike) -> int:
    """Whole nanoseconds of anything that stands for a duration; raise `BadDuration` for the rest."""
    if isinstance(value, bool):
        raise BadDuration(f"{value!r} is not a duration; write a text such as '250ms'")
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return int(parse_duration(value))
    if isinstance(value, timedelta):
        return ((value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds) * 1_000
    raise BadDuration(f"{value!r} is not a duration; write a text such as '250ms' or a timedelta")


def format_duration(ns: int) -> str:
    """Three significant digits and the unit that fits: `250 ms`, `1.25 s`, `2 min 5 s`."""
    if ns < 0:
        return f"-{format_duration(-ns)}"
    for unit, size in (("ns", 1), ("µs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)):
        shown = _three_digits(ns / size)
        if float(shown) < (60 if unit == "s" else 1_000):
            return f"{shown} {unit}"
    seconds = round(ns / 1e9)
    parts = [(seconds // 3600, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def exactly_written(duration: Duration) -> str:
    """The duration as people write it where nothing is lost by that, else in nanoseconds."""
    text = str(duration)
    return text if Duration(text) == duration else f"{int(duration)}ns"


def _three_digits(number: float) -> str:
    decimals = 0 if number >= 100 else 1 if number >= 10 else 2
    text = f"{number:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _comparable(other: object) -> int | None:
    """Nanoseconds of something a duration may be compared with; None leaves the answer to the other side."""
    if isinstance(other, float):
        raise BadDuration(f"{other!r} has no unit; write a text such as '250ms'")
    if isinstance(other, (int, str, timedelta)) and not isinstance(other, bool):
        return nanoseconds(other)
    return None
