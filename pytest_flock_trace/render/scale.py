"""Times of a trace as columns of a bar chart."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_flock_trace.model.duration import NANOSECONDS, format_duration

_TICK_COLUMNS = 12
_STEPS = (
    *(digit * 10**power for power in range(9) for digit in (1, 2, 5)),
    *(number * NANOSECONDS["s"] for number in (1, 2, 5, 10, 20, 30)),
    *(number * NANOSECONDS["m"] for number in (1, 2, 5, 10, 20, 30)),
    *(number * NANOSECONDS["h"] for number in (1, 2, 6, 12)),
    *(number * NANOSECONDS["d"] for number in (1, 2, 5, 10, 20, 50, 100)),
)


@dataclass(frozen=True)
class Scale:
    """A stretch of time drawn over so many columns."""

    start_ns: int
    extent_ns: int
    columns: int

    def column(self, time_ns: int) -> int:
        """The column whose beginning is nearest to a time; `columns` for the end."""
        if self.extent_ns == 0:
            return 0
        return (2 * (time_ns - self.start_ns) * self.columns + self.extent_ns) // (2 * self.extent_ns)

    def cells(self, start_ns: int, end_ns: int) -> range:
        """The columns that a stretch of time takes; at least one."""
        first = min(self.column(start_ns), self.columns - 1)
        return range(first, max(first + 1, self.column(end_ns)))

    def share(self, cell: int, start_ns: int, end_ns: int) -> float:
        """How much of a column a stretch of time covers, from 0 to 1."""
        if self.extent_ns == 0:
            return 0.0
        start = (start_ns - self.start_ns) * self.columns / self.extent_ns
        end = (end_ns - self.start_ns) * self.columns / self.extent_ns
        return max(0.0, min(end, cell + 1) - max(start, cell))

    def ticks(self) -> str:
        """A line of round times, each at its column."""
        least = max(1, self.extent_ns * _TICK_COLUMNS // self.columns)
        step = next((step for step in _STEPS if step >= least), self.extent_ns + 1)
        line = ""
        for time in range(0, self.extent_ns + 1, step):
            longer = f"{line.ljust(self.column(self.start_ns + time))}|{format_duration(time) if time else 0}"
            line = longer if len(longer) <= self.columns else line
        return line
