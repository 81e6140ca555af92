"""The questions that a server answers, each with its parameters."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.outgoing import Outgoing
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
from pytest_flock_trace.viewer.answers.trace_key import keys_of
from pytest_flock_trace.viewer.answers.trace_list import traces
from pytest_flock_trace.viewer.server.asked import Asked
from pytest_flock_trace.viewer.server.span_filter import narrowing_of

if TYPE_CHECKING:
    from pytest_flock_trace.viewer.server.shown import Shown

MOST_ROWS: Final = 1_000
"""Traces that are told at once, and as many unless asked for fewer."""
CAN: Final = ("filter", "sql", "clear", "compare")
_FILTER: Final = "filter"
encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
"""What has only what JSON has, as text."""


class Question(NamedTuple):
    """How to answer, and the parameters that are understood."""

    answer: Callable[[Asked], Any]
    parameters: tuple[str, ...] = ()
    lasts: bool = True
    """Of what is shown the answer is always the same; it is not where it tells of the file besides."""


def answered(shown: Shown, path: Path, name: str, said: Mapping[str, str]) -> str:
    """The answer to the question of this name, as JSON; raises `BadArgument`."""
    asked = QUESTIONS[name]
    _check(name, asked, said)

    def answer() -> str:
        with shown.looked_into(narrowing_of(said.get(_FILTER))) as view:
            return encode(asked.answer(Asked(shown, view, path, said)))

    return shown.answers.answer((name, *sorted(said.items())), answer) if asked.lasts else answer()


def _check(name: str, asked: Question, said: Mapping[str, str]) -> None:
    if unknown := sorted(said.keys() - set(asked.parameters)):
        valid = ", ".join(asked.parameters) or "none"
        raise BadArgument(f"{abridged(unknown[0])!r} is no parameter of {name!r}; valid: {valid}")


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
    block = asked.number("block", 0)
    known = keys_of(asked.view, linked_traces(trace, block))
    outgoing = Outgoing(asked.redaction)
    return details(trace, block, outgoing=outgoing, key_of=known.get)


def _statistics(asked: Asked) -> Any:
    return statistics.statistics(asked.view, asked.text("by", "operation"), asked.redaction)


def _dependencies(asked: Asked) -> Any:
    return dependency_graph(asked.view, asked.text("layer"), asked.text("by", "agent"))


def _storage(asked: Asked) -> Any:
    # of the copy it would say that somebody else than Flock has written it, which is so because it was settled
    return {**storage(asked.view, asked.path), "flocks": asked.shown.snapshot.flocks}


def _trace(asked: Asked) -> Any:
    return trace_columns(asked.trace("key"))


def _red(asked: Asked) -> Any:
    return red.red(asked.view, asked.text("by", "agent"), Told())


def _tests(asked: Asked) -> Any:
    return tests(asked.view, Told())


def _query(asked: Asked) -> Any:
    return saved_queries.answered(asked.view, asked.text("name"), asked.redaction)


def _attributes(asked: Asked) -> Any:
    return statistics.attribute_keys(asked.view)


def _compare(asked: Asked) -> Any:
    return run_comparison.compare(asked.trace("a"), asked.trace("b"))


def _pairs(asked: Asked) -> Any:
    return run_comparison.pairs(asked.view)


def _queries(_: Asked) -> Any:
    return saved_queries.queries()


def _schema(_: Asked) -> Any:
    return saved_queries.table_schema()


def _guide(_: Asked) -> Any:
    return guide()


QUESTIONS: Final[Mapping[str, Question]] = {
    "overview": Question(_overview),
    "traces": Question(_traces, (_FILTER, "order", "offset", "limit")),
    "trace": Question(_trace, ("key",)),
    "details": Question(_details, ("key", "block")),
    "statistics": Question(_statistics, ("by", _FILTER)),
    "attributes": Question(_attributes),
    "red": Question(_red, ("by", _FILTER)),
    "dependencies": Question(_dependencies, ("layer", "by", _FILTER)),
    "tests": Question(_tests),
    "queries": Question(_queries),
    "query": Question(_query, ("name",)),
    "schema": Question(_schema),
    "compare": Question(_compare, ("a", "b")),
    "pairs": Question(_pairs),
    "guide": Question(_guide),
    "storage": Question(_storage, lasts=False),
}
"""All that are answered from what is shown, by name."""
