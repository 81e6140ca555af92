"""Calls of models and tools, and what was given to them."""

from __future__ import annotations

import pytest

from pytest_flock_trace.model.span import Span

GENAI = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt"}
WRITER = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "writer"}


def call(number: int, said: dict[str, object], **traits: object) -> Span:
    return Span("chat", **{"span_id": str(number), "trace_id": "t", "start_ns": number, **traits}, attributes=said)


def test_tokens_that_stand_under_two_names_count_once(recording):
    old_and_new = {"gen_ai.usage.input_tokens": 10, "gen_ai.usage.prompt_tokens": 10, "llm.token_count.completion": 5}
    rows = recording(call(1, {**GENAI, **old_and_new}, end_ns=9)).store.saved("model_usage")

    assert rows.columns == [
        *("subject", "calls", "errors", "unmetered"),
        *("input_tokens", "output_tokens", "total_tokens", "cost", "p50", "p95"),
    ]
    assert rows.fetchall() == [("gpt", 1, 0, 0, 10, 5, 15, None, 8, 8)]


def test_a_call_that_repeats_what_it_wraps_does_not_count(recording):
    tokens = {"gen_ai.usage.input_tokens": 10, "gen_ai.usage.cost": 0.5}
    live = recording(
        Span("invoke_agent writer", span_id="0", trace_id="t", attributes={**WRITER, "gen_ai.usage.input_tokens": 10}),
        call(1, {"openinference.span.kind": "LLM", "llm.token_count.prompt": 10}, parent_id="0"),
        Span("client", span_id="2", trace_id="t", parent_id="1", start_ns=2),
        call(3, {**GENAI, **tokens}, parent_id="2"),
        call(4, GENAI, trace_id="u", status="error"),
    )

    columns = ("subject", "calls", "errors", "unmetered", "total_tokens", "cost")
    assert live.answer("model_usage", *columns) == [("gpt", 2, 1, 1, 10, 0.5)]
    assert live.answer("model_usage", *columns, by="agent") == [
        ("writer", 1, 0, 0, 10, 0.5),
        ("(without)", 1, 1, 1, 0, None),
    ]
    assert [row[0] for row in live.answer("model_usage", "subject", by="trace_id")] == ["t", "u"]


def test_numbers_that_are_texts_or_below_zero_are_no_tokens(recording):
    said = {"gen_ai.usage.input_tokens": "10", "gen_ai.usage.output_tokens": -1, "llm.token_count.total": True}

    assert recording(call(1, {**GENAI, **said})).answer("model_usage", "unmetered", "total_tokens") == [(1, 0)]


def test_a_model_that_is_no_text_is_none(recording):
    said = {"gen_ai.operation.name": "embeddings", "gen_ai.request.model": 4, "gen_ai.response.model": ""}

    assert recording(call(1, said)).answer("model_usage", "subject") == [("(without)",)]


def test_a_call_of_a_tool_that_two_spans_show_is_one(recording):
    search = {"gen_ai.tool.name": "search"}
    live = recording(
        Span("invoke_agent writer", span_id="0", trace_id="t", attributes=WRITER),
        Span("execute_tool search", span_id="1", trace_id="t", parent_id="0", end_ns=20, attributes=search),
        Span("request", span_id="2", trace_id="t", parent_id="1", attributes={}),
        Span("search", span_id="3", trace_id="t", parent_id="2", status="error", attributes=search),
        Span("search", span_id="1", trace_id="u", end_ns=10, status="error", attributes={"tool.name": "search"}),
        Span("other", span_id="2", trace_id="u", attributes={"tool.name": "fetch"}),
    )

    rows = live.store.saved("tool_usage")
    assert rows.columns == [
        *("subject", "calls", "errors", "error_rate", "total", "p50", "p95", "max", "tools", "used_by", "traces")
    ]
    assert rows.fetchall() == [
        ("search", 2, 1, 0.5, 30, 15, 20, 20, 1, "writer", 2),
        ("fetch", 1, 0, 0.0, 0, 0, 0, 0, 1, None, 1),
    ]
    assert live.answer("tool_usage", "subject", "calls", "tools", by="agent") == [("(without)", 2, 2), ("writer", 1, 1)]


def test_what_was_called_again_with_the_same_input_could_have_been_kept(recording):
    live = recording(
        Span("Tool.get", span_id="1", trace_id="t", end_ns=5, attributes={"input.a": 1, "input.b": "x"}),
        Span("Tool.get", span_id="2", trace_id="u", start_ns=1, end_ns=8, attributes={"input.b": "x", "input.a": 1}),
        Span("Tool.get", span_id="3", trace_id="u", start_ns=2, attributes={"input.a": 1, "input.b": "y"}),
        Span("Tool.put", span_id="4", trace_id="u", attributes={"input.a": 1, "input.b": "x"}),
        Span("Hook.on_use", span_id="5", trace_id="u", attributes={"input.a": 1}),
        Span("Hook.on_use", span_id="6", trace_id="u", attributes={"input.a": 1}),
        Span("nothing given", span_id="7", trace_id="u", attributes={"said": "input."}),
        Span("nothing given", span_id="8", trace_id="u", attributes={"said": "input."}),
    )

    assert live.store.saved("duplicates").fetchall() == [
        ("Tool.get", "input.a = 1, input.b = x", 2, 2, 0, 12, 7, "t", "1"),
    ]


def test_flock_s_context_is_no_input(recording):
    said = [{"input.inputs": "x", "input.ctx": f"run {number}"} for number in range(2)]
    live = recording(*(Span("E.evaluate", span_id=str(at), attributes=one) for at, one in enumerate(said)))

    assert live.answer("duplicates", "input", "calls") == [("input.inputs = x", 2)]


def test_sizes_are_in_bytes_and_held_against_durations(recording):
    sizes = [("é", 2, "y"), ("xxxx", 4, "yy"), ("x" * 6, 6, "y")]
    live = recording(
        *(
            Span("S.put", span_id=str(at), end_ns=length, attributes={"input.x": said, "output.value": result})
            for at, (said, length, result) in enumerate(sizes)
        ),
        Span("S.get", span_id="9", end_ns=4, attributes={"output.value": [1, 2]}),
        Span("nothing", span_id="8", attributes={"said": "put."}),
    )

    rows = live.store.saved("payload_sizes")
    assert rows.columns == [
        *("label", "count", "bytes", "input", "input_max", "output", "output_max"),
        *("input_correlation", "output_correlation"),
    ]
    assert rows.fetchall() == [
        ("S.put", 3, 16, 4.0, 6, 4 / 3, 2, pytest.approx(1.0), pytest.approx(0.0)),
        ("S.get", 1, 5, None, None, 5.0, 5, None, None),
    ]
