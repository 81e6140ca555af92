"""What a query and an analysis in Python both answer is one definition, held equal on random traces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import span_lists, traces

from pytest_flock_trace.analysis.red import red
from pytest_flock_trace.analysis.tool_call import tool_calls
from pytest_flock_trace.analysis.usage import SUBJECTS, usage
from pytest_flock_trace.errors import NothingCaptured, Vacuous
from pytest_flock_trace.model.flows import NOWHERE, flows
from pytest_flock_trace.model.inference import Inference, inferences
from pytest_flock_trace.model.noise import noise
from pytest_flock_trace.model.retry import retries
from pytest_flock_trace.model.span import RUN_ATTRIBUTE, Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.store.memory import TraceStore

SETTINGS = settings(max_examples=60, deadline=None)  # the first opens DuckDB


def answer(trace: Trace, name: str, *columns: str, by: str | None = None) -> list[tuple[Any, ...]]:
    store = TraceStore(lambda: (1, trace.tree))
    try:
        rows = store.saved(name, by=by)
    finally:
        store.close()
    at = [rows.columns.index(column) for column in columns]
    return [tuple(row[each] for each in at) for row in rows]


def varied(spans: Sequence[Span], said: Sequence[dict[str, object]]) -> Trace:
    return Trace.of(
        span.replace(attributes={**span.attributes, **said[at % len(said)]}) if said else span
        for at, span in enumerate(spans)
    )


NUMBERS = st.integers(0, 2**40) | st.integers(-1, 9) | st.floats(0, 2**30) | st.sampled_from(("7", None, True))
KINDS = st.sampled_from(
    [
        {"gen_ai.operation.name": "chat"},
        {"gen_ai.operation.name": "embeddings"},
        {"openinference.span.kind": "LLM"},
        {"openinference.span.kind": "EMBEDDING"},
        {"llm.request.type": "completion"},
        {"gen_ai.operation.name": "chat", "openinference.span.kind": "EMBEDDING"},
        {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search"},
        {"gen_ai.operation.name": ["chat"]},
        {},
    ]
)
METERS = st.dictionaries(
    st.sampled_from(
        (
            *("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt"),
            *("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion"),
            *("gen_ai.usage.total_tokens", "llm.token_count.total", "llm.usage.total_tokens"),
            *("gen_ai.usage.cost", "llm.cost.total"),
        )
    ),
    NUMBERS,
    max_size=4,
)
MODELS = st.dictionaries(
    st.sampled_from(("gen_ai.request.model", "gen_ai.response.model", "llm.model_name")),
    st.sampled_from(("gpt", "small", "", 4)),
    max_size=2,
)
ASKING = st.builds(lambda *parts: {key: value for part in parts for key, value in part.items()}, KINDS, METERS, MODELS)


@SETTINGS
@given(st.builds(varied, span_lists(max_size=16), st.lists(ASKING, min_size=1, max_size=16)), st.sampled_from(SUBJECTS))
def test_usage_is_the_same_in_sql_and_in_python(trace: Trace, by: Any):
    columns = ("subject", "calls", "errors", "unmetered", "input_tokens", "output_tokens", "total_tokens", "cost")
    try:
        computed = [(name, *_used(part.inferences)) for name, part in usage(trace).by(by).items()]
    except (NothingCaptured, Vacuous):
        computed = []

    assert answer(trace, "model_usage", *columns, by=by) == computed


@SETTINGS
@given(st.builds(varied, span_lists(max_size=16), st.lists(ASKING, min_size=1, max_size=16)))
def test_a_trace_s_calls_of_models_add_up_to_its_usage(trace: Trace):
    columns = ("calls", "errors", "unmetered", "input_tokens", "output_tokens", "total_tokens", "cost")
    calls = inferences(trace.tree)

    assert answer(trace, "model_usage", *columns, by="trace_id") == ([_used(calls)] if calls else [])


def _used(calls: Sequence[Inference]) -> tuple[object, ...]:
    costs = [call.cost for call in calls if call.cost is not None]
    return (
        len(calls),
        sum(call.span.failed for call in calls),
        sum(not call.metered for call in calls),
        sum(call.input_tokens for call in calls),
        sum(call.output_tokens for call in calls),
        sum(call.total_tokens for call in calls),
        pytest.approx(sum(costs)) if costs else None,
    )


TOOLS = st.sampled_from(({}, {"tool.name": "search"}, {"tool.name": "fetch"}, {"tool.name": "x", RUN_ATTRIBUTE: "run"}))


@SETTINGS
@given(st.builds(varied, span_lists(max_size=16), st.lists(TOOLS, min_size=1, max_size=16)))
def test_calls_of_tools_are_the_same_in_sql_and_in_python(trace: Trace):
    calls = tool_calls(trace.tree)
    by_tool = Counter(str(call.tool) for call in calls)
    by_agent = Counter(call.actor or "(without)" for call in calls)

    assert dict(answer(trace, "tool_usage", "subject", "calls")) == by_tool
    assert dict(answer(trace, "tool_usage", "subject", "calls", by="agent")) == by_agent


@SETTINGS
@given(traces(max_size=20))
def test_retries_are_the_same_in_sql_and_in_python(trace: Trace):
    spans = trace.tree.spans
    found = retries(trace.tree, range(len(spans)))
    lost: Counter[str] = Counter()
    for again, earlier in found.items():
        lost[spans[again].label] += max(0, spans[earlier].end_ns - spans[earlier].start_ns)

    answered = answer(trace, "retries", "label", "retries", "recovered", "lost")
    assert {label: count for label, count, *_ in answered} == Counter(spans[again].label for again in found)
    assert {row[0]: row[2] for row in answered if row[2]} == Counter(
        spans[again].label for again in found if not spans[again].failed
    )
    assert {row[0]: row[3] for row in answered if row[3]} == {name: time for name, time in lost.items() if time}


@SETTINGS
@given(traces())
def test_agents_have_the_numbers_of_red(trace: Trace):
    numbers = [
        (
            agent,
            one.count,
            one.errors,
            pytest.approx(int(one.p50), abs=1, rel=0),
            pytest.approx(int(one.p95), abs=1, rel=0),
        )
        for agent, one in red(trace, by="agent").items()
    ]

    assert sorted(answer(trace, "agent_performance", "agent", "count", "errors", "p50", "p95")) == sorted(
        numbers, key=lambda row: row[0]
    )


@SETTINGS
@given(traces())
def test_what_is_around_agents_is_whose_actor_they_are(trace: Trace):
    spans = trace.tree.spans
    around = Counter(span.actor for span in spans if span.actor is not None)
    own = {
        agent: sum(trace.tree.self_time(at) for at, span in enumerate(spans) if span.actor == agent) for agent in around
    }

    answered = answer(trace, "agent_performance", "agent", "spans", "self_total")
    assert sorted(answered) == sorted((agent, count, own[agent]) for agent, count in around.items())


@SETTINGS
@given(traces(max_size=20))
def test_artifacts_flow_the_same_way_in_sql_and_in_python(trace: Trace):
    spans = trace.tree.spans
    taken = [flow for flow in flows(trace.tree) if flow.artifact is not None]
    passed = Counter(
        (
            flow.artifact,
            None if flow.producer == NOWHERE else spans[flow.producer].end_ns,
            spans[flow.consumer].span_id,
        )
        for flow in taken
    )
    went = {(flow.artifact, flow.producer) for flow in taken}
    left = Counter(
        (made, span.end_ns, span.span_id)
        for at, span in enumerate(spans)
        for made in dict.fromkeys(span.produced)
        if (made, at) not in went
    )

    answered = answer(trace, "artifact_flow", "id", "made_at", "span_id", "taken_by")
    assert Counter(row[:3] for row in answered if row[3] is not None) == passed
    assert Counter(row[:3] for row in answered if row[3] is None) == left


@SETTINGS
@given(
    st.builds(varied, span_lists(), st.lists(st.sampled_from(({"module": "flock.a"}, {"module": "crew"})), max_size=3))
)
def test_hooks_are_the_noise_that_outlines_leave_out(trace: Trace):
    hooked = Trace.of(
        span.replace(name="C.on_start", operation=None) if at % 2 else span for at, span in enumerate(trace)
    )

    assert sum(count for (count,) in answer(hooked, "noisy_operations", "hooks")) == len(noise(hooked.tree))


@SETTINGS
@given(traces(max_size=20))
def test_depth_is_that_of_the_tree(trace: Trace):
    depths: list[int] = [0] * len(trace)
    for at in trace.tree.top_down:
        parent = trace.tree.parents[at]
        depths[at] = 1 + (depths[parent] if parent >= 0 else 0)

    assert answer(trace, "deep_chains", "depth", "spans") == ([(max(depths), len(trace))] if depths else [])


@SETTINGS
@given(traces(max_size=20))
def test_side_by_side_is_counted_moment_by_moment(trace: Trace):
    runs: dict[str, list[range]] = {}
    for span in trace:
        if span.agent is not None:
            runs.setdefault(span.agent, []).append(range(span.start_ns, span.end_ns))
    expected: dict[str, tuple[int, int, int]] = {}
    for agent, times in runs.items():
        together = Counter(moment for time in times for moment in time)
        several = sum(count > 1 for count in together.values())
        expected[agent] = (max(together.values(), default=1), len(together), several)

    answered = answer(trace, "concurrency", "agent", "peak", "busy", "overlapped")
    assert {agent: (peak, busy, several) for agent, peak, busy, several in answered} == expected


@SETTINGS
@given(traces(max_size=20))
def test_idle_is_every_moment_in_which_nothing_goes_on(trace: Trace):
    tree = trace.tree
    working = [span for at, span in enumerate(tree.spans) if tree.parents[at] >= 0 and not span.waits]
    busy = {moment for span in working for moment in range(span.start_ns, span.end_ns)}
    start = min((span.start_ns for span in trace), default=0)
    end = max((span.end_ns for span in trace), default=0)
    idle = sum(moment not in busy for moment in range(start, end)) if working else 0

    assert answer(trace, "idle_times", "idle", "duration") == ([(idle, end - start)] if idle else [])


@SETTINGS
@given(traces(max_size=20))
def test_no_span_is_lost_in_a_time_series(trace: Trace):
    rows = answer(trace, "time_series", "count", "errors", "invocations")

    assert len(rows) <= 60
    assert [sum(column) for column in zip(*rows)] == (
        [len(trace), sum(span.failed for span in trace), sum(span.agent is not None for span in trace)] if rows else []
    )
