"""The questions that a server answers, each with its parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.outgoing import Outgoing
from pytest_flock_trace.model.redaction import Redaction
from pytest_flock_trace.model.text import abridged, one_line
from pytest_flock_trace.viewer.answers import red, run_comparison, saved_queries, statistics
from pytest_flock_trace.viewer.answers.dependency_graph import dependency_graph
from pytest_flock_trace.viewer.answers.details import details, linked_traces
from pytest_flock_trace.viewer.answers.guide import guide
from pytest_flock_trace.viewer.answers.overview import Head, overview
from pytest_flock_trace.viewer.answers.storage import storage
from pytest_flock_trace.viewer.answers.test_list import tests
from pytest_flock_trace.viewer.answers.told import Told
from pytest_flock_trace.viewer.answers.trace_columns import trace_columns
from pytest_flock_trace.viewer.answers.trace_key import keys_of, trace_of
from pytest_flock_trace.viewer.answers.trace_list import traces
from pytest_flock_trace.viewer.server.span_filter import narrowing_of

if TYPE_CHECKING:
    from pytest_flock_trace.model.trace import Trace
    from pytest_flock_trace.store.file.reading import TraceFileView
    from pytest_flock_trace.viewer.server.shown import Shown

MOST_ROWS: Final = 1_000
"""Traces that are told at once, and as many unless asked for fewer."""
CAN: Final = ("filter", "sql", "clear", "compare")
_FILTER: Final = "filter"
_DIGITS: Final = 15


@dataclass(frozen=True)
class Asked:
    """A question about what is shown."""

    shown: Shown
    view: TraceFileView
    """The spans that the filter leaves, or all."""
    path: Path
    """The trace file."""
    said: Mapping[str, str]
    """The parameters."""
    redaction: Redaction = field(default_factory=Redaction)

    def text(self, name: str, usual: str | None = None) -> str:
        """A parameter; raises `BadArgument` where there is none and there is nothing usual."""
        if (found := self.said.get(name) or usual) is None:
            raise BadArgument(f"parameter {name!r} is missing")
        return found

    def number(self, name: str, usual: int) -> int:
        """A whole number of 0 or more; raises `BadArgument` for anything else."""
        found = self.said.get(name) or str(usual)
        if not (found.isascii() and found.isdigit() and len(found) <= _DIGITS):
            raise BadArgument(f"{name}={abridged(found)!r} is no whole number of 0 or more")
        return int(found)

    def trace(self, name: str) -> Trace:
        """The trace that a parameter names by its key."""
        return self.shown.trace(trace_of(self.view, self.text(name)))


class Question(NamedTuple):
    """How to answer, and the parameters that are understood."""

    answer: Callable[[Asked], Any]
    parameters: tuple[str, ...] = ()


def answered(shown: Shown, path: Path, name: str, said: Mapping[str, str]) -> Any:
    """The answer to the question of this name; raises `BadArgument`."""
    asked = QUESTIONS[name]
    if unknown := sorted(said.keys() - set(asked.parameters)):
        valid = ", ".join(asked.parameters) or "none"
        raise BadArgument(f"{abridged(unknown[0])!r} is no parameter of {name!r}; valid: {valid}")
    with shown.looked_into(narrowing_of(said.get(_FILTER))) as view:
        return asked.answer(Asked(shown, view, path, said))


def _overview(asked: Asked) -> Any:
    name = one_line(asked.path.name)
    created = asked.shown.created
    head = Head(f"Traces of {name}", created, name, revision=asked.shown.revision, live=True, can=CAN)
    return overview(asked.view, head)


def _traces(asked: Asked) -> Any:
    limit = min(asked.number("limit", MOST_ROWS), MOST_ROWS)
    order = asked.text("order", "latest")
    return traces(asked.view, order=order, offset=asked.number("offset", 0), limit=limit)


def _details(asked: Asked) -> Any:
    trace = asked.trace("key")
    known = keys_of(asked.view, linked_traces(trace))
    outgoing = Outgoing(asked.redaction)
    return details(trace, asked.number("block", 0), outgoing=outgoing, key_of=known.get)


def _statistics(asked: Asked) -> Any:
    return statistics.statistics(asked.view, asked.text("by", "operation"), asked.redaction)


def _dependencies(asked: Asked) -> Any:
    return dependency_graph(asked.view, asked.text("layer"), asked.text("by", "agent"))


def _storage(asked: Asked) -> Any:
    # of the copy it would say that somebody else than Flock has written it, which is so because it was settled
    return {**storage(asked.view, asked.path), "flocks": asked.shown.snapshot.flocks}


QUESTIONS: Final[Mapping[str, Question]] = {
    "overview": Question(_overview),
    "traces": Question(_traces, (_FILTER, "order", "offset", "limit")),
    "trace": Question(lambda asked: trace_columns(asked.trace("key")), ("key",)),
    "details": Question(_details, ("key", "block")),
    "statistics": Question(_statistics, ("by", _FILTER)),
    "attributes": Question(lambda asked: statistics.attribute_keys(asked.view)),
    "red": Question(lambda asked: red.red(asked.view, asked.text("by", "agent"), Told()), ("by", _FILTER)),
    "dependencies": Question(_dependencies, ("layer", "by", _FILTER)),
    "tests": Question(lambda asked: tests(asked.view, Told())),
    "queries": Question(lambda asked: saved_queries.queries()),
    "query": Question(lambda asked: saved_queries.answered(asked.view, asked.text("name"), asked.redaction), ("name",)),
    "schema": Question(lambda asked: saved_queries.table_schema()),
    "compare": Question(lambda asked: run_comparison.compare(asked.trace("a"), asked.trace("b")), ("a", "b")),
    "pairs": Question(lambda asked: run_comparison.pairs(asked.view)),
    "guide": Question(lambda asked: guide()),
    "storage": Question(_storage),
}
"""All that are answered from what is shown, by name."""
