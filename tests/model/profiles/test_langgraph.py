"""LangGraph's agents: named nodes and LangChain's agents, in spans as OpenInference makes them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace import Span, Trace, dependencies, red
from pytest_flock_trace.model.profiles.langgraph import position

AGENT_GRAPH = {"ls_integration": "langchain_create_agent"}


def at(*path: str, **said: str) -> dict[str, str]:
    """Metadata of a span in the innermost of these nodes."""
    place = {"langgraph_node": path[-1], "langgraph_checkpoint_ns": "|".join(f"{node}:1f0a" for node in path)}
    return {"ls_integration": "langgraph", **place, **said}


def traced(*rows: tuple[str, str | None, str, dict[str, str] | None]) -> Trace:
    """Rows of a name, the position of the parent, an OpenInference kind, and metadata."""
    return Trace.of(
        Span(
            name,
            span_id=str(number),
            parent_id=parent,
            start_ns=number,
            end_ns=99,
            attributes={"openinference.span.kind": kind, **({} if said is None else {"metadata": json.dumps(said)})},
        )
        for number, (name, parent, kind, said) in enumerate(rows)
    )


def who(trace: Trace) -> list[tuple[str | None, str | None]]:
    return [(span.agent, span.actor) for span in trace]


def test_a_node_is_an_agent_and_what_it_does_is_its_work() -> None:
    trace = traced(
        ("newsroom", None, "CHAIN", {"ls_integration": "langgraph"}),
        ("writer", "0", "CHAIN", at("writer")),
        ("FakeModel", "1", "LLM", at("writer", ls_integration="langchain_chat_model")),
        ("critic", "0", "CHAIN", at("critic")),
        ("is_good_enough", "3", "CHAIN", at("critic")),
    )
    assert who(trace) == [
        (None, None),
        ("writer", "writer"),
        (None, "writer"),
        ("critic", "critic"),
        (None, "critic"),
    ]


def test_a_function_in_a_node_is_no_agent_for_having_the_word_in_its_name() -> None:
    trace = traced(
        ("newsroom", None, "CHAIN", {"ls_integration": "langgraph"}),
        ("triage", "0", "CHAIN", at("triage")),
        ("choose_agent", "1", "AGENT", at("triage")),
    )
    assert who(trace) == [(None, None), ("triage", "triage"), (None, "triage")]


def test_a_node_that_calls_tools_is_no_agent() -> None:
    trace = traced(
        ("agent", None, "AGENT", at("agent")),
        ("tools", None, "CHAIN", at("tools")),
    )
    assert who(trace) == [("agent", "agent"), (None, None)]


def test_an_agent_of_langchain_goes_by_its_name_and_its_nodes_are_its_work() -> None:
    mine = {**AGENT_GRAPH, "lc_agent_name": "researcher"}
    trace = traced(
        ("researcher", None, "CHAIN", mine),
        ("model", "0", "CHAIN", at("model", **mine)),
        ("tools", "0", "CHAIN", at("tools", **mine)),
    )
    assert who(trace) == [("researcher", "researcher"), (None, "researcher"), (None, "researcher")]


def test_an_agent_without_a_name_is_called_after_its_graph() -> None:
    trace = traced(("LangGraph", None, "CHAIN", AGENT_GRAPH), ("model", "0", "CHAIN", at("model", **AGENT_GRAPH)))
    assert who(trace) == [("LangGraph", "LangGraph"), (None, "LangGraph")]


def test_an_agent_that_is_a_node_of_its_own_name_is_invoked_once() -> None:
    trace = traced(
        ("writer", None, "CHAIN", at("writer")),
        ("writer", "0", "CHAIN", at("writer", lc_agent_name="writer", **AGENT_GRAPH)),
        ("model", "1", "CHAIN", at("writer", "model", lc_agent_name="writer", **AGENT_GRAPH)),
    )
    assert who(trace) == [("writer", "writer"), (None, "writer"), (None, "writer")]
    assert red(trace)["writer"].count == 1


def test_the_steps_of_a_prebuilt_agent_are_the_work_of_the_node_that_it_is() -> None:
    trace = traced(
        ("researcher", None, "CHAIN", at("researcher")),
        ("agent", "0", "AGENT", at("researcher", "agent")),
        ("tools", "0", "CHAIN", at("researcher", "tools")),
    )
    assert who(trace) == [("researcher", "researcher"), (None, "researcher"), (None, "researcher")]


def test_agents_of_a_team_inside_a_graph_are_agents() -> None:
    trace = traced(("team", None, "CHAIN", at("team")), ("scout", "0", "CHAIN", at("team", "scout")))
    assert who(trace) == [("team", "team"), ("scout", "scout")]


def test_an_agent_that_a_tool_asks_is_another_one() -> None:
    outer, inner = ({**AGENT_GRAPH, "lc_agent_name": name} for name in ("editor", "writer"))
    trace = traced(
        ("editor", None, "CHAIN", outer),
        ("ask_writer", "0", "TOOL", at("tools", **outer)),
        ("writer", "1", "CHAIN", at("tools", **inner)),
        ("model", "2", "CHAIN", at("tools", "model", **inner)),
    )
    assert who(trace)[2:] == [("writer", "writer"), (None, "writer")]
    assert [(edge.source, edge.target) for edge in dependencies(trace, layer="call").edges] == [("editor", "writer")]


def test_an_agent_that_calls_itself_is_invoked_twice() -> None:
    trace = traced(("writer", None, "CHAIN", at("writer")), ("writer", "0", "CHAIN", at("writer", "writer")))
    assert red(trace)["writer"].count == 2


def test_spans_of_other_frameworks_keep_what_openinference_says_of_them() -> None:
    assert who(traced(("planner", None, "AGENT", None), ("step", "0", "CHAIN", {"team": "red"}))) == [
        ("planner", "planner"),
        (None, "planner"),
    ]


@pytest.mark.parametrize("metadata", ['{"langgraph_node": "wri', '["langgraph_node"]', '"langgraph_node"', "[" * 9])
def test_metadata_that_cannot_be_read_says_nothing(metadata: str) -> None:
    assert position({"metadata": metadata}) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
marks = st.sampled_from(["langgraph_node", "langgraph_checkpoint_ns", "lc_agent_name", "ls_integration"])


@given(said=st.dictionaries(marks, json_values), name=st.text())
def test_whatever_metadata_says_a_position_invokes_the_span_by_its_name_or_nobody(
    said: dict[str, object], name: str
) -> None:
    place = position({"metadata": json.dumps(said)})
    assert place is None or place.invoked(name) in {name, None}
