"""Rules that are held against a trace together, and the one failure that tells all that is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_flock_trace.errors import BadPattern, ContractBroken, NothingCaptured, TraceFailure, Vacuous
from pytest_flock_trace.model.pattern import Pattern, PatternLike
from pytest_flock_trace.model.rules.counting import at_least
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.model.rules.verdict import Verdict


def as_rule(rule: Rule | PatternLike) -> Rule:
    """The rule itself, or for a pattern the rule that something matches it."""
    __tracebackhide__ = True
    if not isinstance(rule, (Rule, Pattern, str)):
        raise BadPattern(f"{rule!r} is no rule; write one such as never(...), each(...) or response(...)")
    return rule if isinstance(rule, Rule) else at_least(1, rule)


def failure(wrong: Sequence[Verdict], asked: int = 1) -> TraceFailure:
    """What to raise for the verdicts that did not pass, of as many rules as were asked: all that is wrong, in full."""
    empty = next((verdict for verdict in wrong if verdict.outcome == "not captured"), None)
    if empty is not None:
        return NothingCaptured("\n".join(empty.lines(None)))
    message = "\n".join(line for verdict in wrong for line in verdict.lines(None))
    if all(verdict.outcome == "vacuous" for verdict in wrong):
        return Vacuous(message)
    if asked > 1:
        message = f"{len(wrong)} of {asked} rules {'is' if len(wrong) == 1 else 'are'} not borne out\n{message}"
    return ContractBroken(message, [span for verdict in wrong for span in verdict.culprits])
