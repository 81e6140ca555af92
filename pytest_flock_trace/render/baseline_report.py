"""What a session's comparison with its baseline comes to, in lines for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pytest_flock_trace.analysis.baseline import Environment
from pytest_flock_trace.analysis.baseline_change import FEWEST_RUNS, WHOLE, Change
from pytest_flock_trace.analysis.baseline_comparison import RunComparison
from pytest_flock_trace.model.duration import Duration
from pytest_flock_trace.model.text import count_of, one_line

_LISTED = 10
_MOST_PARTS = 5
_TELLING = 0.05
"""Share of the growth of a run from which on a part of it is named."""


def slower_lines(comparisons: Iterable[RunComparison]) -> list[str]:
    """What got slower and who carries the difference; none if nothing did."""
    return [line for comparison in comparisons if comparison.slower for line in _slower(comparison)]


def unjudged_lines(
    comparisons: Sequence[RunComparison], here: Environment, known: Mapping[str, Environment]
) -> list[str]:
    """The runs whose time could not be judged and why, with what their time was; none if all could."""
    elsewhere = [comparison for comparison in comparisons if comparison.elsewhere]
    few = [comparison for comparison in comparisons if not comparison.judged and not comparison.elsewhere]
    return [*_few(few), *_elsewhere(elsewhere, here, known)]


def differing_facts(here: Environment, there: Environment) -> str:
    """What is not the same in two environments: `python 3.11 → 3.12, cpus 2 → 4`."""
    names = sorted(name for name in {*here, *there} if here.get(name) != there.get(name))
    return ", ".join(f"{name} {there.get(name, '(none)')} → {here.get(name, '(none)')}" for name in names)


def listed(lines: Iterable[str]) -> list[str]:
    """The first of these lines and how many more there are."""
    every = list(lines)
    more = [f"  … and {len(every) - _LISTED} more"] if len(every) > _LISTED else []
    return [*every[:_LISTED], *more]


def _slower(comparison: RunComparison) -> Iterator[str]:
    whole = comparison.whole
    sizes = f"{_sizes(comparison)}; p = {_likelihood(comparison)}"
    run_is_slower = any(change.what == WHOLE for change in comparison.slower)
    yield f"slower: {_name(comparison)}: {_step(whole)} ({_by(whole)}; {sizes})"
    if not run_is_slower:
        yield "  the run as a whole did not get slower by enough to count; a part of it did:"
    of = f"of {_signed(whole.growth)}, " if run_is_slower else ""
    for part in _carriers(comparison):
        yield f"  {of}{part.growth} are {part.what}: {_step(part)} on the path"
        of = "and "
    grown = [total for total in comparison.totals() if total.matters][:_MOST_PARTS]
    if grown:
        yield f"  all spans of a label taken together: {', '.join(f'{total.what} {_step(total)}' for total in grown)}"


def _carriers(comparison: RunComparison) -> list[Change]:
    """The parts that got slower, and any other that makes up much of the growth."""
    slower = {change.what for change in comparison.slower}
    much = max(1, round(_TELLING * int(comparison.whole.growth)))
    parts = [part for part in comparison.parts() if part.what in slower or (part.matters and part.growth >= much)]
    return parts[: max(_MOST_PARTS, len(slower))]


def _sizes(comparison: RunComparison) -> str:
    """What one session measured may be the load of that moment, so it is said how many there are."""
    sessions = len({sample.session for sample in comparison.before})
    return f"{len(comparison.before)} runs in {count_of(sessions, 'session')} before, {len(comparison.now)} now"


def _likelihood(comparison: RunComparison) -> str:
    return f"{min(change.p for change in comparison.slower):.2g}"


def _few(comparisons: Sequence[RunComparison]) -> list[str]:
    if not comparisons:
        return []
    head = f"not enough runs to judge the time of {count_of(len(comparisons), 'run')}; repeat them or their test:"
    return [head, *listed(f"  {_name(one)}: {_lack(one)}; {_step(one.whole)}" for one in comparisons)]


def _lack(comparison: RunComparison) -> str:
    needed = [f"{comparison.fewest_now} now"] if len(comparison.now) < comparison.fewest_now else []
    needed += [f"{FEWEST_RUNS} before"] if len(comparison.before) < FEWEST_RUNS else []
    return f"{len(comparison.before)} before, {len(comparison.now)} now, needs {' and '.join(needed)}"


def _elsewhere(
    comparisons: Sequence[RunComparison], here: Environment, known: Mapping[str, Environment]
) -> Iterator[str]:
    """Grouped by the environment of the newest sample, as that tells what has changed."""
    groups: dict[str, list[RunComparison]] = {}
    for comparison in comparisons:
        groups.setdefault(comparison.before[0].environment, []).append(comparison)
    for environment, group in groups.items():
        facts = differing_facts(here, known[environment])
        yield f"recorded in another environment ({facts}), so time is told, not judged:"
        yield from listed(f"  {_name(one)}: {_step(one.whole)} ({_by(one.whole)})" for one in group)


def _name(comparison: RunComparison) -> str:
    return one_line(f"{comparison.test}, run {comparison.run!r}")


def _step(change: Change) -> str:
    return f"{change.before} → {change.now}"


def _by(change: Change) -> str:
    if not change.before:
        return _signed(change.growth)
    return f"{_signed(change.growth)}, {int(change.growth) / int(change.before):+.0%}"


def _signed(duration: Duration) -> str:
    return f"+{duration}" if duration >= 0 else str(duration)
