"""Budgets of tokens, cost and calls of language models."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from pytest_flock_trace.analysis.budget import (
    BudgetUse,
    BudgetVerdict,
    Conduct,
    Unit,
    headline,
    largest_share,
    shrinkage,
)
from pytest_flock_trace.analysis.prices import PriceList, Prices
from pytest_flock_trace.analysis.usage import Usage, usage
from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.evidence import evidence
from pytest_flock_trace.model.question import Count, Ratio

_SHOWN = 3


@dataclass(frozen=True)
class UsageBudget:
    """Limits on what all models together are asked by everything that a test does."""

    title: str
    limits: tuple[tuple[Unit, float], ...]
    """What is limited, to how much."""
    prices: Prices | None = None

    def judge(self, conduct: Conduct) -> list[BudgetVerdict]:
        """A verdict for each limit; raise `Vacuous` or `NothingCaptured` where no model was asked, and `NoPrice`."""
        __tracebackhide__ = True
        used = usage(conduct.whole, self.prices)
        return [self._verdict(used, unit, limit) for unit, limit in self.limits]

    def _verdict(self, used: Usage, unit: Unit, limit: float) -> BudgetVerdict:
        __tracebackhide__ = True
        number, trace = _number(used, unit), used.trace
        use = BudgetUse(self.title, trace.title, unit, float(number), limit)
        if use.kept:
            return BudgetVerdict(use)
        excess = use.measured - limit
        parts = [(name, float(_number(part, unit))) for name, part in _metered(used, unit)]
        taken = largest_share(parts, lambda size: size, excess)
        spans = list(number.question.evidence(trace))
        places = [at for span in spans[:_SHOWN] if (at := trace.tree.position(span)) is not None]
        remarks = {at: number.question.remark(trace.tree.spans[at]) for at in places}
        lines = [
            headline(use, {"cost": "cost", "calls": "made"}.get(unit, "used")),
            shrinkage(taken, use.measured, excess, unit),
            *evidence(trace.tree, places, remarks),
        ]
        return BudgetVerdict(use, lines, trace, spans[:_SHOWN])


def usage_budget(
    *, tokens: int | None = None, cost: float | None = None, calls: int | None = None, prices: Prices | None = None
) -> UsageBudget:
    """The budget of a marker with these arguments; raise `BadArgument` for arguments that can't be meant."""
    given: dict[Unit, float | None] = {"tokens": tokens, "cost": cost, "calls": calls}
    limits: list[tuple[Unit, float]] = [
        (unit, _limit(unit, value)) for unit, value in given.items() if value is not None
    ]
    if not limits:
        raise BadArgument("it limits nothing; write tokens=, cost= or calls=")
    if prices is not None and cost is None:
        raise BadArgument("prices= has no use without cost=")
    PriceList.of(prices)
    said = ", ".join(f"{unit}={value!r}" for unit, value in given.items() if value is not None)
    return UsageBudget(f"usage_budget({said})", tuple(limits), prices)


def _limit(unit: Unit, value: object) -> float:
    kinds = (int, float) if unit == "cost" else int
    if isinstance(value, kinds) and not isinstance(value, bool) and isfinite(value) and value >= 0:
        return value
    raise BadArgument(f"{unit}={value!r} is no limit; write {'an amount' if unit == 'cost' else 'a whole number'}")


def _number(used: Usage, unit: Unit) -> Count | Ratio:
    __tracebackhide__ = True
    return used.cost if unit == "cost" else used.calls if unit == "calls" else used.total_tokens


def _metered(used: Usage, unit: Unit) -> list[tuple[str, Usage]]:
    """The agents that the number can be asked of."""
    return [
        (agent, part)
        for agent, part in used.by("agent").items()
        if unit == "calls" or any(call.metered or call.cost is not None for call in part.inferences)
    ]
