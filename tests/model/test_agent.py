"""Names of spans: service, operation, label, agent and actor."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_flock_trace import Span, Trace


def traced(*rows: tuple[str, str | None, dict[str, Any]]) -> list[tuple[str | None, str | None]]:
    spans = [
        Span(name, span_id=str(at), parent_id=parent, start_ns=at, end_ns=99, attributes=attributes)
        for at, (name, parent, attributes) in enumerate(rows)
    ]
    return [(span.agent, span.actor) for span in Trace.of(spans)]


@pytest.mark.parametrize(
    ("name", "service", "operation"),
    [
        ("Agent.execute", "Agent", "execute"),
        ("_Agent.run_2", "_Agent", "run_2"),
        ("chat gpt-4.1", "shop", "chat gpt-4.1"),
        ("GET /v1.2/items", "shop", "GET /v1.2/items"),
        ("a.b.c", "shop", "a.b.c"),
        ("plain", "shop", "plain"),
        ("4.1", "shop", "4.1"),
        ("Größe.messen", "Größe", "messen"),
        ("Agent.execute\n", "shop", "Agent.execute\n"),
    ],
)
def test_a_name_of_two_dotted_identifiers_splits(name: str, service: str, operation: str) -> None:
    span = Span(name, span_id="1", resource={"service.name": "shop"})
    assert (span.service, span.operation) == (service, operation)


@pytest.mark.parametrize(
    ("name", "attributes", "label"),
    [
        ("Agent.execute", {"agent.name": "writer"}, "Agent.execute[writer]"),
        ("execute_tool search", {"gen_ai.tool.name": "search"}, "execute_tool search"),
        ("call", {"tool.name": "search"}, "call[search]"),
        ("chat", {"gen_ai.request.model": "gpt-x"}, "chat[gpt-x]"),
        ("plain", {}, "plain"),
    ],
)
def test_labels_add_what_the_name_does_not_say(name: str, attributes: dict[str, str], label: str) -> None:
    (span,) = Trace.of([Span(name, span_id="1", attributes=attributes)])
    assert span.label == label


def test_invocations_are_what_the_genai_convention_says() -> None:
    invoke = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "planner"}
    chat = {"gen_ai.operation.name": "chat", "gen_ai.agent.name": "planner"}
    assert traced(("root", None, {}), ("invoke_agent planner", "0", invoke), ("chat", "1", chat)) == [
        (None, None),
        ("planner", "planner"),
        (None, "planner"),
    ]


def test_an_invocation_without_an_agents_name_is_called_after_its_span() -> None:
    assert traced(("invoke_agent solo", None, {"gen_ai.operation.name": "invoke_agent"})) == [("solo", "solo")]


def test_openinference_agents_are_invocations() -> None:
    agent = {"openinference.span.kind": "AGENT", "agent.name": "planner"}
    assert traced(("run", None, agent), ("tool", "0", {"openinference.span.kind": "TOOL"})) == [
        ("planner", "planner"),
        (None, "planner"),
    ]


def test_in_flock_only_agent_execute_is_an_invocation() -> None:
    component = {"module": "flock.components.agent.base", "agent.name": "output"}
    engine = {"module": "newsroom", "agent.name": "None"}
    assert traced(
        ("Agent.execute", None, {"module": "flock.core.agent", "agent.name": "writer"}),
        ("OutputUtilityComponent.on_initialize", "0", component),
        ("WriterEngine.evaluate", "0", engine),
    ) == [("writer", "writer"), (None, "writer"), (None, "writer")]
    assert traced(("OutputUtilityComponent.on_initialize", None, component), ("E.evaluate", None, engine)) == [
        (None, None),
        (None, None),
    ]


def test_without_a_convention_the_outermost_bearer_of_a_name_is_the_invocation() -> None:
    assert traced(
        ("root", None, {}),
        ("think", "0", {"agent.name": "planner"}),
        ("act", "1", {"agent.name": "planner"}),
        ("delegate", "1", {"agent.name": "helper"}),
        ("think", "0", {"gen_ai.agent.name": "critic"}),
    ) == [(None, None), ("planner", "planner"), (None, "planner"), (None, "planner"), ("critic", "critic")]


def test_a_nested_agent_is_the_actor_below_itself() -> None:
    outer = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "planner"}
    inner = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "helper"}
    assert traced(("a", None, outer), ("b", "0", inner), ("c", "1", {})) == [
        ("planner", "planner"),
        ("helper", "helper"),
        (None, "helper"),
    ]
