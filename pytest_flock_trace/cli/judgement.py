"""What a contract says of all traces of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_flock_trace.cli.moment import local_time
from pytest_flock_trace.cli.terminal import FAILED, Terminal
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.model.rules.verdict import Verdict
from pytest_flock_trace.model.text import count_of, label_of, one_line
from pytest_flock_trace.model.trace import Trace


@dataclass
class Broken:
    """A trace that breaks rules."""

    trace_id: str
    name: str
    start_ns: int
    verdicts: Sequence[tuple[Rule, Sequence[str]]]
    """Each broken rule with its explanation."""


@dataclass
class Judgement:
    """What a contract says of many traces, none of which it keeps."""

    rules: Sequence[Rule]
    traces: int = 0
    broken: list[Broken] = field(default_factory=list[Broken])
    outcomes: Counter[tuple[int, str]] = field(default_factory=Counter[tuple[int, str]])
    """How many traces, by the number of the rule and the outcome."""

    def hear(self, trace: Trace) -> None:
        """Hold one more trace against the rules."""
        verdicts = [rule.verdict(trace) for rule in self.rules]
        self.traces += 1
        self.outcomes.update((at, verdict.outcome) for at, verdict in enumerate(verdicts))
        if failed := [verdict for verdict in verdicts if verdict.outcome == "failed"]:
            self.broken.append(_broken(trace, failed))

    @property
    def unproven(self) -> list[int]:
        """Numbers of the rules that neither passed nor failed on any trace."""
        return [at for at in range(len(self.rules)) if not self._of(at, "passed") + self._of(at, "failed")]

    @property
    def proved(self) -> bool:
        """Every rule had a subject somewhere."""
        return not self.unproven

    def tell(self, terminal: Terminal) -> None:
        """Explain what is broken and count what proves nothing."""
        for one in self.broken:
            number = f"{len(one.verdicts)} of {count_of(len(self.rules), 'rule')} broken"
            terminal.write(f"{one.trace_id}  {one_line(one.name)}  {local_time(one.start_ns)}  {number}", FAILED)
            for _, explanation in one.verdicts:
                for line in explanation:
                    terminal.write(f"  {one_line(line)}")
            terminal.write("")
        for line in self._unsettled():
            terminal.write(line)
        held = f"{count_of(len(self.rules), 'rule')} held against {count_of(self.traces, 'trace')}"
        terminal.write(f"{held}: {len(self.broken)} broke the contract")

    def document(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "traces": self.traces,
            "rules": [
                {
                    "rule": repr(rule),
                    "passed": self._of(at, "passed"),
                    "failed": self._of(at, "failed"),
                    "vacuous": self._of(at, "vacuous"),
                    "not_captured": self._of(at, "not captured"),
                }
                for at, rule in enumerate(self.rules)
            ],
            "broken": [
                {
                    "trace_id": one.trace_id,
                    "name": one.name,
                    "start_ns": one.start_ns,
                    "rules": [{"rule": repr(rule), "explanation": list(lines)} for rule, lines in one.verdicts],
                }
                for one in self.broken
            ],
        }

    def _of(self, rule: int, outcome: str) -> int:
        return self.outcomes[rule, outcome]

    def _unsettled(self) -> Iterator[str]:
        for at, rule in enumerate(self.rules):
            empty, vacuous = self._of(at, "not captured"), self._of(at, "vacuous")
            of = f"of {count_of(self.traces, 'trace')}"
            proves = ", so it proves nothing" if at in self.unproven else ""
            if vacuous:
                yield f"vacuous: {one_line(repr(rule))} had no subject in {vacuous} {of}{proves}"
            if empty:
                yield f"not captured: {one_line(repr(rule))} met no span below the root in {empty} {of}{proves}"


def _broken(trace: Trace, failed: Sequence[Verdict]) -> Broken:
    name = label_of(trace.roots[0])
    return Broken(trace.name, name, trace.started or 0, [(verdict.rule, verdict.lines()) for verdict in failed])
