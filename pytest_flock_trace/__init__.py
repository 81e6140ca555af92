"""See and test what agent workflows really do.

Every name is imported when it is first used, so that installing the plugin costs a test run nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.answer import Answer
    from pytest_flock_trace.analysis.backward_walk import Section
    from pytest_flock_trace.analysis.critical_path import CriticalPath, critical_path
    from pytest_flock_trace.analysis.cycle import Cycle
    from pytest_flock_trace.analysis.dependencies import DependencyGraph, dependencies
    from pytest_flock_trace.analysis.edge import Edge
    from pytest_flock_trace.analysis.red import Red, red
    from pytest_flock_trace.analysis.statistics import statistics
    from pytest_flock_trace.analysis.step import Step
    from pytest_flock_trace.analysis.trajectory import Trajectory, trajectory
    from pytest_flock_trace.analysis.usage import Usage, usage
    from pytest_flock_trace.capture.instrument import instrument, uninstrument
    from pytest_flock_trace.capture.openai_agents.processor import trace_openai_agents
    from pytest_flock_trace.capture.skip import skip_trace
    from pytest_flock_trace.errors import (
        ContractBroken,
        FlockTraceError,
        NotExactlyOne,
        NothingCaptured,
        RunStillOpen,
        Vacuous,
    )
    from pytest_flock_trace.model.artifact import Artifact
    from pytest_flock_trace.model.duration import Duration
    from pytest_flock_trace.model.pattern import Pattern, span
    from pytest_flock_trace.model.question import Count
    from pytest_flock_trace.model.rules.counting import absence, at_least, at_most, exactly, existence, never
    from pytest_flock_trace.model.rules.declare import (
        alternate_precedence,
        alternate_response,
        alternate_succession,
        chain_precedence,
        chain_response,
        chain_succession,
        coexistence,
        end,
        init,
        not_chain_succession,
        not_coexistence,
        not_succession,
        precedence,
        responded_existence,
        response,
        succession,
    )
    from pytest_flock_trace.model.rules.graph import acyclic, only_edges
    from pytest_flock_trace.model.rules.order import order
    from pytest_flock_trace.model.rules.rule import Rule
    from pytest_flock_trace.model.rules.universal import each, when
    from pytest_flock_trace.model.rules.verdict import Verdict
    from pytest_flock_trace.model.selection import Selection
    from pytest_flock_trace.model.span import Event, Link, Span
    from pytest_flock_trace.model.trace import Trace
    from pytest_flock_trace.model.tree import SpanTree
    from pytest_flock_trace.plugin.hookspecs import DROP
    from pytest_flock_trace.recording.clearing import clear_traces
    from pytest_flock_trace.recording.runs import TracedRuns, traced_run
    from pytest_flock_trace.recording.traced_run import TracedRun
    from pytest_flock_trace.render.edge_list import edge_list
    from pytest_flock_trace.render.outline import outline
    from pytest_flock_trace.render.skeleton import skeleton
    from pytest_flock_trace.snapshots import TraceSnapshot
    from pytest_flock_trace.store.memory import TraceStore
    from pytest_flock_trace.store.result import Rows

    __version__: str

_HOMES = {
    "DROP": "plugin.hookspecs",
    "Answer": "analysis.answer",
    "Artifact": "model.artifact",
    "ContractBroken": "errors",
    "Count": "model.question",
    "CriticalPath": "analysis.critical_path",
    "Cycle": "analysis.cycle",
    "DependencyGraph": "analysis.dependencies",
    "Duration": "model.duration",
    "Edge": "analysis.edge",
    "Event": "model.span",
    "FlockTraceError": "errors",
    "Link": "model.span",
    "NotExactlyOne": "errors",
    "NothingCaptured": "errors",
    "Pattern": "model.pattern",
    "Red": "analysis.red",
    "Rows": "store.result",
    "Rule": "model.rules.rule",
    "RunStillOpen": "errors",
    "Section": "analysis.backward_walk",
    "Selection": "model.selection",
    "Span": "model.span",
    "SpanTree": "model.tree",
    "Step": "analysis.step",
    "Trace": "model.trace",
    "TraceSnapshot": "snapshots",
    "TraceStore": "store.memory",
    "TracedRun": "recording.traced_run",
    "TracedRuns": "recording.runs",
    "Trajectory": "analysis.trajectory",
    "Usage": "analysis.usage",
    "Vacuous": "errors",
    "Verdict": "model.rules.verdict",
    "absence": "model.rules.counting",
    "acyclic": "model.rules.graph",
    "alternate_precedence": "model.rules.declare",
    "alternate_response": "model.rules.declare",
    "alternate_succession": "model.rules.declare",
    "at_least": "model.rules.counting",
    "at_most": "model.rules.counting",
    "chain_precedence": "model.rules.declare",
    "chain_response": "model.rules.declare",
    "chain_succession": "model.rules.declare",
    "coexistence": "model.rules.declare",
    "clear_traces": "recording.clearing",
    "critical_path": "analysis.critical_path",
    "dependencies": "analysis.dependencies",
    "each": "model.rules.universal",
    "edge_list": "render.edge_list",
    "end": "model.rules.declare",
    "exactly": "model.rules.counting",
    "existence": "model.rules.counting",
    "init": "model.rules.declare",
    "instrument": "capture.instrument",
    "never": "model.rules.counting",
    "not_chain_succession": "model.rules.declare",
    "not_coexistence": "model.rules.declare",
    "not_succession": "model.rules.declare",
    "only_edges": "model.rules.graph",
    "order": "model.rules.order",
    "outline": "render.outline",
    "precedence": "model.rules.declare",
    "red": "analysis.red",
    "responded_existence": "model.rules.declare",
    "response": "model.rules.declare",
    "skeleton": "render.skeleton",
    "skip_trace": "capture.skip",
    "span": "model.pattern",
    "statistics": "analysis.statistics",
    "succession": "model.rules.declare",
    "trace_openai_agents": "capture.openai_agents.processor",
    "traced_run": "recording.runs",
    "trajectory": "analysis.trajectory",
    "uninstrument": "capture.instrument",
    "usage": "analysis.usage",
    "when": "model.rules.universal",
}

__all__ = [  # the names are those of the table above
    "DROP",
    "Answer",
    "Artifact",
    "ContractBroken",
    "Count",
    "CriticalPath",
    "Cycle",
    "DependencyGraph",
    "Duration",
    "Edge",
    "Event",
    "FlockTraceError",
    "Link",
    "NotExactlyOne",
    "NothingCaptured",
    "Pattern",
    "Red",
    "Rows",
    "Rule",
    "RunStillOpen",
    "Section",
    "Selection",
    "Span",
    "SpanTree",
    "Step",
    "Trace",
    "TraceSnapshot",
    "TraceStore",
    "TracedRun",
    "TracedRuns",
    "Trajectory",
    "Usage",
    "Vacuous",
    "Verdict",
    "absence",
    "acyclic",
    "alternate_precedence",
    "alternate_response",
    "alternate_succession",
    "at_least",
    "at_most",
    "chain_precedence",
    "chain_response",
    "chain_succession",
    "clear_traces",
    "coexistence",
    "critical_path",
    "dependencies",
    "each",
    "edge_list",
    "end",
    "exactly",
    "existence",
    "init",
    "instrument",
    "never",
    "not_chain_succession",
    "not_coexistence",
    "not_succession",
    "only_edges",
    "order",
    "outline",
    "precedence",
    "red",
    "responded_existence",
    "response",
    "skeleton",
    "skip_trace",
    "span",
    "statistics",
    "succession",
    "trace_openai_agents",
    "traced_run",
    "trajectory",
    "uninstrument",
    "usage",
    "when",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        return import_module("importlib.metadata").version("pytest-flock-trace")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    if name in {"Span", "Trace"} and "hypothesis" in sys.modules:
        from pytest_flock_trace.strategies.registration import register

        register()
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, "__version__"})
