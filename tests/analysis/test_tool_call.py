from __future__ import annotations

import json

import pytest
from hypothesis import given
from strategies import traces

from pytest_flock_trace.analysis.tool_call import arguments_of, tool_calls
from pytest_flock_trace.model.span import RUN_ATTRIBUTE, Span
from pytest_flock_trace.model.trace import Trace

CALL, FORMER, PARAMETERS, INPUT = "gen_ai.tool.call.arguments", "tool_arguments", "tool.parameters", "input.value"


def span(number: int, parent: int | None = None, **attributes: str) -> Span:
    keys = {"tool": "gen_ai.tool.name", "agent": "gen_ai.agent.name", "operation": "gen_ai.operation.name"}
    return Span(
        f"span {number}",
        span_id=str(number),
        parent_id=None if parent is None else str(parent),
        start_ns=number,
        end_ns=100,
        attributes={keys.get(key, key): value for key, value in attributes.items()},
    )


def called(*spans: Span) -> list[str]:
    return [call.span_id for call in tool_calls(Trace.of(spans).tree)]


def given_to(**attributes: object) -> object:
    return arguments_of(Span("call", span_id="1", attributes=attributes))


def test_every_span_with_a_tool_is_a_call_in_start_order():
    assert called(span(0), span(3, 0, tool="write"), span(1, 0, tool="search"), span(2, 1)) == ["1", "3"]


def test_a_call_that_two_spans_show_counts_once_as_the_outermost():
    assert called(span(0), span(1, 0, tool="search"), span(2, 1), span(3, 2, tool="search")) == ["1"]


def test_calls_of_one_tool_beside_one_another_all_count():
    assert called(span(0), span(1, 0, tool="search"), span(2, 0, tool="search")) == ["1", "2"]


def test_a_tool_called_by_a_tool_counts():
    assert called(span(0), span(1, 0, tool="delegate"), span(2, 1, tool="search")) == ["1", "2"]


def test_a_tool_that_comes_to_call_itself_through_another_counts_again():
    assert called(span(0, tool="a"), span(1, 0, tool="b"), span(2, 1, tool="a")) == ["0", "1", "2"]


def test_a_tool_that_comes_to_call_itself_through_an_agent_counts_again():
    agent = span(1, 0, operation="invoke_agent", agent="helper")
    assert called(span(0, tool="delegate"), agent, span(2, 1, tool="delegate")) == ["0", "2"]


def test_a_runs_root_is_no_call_even_if_it_names_a_tool():
    assert called(span(0, tool="search", **{RUN_ATTRIBUTE: "run"}), span(1, 0, tool="search")) == ["1"]


@pytest.mark.parametrize("key", [CALL, FORMER, PARAMETERS, INPUT])
def test_arguments_are_read_from_any_convention(key):
    assert given_to(**{key: '{"q": [1]}'}) == {"q": [1]}
    assert given_to(**{key: {"q": 1}}) == {"q": 1}


def test_what_a_convention_means_by_arguments_goes_before_what_is_only_sometimes_there():
    assert given_to(**{CALL: '{"a": 1}', PARAMETERS: '{"a": 2}', INPUT: '{"a": 3}'}) == {"a": 1}
    assert given_to(**{PARAMETERS: '{"a": 2}', INPUT: '{"a": 3}'}) == {"a": 3}
    assert given_to(**{PARAMETERS: '{"a": 2}', INPUT: "two"}) == {"a": 2}
    assert given_to(**{CALL: "cut off {", INPUT: '{"a": 3}'}) == {"a": 3}


def test_a_schema_of_the_arguments_is_not_taken_for_them():
    schema = {"type": "object", "properties": {"q": {"type": "string"}}}
    assert given_to(**{PARAMETERS: json.dumps(schema)}) is None
    assert given_to(**{PARAMETERS: json.dumps(schema), INPUT: '{"q": "x"}'}) == {"q": "x"}


@pytest.mark.parametrize("value", ["", "weather in Oslo", "[1]", "3", "null", 3, None, ["q"], "[" * 200_000])
def test_arguments_are_unknown_where_there_is_no_object(value):
    assert given_to(**{CALL: value}) is None


def test_arguments_are_unknown_where_nothing_is_said_and_none_where_that_is():
    assert given_to() is None
    assert given_to(**{CALL: "{}"}) == {}


@given(traces())
def test_a_trace_without_tools_has_no_calls(trace):
    assert tool_calls(trace.tree) == []
