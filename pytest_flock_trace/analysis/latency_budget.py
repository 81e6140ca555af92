"""Budgets of time: for a run, for single spans, or for what spans take of the critical path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from pytest_flock_trace.analysis.blame import Blame, blame_path
from pytest_flock_trace.analysis.budget import BudgetUse, BudgetVerdict, Conduct, amount, headline
from pytest_flock_trace.analysis.critical_path import critical_path
from pytest_flock_trace.analysis.red import percentile as percentile_of
from pytest_flock_trace.errors import BadArgument, Vacuous
from pytest_flock_trace.model.duration import Duration, DurationLike, exactly_written
from pytest_flock_trace.model.evidence import evidence
from pytest_flock_trace.model.explanation import nearest_lines
from pytest_flock_trace.model.pattern import Pattern, PatternLike, as_pattern
from pytest_flock_trace.model.text import count_of
from pytest_flock_trace.model.trace import Trace


@dataclass(frozen=True)
class LatencyBudget:
    """A limit on the duration of every outermost run of a test, or of every span that a pattern matches."""

    title: str
    limit: Duration
    span: Pattern | None = None
    """None limits the runs, or the call phase of a test without a run."""
    percentile: float | None = None
    """Limits this percentile (0 to 100) of all durations instead of each of them."""
    critical_path: bool = False
    """Limits the matches' work on the critical path instead of their durations."""
    scale: float = 1.0
    """Multiplies the limit, for slow machines."""
    session: bool = False

    def scaled(self, scale: float) -> LatencyBudget:
        """The budget on a machine that is so many times slower."""
        return replace(self, scale=scale)

    def judge(self, conduct: Conduct) -> list[BudgetVerdict]:
        """One verdict; raise `Vacuous` or `NothingCaptured` where no span is what the budget speaks of."""
        __tracebackhide__ = True
        if self.span is None:
            return [self._of_runs(conduct)]
        conduct.whole.must_hold_spans(f"{self.title} cannot be judged")
        return [(self._on_path if self.critical_path else self._of_matches)(conduct, self.span)]

    def _of_runs(self, conduct: Conduct) -> BudgetVerdict:
        if not conduct.runs:
            use = self._use(conduct.call_ns, "the test's call phase")
            return self._verdict(use, "took", conduct.whole, lambda excess: blame_path(conduct.whole, excess))
        slowest = max(conduct.runs, key=lambda run: run.duration)
        measured, subject, verb = self._summary([run.duration for run in conduct.runs], "run", slowest.title)
        longer = sum(run.duration > self._limit_ns for run in conduct.runs)
        more = [f"{longer} of {len(conduct.runs)} runs take longer than that"] if len(conduct.runs) > 1 else []
        excess = int(slowest.duration) - self._limit_ns
        return self._verdict(self._use(measured, subject), verb, slowest, lambda _: blame_path(slowest, excess), more)

    def _of_matches(self, conduct: Conduct, pattern: Pattern) -> BudgetVerdict:
        tree = conduct.whole.tree
        positions = sorted(pattern.positions(tree), key=lambda at: -tree.spans[at].duration)
        if not positions:
            raise _vacuous(pattern, conduct.whole)
        durations = [tree.spans[at].duration for at in positions]
        slowest = f"the slowest of {len(durations)} {pattern!r}" if len(durations) > 1 else repr(pattern)
        measured, subject, verb = self._summary(durations, repr(pattern), slowest)
        longer = [at for at in positions if tree.spans[at].duration > self._limit_ns]

        def blame(_: int) -> Blame:
            remarks = {
                at: f"would have to shrink by {amount(tree.spans[at].duration - self._limit_ns, 'duration')}"
                for at in longer
            }
            head = f"{len(longer)} of {len(durations)} are longer than the limit:"
            return Blame([head, *evidence(tree, longer, remarks)], [tree.spans[at] for at in longer])

        place = next((run for run in conduct.runs if run.tree.position(tree.spans[positions[0]]) is not None), None)
        return self._verdict(self._use(measured, subject), verb, place or conduct.whole, blame)

    def _on_path(self, conduct: Conduct, pattern: Pattern) -> BudgetVerdict:
        read = pattern.with_fields({"agent": "actor"})
        having = [trace for trace in conduct.runs or [conduct.whole] if read.positions(trace.tree)]
        if not having:
            raise _vacuous(read, conduct.whole)
        times = [(critical_path(trace).time(pattern), trace) for trace in having]
        time, trace = max(times, key=lambda pair: pair[0])
        use = self._use(time, f"{pattern!r} on the critical path of {trace.title}")

        def blame(excess: int) -> Blame:
            return blame_path(trace, excess, read)

        return self._verdict(use, "took", trace, blame)

    @property
    def _limit_ns(self) -> int:
        return round(self.limit * self.scale)

    def _summary(self, durations: Sequence[Duration], noun: str, slowest: str) -> tuple[int, str, str]:
        """What is limited of several durations, what it is called, and the verb for it."""
        if self.percentile is None:
            return max(durations), slowest, "took"
        count = count_of(len(durations), noun) if noun.isalpha() else f"{len(durations)} {noun}"
        return percentile_of(durations, self.percentile / 100), f"p{self.percentile:g} of {count}", "is"

    def _use(self, measured: int, subject: str) -> BudgetUse:
        return BudgetUse(self.title, subject, "duration", int(measured), self._limit_ns, self.session)

    def _verdict(
        self, use: BudgetUse, verb: str, trace: Trace, blame: Callable[[int], Blame], more: Iterable[str] = ()
    ) -> BudgetVerdict:
        if use.kept:
            return BudgetVerdict(use)
        note = f" ({self.limit} × {self.scale:g})" if self.scale != 1 else ""
        found = blame(int(use.measured - use.limit))
        return BudgetVerdict(use, [headline(use, verb, note), *more, *found.lines], trace, found.culprits)


def latency_budget(
    total: DurationLike,
    *,
    span: PatternLike | None = None,
    percentile: float | None = None,
    critical_path: bool = False,
) -> LatencyBudget:
    """The budget of a marker with these arguments; raise a `FlockTraceError` for arguments that can't be meant."""
    limit = Duration(total)
    if limit < 0:
        raise BadArgument(f"{total!r} is less than nothing, so no duration keeps it")
    if percentile is not None and not _is_percentile(percentile):
        raise BadArgument(f"percentile={percentile!r} is none; write a number above 0 and up to 100, such as 95")
    if critical_path and span is None:
        raise BadArgument("critical_path=True limits what spans take of the path; say which with span=")
    if critical_path and percentile is not None:
        raise BadArgument("critical_path=True limits a sum, which has no percentile=")
    said = [repr(total) if isinstance(total, str) else repr(exactly_written(limit))]
    said += [f"span={span!r}"] if span is not None else []
    said += [f"percentile={percentile:g}"] if percentile is not None else []
    said += ["critical_path=True"] if critical_path else []
    pattern = None if span is None else as_pattern(span)
    return LatencyBudget(f"latency_budget({', '.join(said)})", limit, pattern, percentile, bool(critical_path))


def _is_percentile(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value) and 0 < value <= 100


def _vacuous(pattern: Pattern, trace: Trace) -> Vacuous:
    hints = nearest_lines(pattern, trace.tree)[0]
    return Vacuous("\n  ".join([f"{pattern!r} matches no span of {trace.title}, so nothing was judged", *hints]))
