"""What a test's traces come to, small enough to send between processes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Final

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.failure import Failure
from pytest_flock_trace.render.outcomes import BAD

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.budget import BudgetUse
    from pytest_flock_trace.analysis.critical_path import CriticalPath, RootPath
    from pytest_flock_trace.analysis.mutation.grade import Grade
    from pytest_flock_trace.analysis.trial_tally import TrialTally
    from pytest_flock_trace.render.graph_tally import GraphTally

NO_AGENT = ""
"""Stands among the actors of a path for spans outside every agent; an agent always has a name."""


@dataclass(frozen=True)
class AgentSamples:
    """The invocations of one agent."""

    durations_ns: list[int] = field(default_factory=list[int])
    errors: int = 0


@dataclass(frozen=True)
class RunSummary:
    """The numbers of one run, or of all that a test did outside its runs."""

    trace_id: str
    """What the run is counted once by, however many tests share it."""
    name: str
    spans: int = 0
    """Without the roots of runs, which stand for the `with` block and not for work in it."""
    errors: int = 0
    """Failed ones among them."""
    duration_ns: int = 0
    """From the first start to the last end."""
    path_ns: dict[str, int] = field(default_factory=dict[str, int])
    """Work on the critical path by actor; `NO_AGENT` for spans outside every agent."""
    waiting_ns: int = 0
    queueing_ns: int = 0
    agents: dict[str, AgentSamples] = field(default_factory=dict[str, AgentSamples])
    graph: GraphTally | None = None
    """Who led to whom; None where nobody asked or nothing was recorded."""

    @classmethod
    def of(cls, trace: Trace, run_id: str, name: str, *, graph: bool = False) -> RunSummary:
        """The numbers of a trace. Without the root of a run in it, the paths of all roots count."""
        from pytest_flock_trace.analysis.critical_path import critical_path

        counted = [span for span in trace.tree.spans if span.run is None]
        parts = _path_parts(_paths(critical_path(trace)))
        return cls(
            trace_id=run_id,
            name=name,
            spans=len(counted),
            errors=sum(span.failed for span in counted),
            duration_ns=int(trace.duration),
            path_ns={actor or NO_AGENT: ns for (kind, actor), ns in parts.items() if kind == "self"},
            waiting_ns=sum(ns for (kind, _), ns in parts.items() if kind == "wait"),
            queueing_ns=sum(ns for (kind, _), ns in parts.items() if kind == "queue"),
            agents=_agents(counted),
            graph=_graph(trace) if graph and counted else None,
        )

    @property
    def path_total_ns(self) -> int:
        """The whole critical path: work, waiting and queueing."""
        return sum(self.path_ns.values()) + self.waiting_ns + self.queueing_ns


@dataclass(frozen=True)
class TestSummary:
    """One attempt at one test: its runs and what happened outside them."""

    __test__: ClassVar[bool] = False  # pytest takes a class of this name for a test
    nodeid: str
    attempt: int = 1
    """1 for the first, more where a plugin runs failed tests again."""
    outcome: str = "passed"
    """One of `outcomes.OUTCOMES`."""
    runs: tuple[RunSummary, ...] = ()
    ambient: RunSummary | None = None
    note: str = ""
    """What a reader of the numbers must know, such as spans that were lost."""
    budgets: tuple[BudgetUse, ...] = ()
    """How much was used of each budget that the test was held against."""
    unbudgeted: bool = False
    """The session has a budget for its run, and it had none."""
    worker: str = ""
    """The xdist worker that ran it; empty without xdist."""
    examples: int = 0
    """How many examples of a property test were recorded, of which the last is told of; 0 for any other test."""
    duration_ns: int = 0
    """Of set-up, call and teardown together, as pytest measured them."""
    failure: Failure | None = None
    """Where and how it failed; None if it did not."""
    trials: TrialTally | None = None
    """How its trials came out; None where it was run once."""
    grade: Grade | None = None
    """How much of what could go wrong its checks notice; None where nobody asked, or it recorded nothing."""

    @property
    def failed(self) -> bool:
        """In its call, set-up or teardown."""
        return self.outcome in BAD

    @property
    def parts(self) -> tuple[RunSummary, ...]:
        """The runs and, where there is one, the ambient part."""
        return self.runs if self.ambient is None else (*self.runs, self.ambient)

    @property
    def spans(self) -> int:
        """Of the runs and outside them."""
        return sum(part.spans for part in self.parts)

    @property
    def errors(self) -> int:
        """Failed spans of the runs and outside them."""
        return sum(part.errors for part in self.parts)

    @property
    def total_ns(self) -> int:
        """The time of its runs and, as idle time between spans is nobody's, of the paths outside them."""
        return sum(run.duration_ns for run in self.runs) + (self.ambient.path_total_ns if self.ambient else 0)

    def to_json(self) -> str:
        """One line of ASCII, without what is as in most tests."""
        told = {name: value for name, value in vars(self).items() if value != _USUAL.get(name)}
        return _ENCODER.encode(told)

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> TestSummary:
        """What `to_json` wrote, as `json` reads it."""
        for name in values.keys() & _READ.keys():
            values[name] = _READ[name](values[name])
        return cls(**values)


def _values(part: object) -> dict[str, Any]:
    return vars(part)


def _run(values: dict[str, Any]) -> RunSummary:
    agents = {name: AgentSamples(**samples) for name, samples in values.pop("agents").items()}
    graph = values.pop("graph")
    if graph is not None:
        from pytest_flock_trace.render.graph_tally import GraphTally

        graph = GraphTally.from_values(graph)
    return RunSummary(**values, agents=agents, graph=graph)


def _graph(trace: Trace) -> GraphTally:
    from pytest_flock_trace.render.graph_tally import GraphTally

    return GraphTally.of(trace)


def _uses(uses: list[dict[str, Any]]) -> tuple[BudgetUse, ...]:
    from pytest_flock_trace.analysis.budget import BudgetUse

    return tuple(BudgetUse(**use) for use in uses)


def _trials(values: dict[str, Any]) -> TrialTally:
    from pytest_flock_trace.analysis.trial_tally import TrialTally

    return TrialTally(**values)


def _grade(values: Any) -> Grade:
    from pytest_flock_trace.analysis.mutation.grade import Grade

    return Grade.from_values(values)


_ENCODER: Final = json.JSONEncoder(default=_values, separators=(",", ":"))
_USUAL: Final = {one.name: one.default for one in fields(TestSummary)}
"""What a summary says unless it is told otherwise."""
_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "runs": lambda runs: tuple(map(_run, runs)),
    "ambient": _run,
    "budgets": _uses,
    "failure": lambda values: Failure(**values),
    "trials": _trials,
    "grade": _grade,
}
"""How fields that are no plain values are read."""


def _paths(path: CriticalPath) -> Sequence[RootPath]:
    headline = path.headline
    return path.paths if headline is None or headline.root.run is None else (headline,)


def _path_parts(paths: Iterable[RootPath]) -> Counter[tuple[str, str | None]]:
    """Nanoseconds by kind of section and actor."""
    parts: Counter[tuple[str, str | None]] = Counter()
    for path in paths:
        for section in path.sections:
            parts[section.kind, section.span.actor] += section.end_ns - section.start_ns
    return parts


def _agents(spans: Iterable[Span]) -> dict[str, AgentSamples]:
    invocations: dict[str, list[Span]] = {}
    for span in spans:
        if span.agent is not None:
            invocations.setdefault(span.agent, []).append(span)
    return {
        agent: AgentSamples([int(span.duration) for span in own], sum(span.failed for span in own))
        for agent, own in invocations.items()
    }
