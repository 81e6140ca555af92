"""What a test's critical path is made of, as shares of its time."""

from __future__ import annotations

from collections import Counter

from pytest_flock_trace.model.text import cut_middle, one_line
from pytest_flock_trace.render.tally import TestSummary

_LONGEST_AGENT = 24


def path_shares(test: TestSummary) -> list[str]:
    """`critic 61%`, `writer 30%`, `wait 5%`: the largest first, from one percent on."""
    if not test.parts:
        return []
    parts, whole = _path(test)
    return [f"{name} {percent(ns, whole)}" for name, ns in parts if ns * 100 >= whole > 0]


def percent(part: int, whole: int) -> str:
    """The part in whole percents; empty where there is nothing to take a part of."""
    if whole <= 0:
        return ""
    return "<1%" if 0 < part * 100 < whole else f"{part / whole:.0%}"


def _path(test: TestSummary) -> tuple[list[tuple[str, int]], int]:
    """What the runs' paths are made of, the largest first, and the whole; of the ambient part if no run has spans."""
    runs = test.runs if any(run.spans for run in test.runs) else ()
    sources = runs or ([test.ambient] if test.ambient is not None else [])
    actors: Counter[str] = Counter()
    for source in sources:
        actors.update(source.path_ns)
    parts = [(cut_middle(one_line(actor), _LONGEST_AGENT) or "other", ns) for actor, ns in actors.items()]
    parts.append(("wait", sum(source.waiting_ns for source in sources)))
    parts.append(("queue", sum(source.queueing_ns for source in sources)))
    whole = max(sum(run.duration_ns for run in runs), sum(ns for _, ns in parts))
    return sorted(parts, key=lambda part: (-part[1], part[0])), whole
