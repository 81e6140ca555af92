"""Rules made of rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from pytest_flock_trace.model.rules.finding import Finding
from pytest_flock_trace.model.rules.rule import Rule

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern
    from pytest_flock_trace.model.tree import SpanTree


@dataclass(frozen=True, repr=False)
class AllOf(Rule):
    """Every part holds."""

    parts: tuple[Rule, ...]
    vacuous_ok: bool = False

    @property
    def patterns(self) -> Sequence[Pattern]:
        """Those of all parts."""
        return _patterns(self.parts)

    def examine(self, tree: SpanTree) -> Finding:
        """The parts that are broken, else all of them."""
        findings = [(part, part.find(tree)) for part in self.parts]
        return _merged([pair for pair in findings if not pair[1].holds] or findings)

    def __repr__(self) -> str:
        return " & ".join(map(_enclosed, self.parts))


@dataclass(frozen=True, repr=False)
class AnyOf(Rule):
    """Some part holds, and not vacuously if that is a fault."""

    parts: tuple[Rule, ...]
    vacuous_ok: bool = False

    @property
    def patterns(self) -> Sequence[Pattern]:
        """Those of all parts."""
        return _patterns(self.parts)

    def examine(self, tree: SpanTree) -> Finding:
        """The parts that hold, those that could have been broken first; else all of them."""
        findings = [(part, part.find(tree)) for part in self.parts]
        holding = [pair for pair in findings if pair[1].holds]
        return _merged([pair for pair in holding if not pair[1].vacuous] or holding or findings)

    def __repr__(self) -> str:
        return " | ".join(map(_enclosed, self.parts))


@dataclass(frozen=True, repr=False)
class Not(Rule):
    """A rule does not hold."""

    part: Rule
    vacuous_ok: bool = False

    @property
    def patterns(self) -> Sequence[Pattern]:
        """Those of the rule."""
        return self.part.patterns

    def examine(self, tree: SpanTree) -> Finding:
        """The same spans, which now decide otherwise."""
        finding = self.part.find(tree)
        sentence = f"{self.part!r} {'holds' if finding.holds else 'does not hold'}: {finding.sentence}"
        sought = self.part.patterns if finding.holds and not finding.spans else ()  # it holds because of what is absent
        return replace(finding, holds=not finding.holds, sentence=sentence, sought=sought)

    def __repr__(self) -> str:
        return f"~{_enclosed(self.part)}"


def all_of(*rules: Rule) -> Rule:
    """`a & b & c` is one rule of three parts."""
    parts = tuple(chain.from_iterable(rule.parts if isinstance(rule, AllOf) else (rule,) for rule in rules))
    return AllOf(parts, vacuous_ok=all(part.vacuous_ok for part in parts))


def any_of(*rules: Rule) -> Rule:
    """`a | b | c` is one rule of three parts."""
    parts = tuple(chain.from_iterable(rule.parts if isinstance(rule, AnyOf) else (rule,) for rule in rules))
    return AnyOf(parts, vacuous_ok=all(part.vacuous_ok for part in parts))


def negation(rule: Rule) -> Rule:
    """`~~a` is `a`."""
    return rule.part if isinstance(rule, Not) else Not(rule, vacuous_ok=rule.vacuous_ok)


def _merged(findings: Sequence[tuple[Rule, Finding]]) -> Finding:
    """Findings that agree on whether their rules hold, as one."""
    said = "; ".join(f"{rule!r}: {finding.sentence}" for rule, finding in findings)
    found = [finding for _, finding in findings]
    remarks: dict[int, list[str]] = {}
    for finding in found:
        for at, span in enumerate(finding.spans):
            remarks.setdefault(span, []).extend(finding.remarks[at : at + 1])
    return Finding(
        holds=found[0].holds,
        sentence=said,
        spans=tuple(remarks),
        remarks=["; ".join(filter(None, parts)) for parts in remarks.values()],
        missing=tuple(chain.from_iterable(finding.missing for finding in found)),
        idle="; ".join(filter(None, (finding.idle for finding in found))),
        sought=tuple(chain.from_iterable(finding.sought for finding in found)),
        pairs=tuple(chain.from_iterable(finding.pairs for finding in found)),
    )


def _patterns(rules: Sequence[Rule]) -> Sequence[Pattern]:
    return [pattern for rule in rules for pattern in rule.patterns]


def _enclosed(rule: Rule) -> str:
    return f"({rule!r})" if isinstance(rule, (AllOf, AnyOf)) else repr(rule)
