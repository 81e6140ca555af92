"""Some of the spans of a file: chosen by bound values, for whoever asks and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.attempts import AttemptRow
from pytest_flock_trace.store.file.narrowing import Narrowing
from pytest_flock_trace.store.file.reading import TraceFileView, viewed
from pytest_flock_trace.store.file.writer import TraceFile

SPANS = [
    Span(
        "Writer.run",
        span_id="1",
        trace_id="t1",
        start_ns=0,
        end_ns=100,
        attributes={"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "writer"},
    ),
    Span(
        "Model.chat", span_id="2", parent_id="1", trace_id="t1", start_ns=10, end_ns=40, status="error", kind="client"
    ),
    Span("Critic.run", span_id="3", trace_id="t2", start_ns=200, end_ns=300, status="ok"),
    Span("Critic's; DROP TABLE spans --", span_id="4", trace_id="t2", start_ns=400, end_ns=500),
]


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TraceFileView]:
    file: Path = tmp_path_factory.mktemp("narrowing") / "traces.duckdb"
    test = AttemptRow("session", "test_critic", 1, "passed", None, 0, 5, None, ("t2",))
    assert TraceFile(file).write(SPANS, tests=[test]) is None
    with viewed(file) as found:
        yield found


def chosen(view: TraceFileView, **conditions: object) -> list[str]:
    with view.beside(Narrowing(**conditions)) as narrowed:  # type: ignore[arg-type]
        return [span for (span,) in narrowed.sql("SELECT span_id FROM spans ORDER BY span_id")]


@pytest.mark.parametrize(
    ("conditions", "left"),
    [
        ({}, "1234"),
        ({"services": ["Writer"]}, "1"),
        ({"services": ["Writer", "Critic"]}, "13"),
        ({"operations": ["chat"]}, "2"),
        ({"agents": ["writer"]}, "12"),
        ({"agents": ["nobody"]}, ""),
        ({"tests": ["test_critic"]}, "34"),
        ({"statuses": ["error"]}, "2"),
        ({"statuses": ["unset", "ok"]}, "134"),
        ({"kinds": ["client"]}, "2"),
        ({"kinds": ["internal"], "services": ["Critic"]}, "3"),
        ({"from_ns": 100}, "134"),
        ({"to_ns": 10}, "12"),
        ({"from_ns": 50, "to_ns": 350}, "13"),
        ({"operations": ["'; DROP TABLE spans --"]}, ""),
        ({"operations": ["Critic's; DROP TABLE spans --"]}, "4"),
    ],
)
def test_spans_are_left_that_hold_all_that_is_asked(
    view: TraceFileView, conditions: dict[str, object], left: str
) -> None:
    assert chosen(view, **conditions) == list(left)


def test_nobody_else_sees_the_choice(view: TraceFileView) -> None:
    with view.beside(Narrowing(services=["Writer"])) as narrowed, view.beside() as whole:
        assert len(narrowed.sql("FROM spans")) == 1
        assert len(whole.sql("FROM spans")) == 4
        assert len(view.sql("FROM spans")) == 4


def test_saved_queries_and_traces_are_of_the_chosen_spans(view: TraceFileView) -> None:
    with view.beside(Narrowing(statuses=["error"])) as narrowed:
        assert [row[0] for row in narrowed.saved("statistics", by="service")] == ["Model"]
        assert [trace.name for trace in narrowed.traces()] == ["t1"]
        assert len(narrowed.trace("t2")) == 0


WORDS = st.lists(st.sampled_from(["Writer", "Model", "Critic", "chat", "run", "writer", "ok", "error", "client", "'"]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("services", "operations", "agents", "statuses"), WORDS)))
def test_it_chooses_what_python_would(view: TraceFileView, conditions: dict[str, list[str]]) -> None:
    actors = {"1": "writer", "2": "writer", "3": None, "4": None}
    said = {
        "services": lambda one: one.service,
        "operations": lambda one: one.operation,
        "agents": lambda one: actors[one.span_id],
        "statuses": lambda one: one.status,
    }
    wanted = [
        one.span_id
        for one in SPANS
        if all(not values or said[name](one) in values for name, values in conditions.items())
    ]

    assert chosen(view, **conditions) == wanted
