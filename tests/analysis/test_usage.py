from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from strategies import traces

from pytest_flock_trace.analysis.usage import usage
from pytest_flock_trace.errors import BadArgument, NoPrice, NothingCaptured, UnknownSubject, Vacuous
from pytest_flock_trace.model.span import RUN_ATTRIBUTE, Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.plugin.explain import explain

NEW = {"gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 20}
OLD = {"gen_ai.usage.prompt_tokens": 100, "gen_ai.usage.completion_tokens": 20}
OPENINFERENCE = {"llm.token_count.prompt": 100, "llm.token_count.completion": 20, "llm.token_count.total": 120}
ROOT = Span("review", span_id="root", end_ns=100, attributes={RUN_ATTRIBUTE: "review"})


def call(span_id: str, parent_id: str = "root", *, operation: str = "chat", **attributes: Any) -> Span:
    said = {"gen_ai.operation.name": operation, **attributes}
    return Span(operation, span_id=span_id, parent_id=parent_id, start_ns=1, end_ns=9, attributes=said)


def llm(span_id: str, parent_id: str = "root", *, kind: str = "LLM", **attributes: Any) -> Span:
    said = {"openinference.span.kind": kind, **attributes}
    return Span(kind, span_id=span_id, parent_id=parent_id, start_ns=1, end_ns=9, attributes=said)


def agent(name: str, parent_id: str = "root", **attributes: Any) -> Span:
    said = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name, **attributes}
    return Span(f"invoke_agent {name}", span_id=name, parent_id=parent_id, start_ns=1, end_ns=9, attributes=said)


def tool(name: str, parent_id: str) -> Span:
    attributes = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name}
    return Span("execute_tool", span_id=name, parent_id=parent_id, start_ns=1, end_ns=9, attributes=attributes)


def review(*spans: Span) -> Trace:
    return Trace.of([ROOT, *spans], name="review")


def model(name: str) -> dict[str, str]:
    return {"gen_ai.request.model": name}


@pytest.mark.parametrize("operation", ["chat", "text_completion", "generate_content", "embeddings"])
def test_genai_operations_that_ask_a_model_count(operation):
    measured = usage(review(call("1", operation=operation, **NEW)))

    assert (measured.input_tokens, measured.output_tokens, measured.total_tokens, measured.calls) == (100, 20, 120, 1)


@pytest.mark.parametrize("kind", ["LLM", "EMBEDDING"])
def test_openinference_kinds_that_ask_a_model_count(kind):
    measured = usage(review(llm("1", kind=kind, **OPENINFERENCE)))

    assert (measured.input_tokens, measured.output_tokens, measured.total_tokens, measured.calls) == (100, 20, 120, 1)


@pytest.mark.parametrize("said", [NEW, OLD, OLD | NEW, OLD | NEW | OPENINFERENCE])
def test_a_number_under_several_names_counts_once(said):
    assert usage(review(call("1", **said))).total_tokens == 120


def test_a_zero_under_one_name_does_not_hide_the_number_under_the_other():
    said = OLD | {"gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 0}

    assert usage(review(call("1", **said))).total_tokens == 120


def test_a_span_of_both_conventions_is_one_call():
    both = call("1", **NEW, **OPENINFERENCE, **{"openinference.span.kind": "LLM"})

    assert (usage(review(both)).calls, usage(review(both)).total_tokens) == (1, 120)


def test_what_agents_repeat_of_their_calls_does_not_count():
    trace = review(
        agent("writer", **{"gen_ai.usage.input_tokens": 200, "gen_ai.usage.output_tokens": 40}),
        Span("cycle", span_id="cycle", parent_id="writer", start_ns=1, end_ns=9, attributes=OLD | NEW),
        call("1", "cycle", **OLD, **NEW),
        call("2", "cycle", **OLD, **NEW),
    )

    assert (usage(trace).total_tokens, usage(trace).calls) == (240, 2)


def test_of_two_instrumentations_that_wrap_one_call_the_inner_one_counts():
    trace = review(llm("outer", **OPENINFERENCE), call("inner", "outer", **NEW))

    assert (usage(trace).total_tokens, usage(trace).calls) == (120, 1)


def test_a_wrapped_call_that_says_no_tokens_leaves_them_to_its_wrapper():
    trace = review(llm("outer", **OPENINFERENCE), call("inner", "outer"))

    assert (usage(trace).total_tokens, usage(trace).calls) == (120, 1)


def test_the_calls_of_a_retrying_wrapper_count_each():
    trace = review(llm("outer", **OPENINFERENCE), call("1", "outer", **NEW), call("2", "outer"))

    assert (usage(trace).total_tokens, usage(trace).calls) == (120, 2)


@pytest.mark.parametrize("between", [tool("search", "outer"), agent("search", "outer")])
def test_a_call_below_a_tool_or_agent_of_another_call_is_one_of_its_own(between):
    trace = review(call("outer", **NEW), between, call("inner", "search", **NEW))

    assert (usage(trace).total_tokens, usage(trace).calls) == (240, 2)


def test_an_embedding_below_a_chat_is_a_call_of_its_own():
    trace = review(call("outer", **NEW), call("inner", "outer", operation="embeddings", **NEW))

    assert usage(trace).total_tokens == 240


def test_a_total_beyond_input_and_output_counts_as_such():
    assert usage(review(call("1", **NEW, **{"gen_ai.usage.total_tokens": 170}))).total_tokens == 170
    assert usage(review(call("1", **NEW, **{"gen_ai.usage.total_tokens": 0}))).total_tokens == 120


@pytest.mark.parametrize("value", [True, "100", -1, float("nan"), float("inf"), None, [100]])
def test_what_is_no_number_of_tokens_is_not_counted(value):
    trace = review(call("1", **{"gen_ai.usage.input_tokens": value}), call("2", **NEW))

    assert usage(trace).input_tokens == 100


def test_without_a_call_usage_would_prove_nothing():
    with pytest.raises(Vacuous, match="trace 'review' asks no language model"):
        usage(review(agent("writer")))


def test_spans_with_tokens_that_are_no_calls_are_named():
    with pytest.raises(Vacuous, match=r"gen_ai\.operation\.name.*\n  old chat"):
        usage(review(Span("old chat", span_id="1", parent_id="root", attributes=OLD)))


@pytest.mark.parametrize("trace", [Trace.of([]), review()])
def test_an_empty_trace_has_no_usage(trace):
    with pytest.raises(NothingCaptured, match="usage"):
        usage(trace)


def test_calls_that_all_say_no_tokens_would_prove_nothing():
    measured = usage(review(call("1"), call("2")), prices={"*": (1, 1)})

    assert measured.calls == 2
    for name in ("input_tokens", "output_tokens", "total_tokens", "cost"):
        with pytest.raises(Vacuous, match=f"{name} of trace 'review' .* none of 2 calls"):
            getattr(measured, name)


def test_a_call_that_alone_says_no_tokens_is_a_call_of_none():
    measured = usage(review(call("1"), call("2", **NEW)), prices={})

    assert (measured.calls, measured.total_tokens) == (2, 120)


def test_the_cost_is_tokens_times_the_price_of_a_million():
    trace = review(call("1", **NEW, **model("gpt-x-mini")), call("2", **NEW, **model("opus")))

    assert usage(trace, prices={"gpt-x*": (10, 50), "opus": (1_000, 0)}).cost == pytest.approx(0.002 + 0.1)


def test_a_models_own_price_goes_before_that_of_a_glob():
    trace = review(call("1", **NEW, **model("gpt-x")))

    assert usage(trace, prices={"gpt-*": (10, 10), "gpt-x": (0, 0)}).cost == 0


def test_thoughts_are_priced_as_output():
    trace = review(call("1", **NEW, **model("g"), **{"gen_ai.usage.total_tokens": 170}))

    assert usage(trace, prices={"g": (0, 10)}).cost == pytest.approx(0.0007)


@pytest.mark.parametrize("key", ["llm.cost.total", "gen_ai.usage.cost"])
def test_what_a_span_says_it_cost_goes_before_the_prices(key):
    trace = review(call("1", **NEW, **model("gpt-x"), **{key: 0.25}))

    assert usage(trace).cost == 0.25
    assert usage(trace, prices={"gpt-x": (1_000, 1_000)}).cost == 0.25


def test_a_model_without_a_price_is_named_rather_than_free():
    trace = review(call("1", **NEW, **model("gpt-x")), call("2", **NEW, **model("opus")))

    with pytest.raises(NoPrice, match=r"model 'opus' has no price \(given: gpt-\*\)"):
        _ = usage(trace, prices={"gpt-*": (1, 1)}).cost
    with pytest.raises(NoPrice, match=r"model 'gpt-x' has no price \(given: none\)"):
        _ = usage(trace).cost


def test_a_call_of_a_model_without_a_name_has_no_price():
    with pytest.raises(NoPrice, match="chat names no model"):
        _ = usage(review(call("1", **NEW)), prices={"*": (1, 1)}).cost


@pytest.mark.parametrize(
    "prices", [3, {"gpt": 3}, {"gpt": (1,)}, {"gpt": (1, -2)}, {"gpt": (1, "2")}, {3: (1, 2)}, {"gpt": (True, 1)}]
)
def test_prices_that_are_none_are_refused(prices):
    with pytest.raises(BadArgument, match="price"):
        usage(review(call("1", **NEW)), prices=prices)


def test_usage_is_broken_down_by_agent_and_by_model():
    trace = review(
        agent("writer"),
        agent("critic"),
        call("1", "writer", **NEW, **model("a")),
        call("2", "critic", **NEW, **model("b")),
        call("3", "critic", **NEW, **model("a")),
        call("4", **NEW),
    )
    by_agent, by_model = usage(trace).by("agent"), usage(trace).by("model")

    assert [(name, part.total_tokens) for name, part in by_agent.items()] == [
        ("critic", 240),
        ("(without)", 120),
        ("writer", 120),
    ]
    assert {name: part.calls for name, part in by_model.items()} == {"a": 2, "b": 1, "(without)": 1}


def test_a_breakdown_by_what_does_not_exist_is_explained():
    measured = usage(review(agent("writer"), call("1", "writer", **NEW)))

    with pytest.raises(BadArgument, match="'tool' is no subject of usage; valid: agent, model"):
        measured.by("tool")
    with pytest.raises(UnknownSubject, match="no agent is 'writter'; did you mean 'writer'"):
        measured.by("agent")["writter"]


def test_a_failing_comparison_names_the_biggest_spenders():
    calls = [call(f"{at}", "writer", **{"gen_ai.usage.input_tokens": 100 * at}) for at in range(1, 10)]
    explanation = explain("<=", usage(review(agent("writer"), *calls)).total_tokens, 1_000)

    assert explanation is not None
    assert explanation.lines[0] == "4500 <= 1000: total_tokens of trace 'review' is 4500"
    assert explanation.lines[1].endswith("— 900 tokens by writer")
    assert len(explanation.lines) <= 8
    assert [span.span_id for span in explanation.culprits][:3] == ["9", "8", "7"]


def test_every_number_can_be_asked_of_another_trace():
    prices = {"*": (10, 10)}
    first = review(agent("writer"), call("1", "writer", **NEW, **model("x")))
    other = review(agent("writer"), *(call(at, "writer", **NEW, **model("x")) for at in "12"), call("3", **NEW))
    whole, part = usage(first, prices), usage(first, prices).by("agent")["writer"]

    assert whole.total_tokens.question.ask(other) == 360
    assert part.calls.question.ask(other) == 2
    assert part.calls.question.text == "calls of agent 'writer' in trace 'review'"
    assert part.cost.question.ask(other) == pytest.approx(0.0024)
    assert part.total_tokens.question.evidence(review()) == []


@given(traces())
def test_usage_never_counts_more_calls_than_spans(trace):
    try:
        measured = usage(trace)
    except (Vacuous, NothingCaptured):
        return
    assert 0 < measured.calls <= len(trace)


@pytest.mark.parametrize(("kind", "calls"), [("chat", 1), ("completion", 1), ("embedding", 1), ("rerank", 0)])
def test_openllmetry_requests_of_a_model_count(kind: str, calls: int) -> None:
    attributes = {"llm.request.type": kind, "gen_ai.usage.prompt_tokens": 3, "llm.usage.total_tokens": 9}
    asked = {"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 1}
    called = Span("chat", span_id="c", parent_id="r", attributes=asked, start_ns=1)
    trace = Trace.of([Span("run", span_id="r"), called, Span("x", span_id="1", parent_id="r", attributes=attributes)])

    assert usage(trace).calls == 1 + calls
    assert usage(trace).total_tokens == 1 + 9 * calls
