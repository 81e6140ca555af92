"""The OpenAI Agents SDK with models of our own: what its traces become as OpenTelemetry spans."""

from __future__ import annotations

import asyncio
from importlib.metadata import packages_distributions

import pytest

from pytest_flock_trace import (
    TracedRuns,
    critical_path,
    dependencies,
    each,
    red,
    skeleton,
    span,
    trace_openai_agents,
    trajectory,
    usage,
)

if "agents" not in packages_distributions():
    pytest.skip("openai-agents is not installed here", allow_module_level=True)

from agents import Agent, ModelResponse, Runner, RunState, Usage, custom_span, function_tool, generation_span
from agents import trace as workflow
from agents.models.interface import Model
from agents.tracing import response_span
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputText,
)
from opentelemetry import context, trace


def message(text: str) -> ResponseOutputMessage:
    content = [ResponseOutputText(text=text, type="output_text", annotations=[])]
    return ResponseOutputMessage(id="m", type="message", role="assistant", status="completed", content=content)


def answer(*output: ResponseOutputMessage | ResponseFunctionToolCall) -> Response:
    """As OpenAI's service gives it."""
    usage = {
        "input_tokens": 7,
        "output_tokens": 2,
        "total_tokens": 9,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0},
    }
    given = {"id": "resp_1", "created_at": 0, "model": "gpt-x", "object": "response", "usage": usage}
    free = {"parallel_tool_calls": False, "tool_choice": "auto", "tools": []}
    return Response.model_validate({**given, **free, "output": [part.model_dump() for part in output]})


def call(tool: str, arguments: str = "{}", *, number: int = 0) -> ResponseFunctionToolCall:
    return ResponseFunctionToolCall(type="function_call", call_id=f"{tool}{number}", name=tool, arguments=arguments)


class Scripted(Model):
    """Answers as it was told to, in order."""

    def __init__(self, *answers: list) -> None:
        self.answers = list(answers)

    async def get_response(self, *_, **__) -> ModelResponse:
        with generation_span(model="scripted-1", input=[{"role": "user", "content": "?"}]) as generation:
            output = self.answers.pop(0)
            generation.span_data.usage = {"input_tokens": 10, "output_tokens": 5}
            generation.span_data.output = [part.model_dump() for part in output]
        spent = Usage(requests=1, input_tokens=10, output_tokens=5, total_tokens=15)
        return ModelResponse(output=output, usage=spent, response_id=None)

    async def stream_response(self, *_, **__):
        with response_span() as told:
            told.span_data.response = answer(*self.answers.pop(0))
            yield ResponseCompletedEvent(response=told.span_data.response, sequence_number=0, type="response.completed")


@function_tool
async def look_up(order: str) -> str:
    with trace.get_tracer("shop").start_as_current_span("SELECT orders"):
        await asyncio.sleep(0)
        return f"order {order} is late"


@function_tool(failure_error_function=None)
def refund(order: str) -> str:
    raise ConnectionError("the bank hung up")


@pytest.fixture(autouse=True)
def _bridge():
    trace_openai_agents()


def make_desk() -> Agent:
    """Triage asks an expert, then hands over to billing, which looks two orders up at once."""
    expert = Agent(name="expert", model=Scripted([message("it is late")]))
    both = [call("look_up", '{"order": "a"}'), call("look_up", '{"order": "b"}', number=1)]
    billing = Agent(name="billing", tools=[look_up], model=Scripted(both, [message("sorry")]))
    ask = [call("ask_expert", '{"input": "late?"}')]
    return Agent(
        name="triage",
        tools=[expert.as_tool("ask_expert", "Asks an expert.")],
        handoffs=[billing],
        model=Scripted(ask, [call("transfer_to_billing")]),
    )


@pytest.fixture
async def complaint(traced_run: TracedRuns):
    async with traced_run("complaint") as run:
        await Runner.run(make_desk(), "where is my order?")
    return run


async def test_a_workflow_is_a_tree_of_agents_turns_models_and_tools(complaint) -> None:
    assert skeleton(complaint).splitlines() == [
        "complaint",
        "  invoke_workflow Agent workflow",
        "    task Agent workflow",
        "      invoke_agent triage",
        "        turn 1",
        "          chat scripted-1",
        "          execute_tool ask_expert",
        "            task Agent workflow",
        "              invoke_agent expert",
        "                turn 1",
        "                  chat scripted-1",
        "        turn 2",
        "          chat scripted-1",
        "          handoff billing",
        "      invoke_agent billing",
        "        turn 3",
        "          chat scripted-1",
        "          execute_tool look_up ×2",
        "            SELECT orders",
        "        turn 4",
        "          chat scripted-1",
    ]


async def test_spans_of_others_stand_below_the_tool_that_makes_them(complaint) -> None:
    assert complaint.count(span("SELECT orders", child_of=span(tool="look_up"))) == 2
    assert each(span("SELECT orders"), under=span(agent="billing")) in complaint


async def test_an_agent_is_caused_by_the_handoff_to_it(complaint) -> None:
    assert span(agent="billing", caused_by=span("handoff billing")) in complaint
    assert [(edge.source, edge.target) for edge in dependencies(complaint).edges] == [("triage", "billing")]
    calls = dependencies(complaint, layer="call").edges
    assert [(edge.source, edge.target) for edge in calls] == [("triage", "expert")]


async def test_tokens_are_counted_once_and_for_who_spent_them(complaint) -> None:
    assert usage(complaint).total_tokens == 75
    assert {name: part.calls for name, part in usage(complaint).by("agent").items()} == {
        "billing": 2,
        "triage": 2,
        "expert": 1,
    }


async def test_tools_are_told_with_their_arguments(complaint) -> None:
    steps = [("ask_expert", {"input": "late?"}), ("look_up", {"order": "a"}), ("look_up", {"order": "b"})]
    assert trajectory(complaint) == steps


async def test_every_span_is_on_time(complaint) -> None:
    assert not any(one.unfinished or one.late or one.detached for one in complaint)
    assert len(complaint.roots) == 1
    path = critical_path(complaint)
    assert sum(section.end_ns - section.start_ns for section in path.sections) == complaint.duration


async def test_nothing_stays_current_behind_a_workflow(traced_run: TracedRuns) -> None:
    async with traced_run("desk") as run:
        before = context.get_current()
        await Runner.run(make_desk(), "where is my order?")
        assert context.get_current() == before
        with trace.get_tracer("shop").start_as_current_span("afterwards"):
            pass
    assert span("afterwards", under=span("invoke_workflow *")) not in run


async def test_a_workflow_inside_a_span_of_the_program_stands_there(traced_run: TracedRuns) -> None:
    async with traced_run("request") as run:
        with (
            trace.get_tracer("shop").start_as_current_span("POST /complaints"),
            workflow("complaints", group_id="chat-7"),
            trace.get_tracer("shop").start_as_current_span("prepare"),
            custom_span("parse", {"length": 3, "lines": ["a"]}),
        ):
            pass
    workflow_span = run.one("invoke_workflow complaints")
    assert workflow_span.attributes["gen_ai.conversation.id"] == "chat-7"
    assert span("invoke_workflow complaints", child_of="POST /complaints") in run
    assert span("prepare", child_of="invoke_workflow complaints") in run
    parsed = run.one(span("custom parse", child_of="prepare"))
    assert parsed.attributes["openai_agents.data.length"] == 3
    assert parsed.attributes["openai_agents.data.lines"] == '["a"]'


async def test_a_tool_that_fails_says_why_and_fails_its_agent(traced_run: TracedRuns) -> None:
    agent = Agent(name="billing", tools=[refund], model=Scripted([call("refund", '{"order": "a"}')]))
    async with traced_run("refund") as run:
        with pytest.raises(Exception, match="the bank hung up"):
            await Runner.run(agent, "refund a")
    assert run.one(span(tool="refund")).status == "error"
    assert "the bank hung up" in (run.one(span(tool="refund")).status_description or "")
    assert red(run)["billing"].errors == 1


async def test_a_run_that_waited_for_an_approval_goes_on_in_the_trace_of_whoever_resumes_it(
    traced_run: TracedRuns,
) -> None:
    @function_tool(needs_approval=True)
    def pay(order: str) -> str:
        return "paid"

    agent = Agent(name="billing", tools=[pay], model=Scripted([call("pay", '{"order": "a"}')], [message("done")]))
    async with traced_run("asking"):
        asked = await Runner.run(agent, "pay a")
        state = asked.to_state()
        state.approve(asked.interruptions[0])
        written = state.to_string()
    async with traced_run("resumed") as run:
        await Runner.run(agent, await RunState.from_string(agent, written))
    assert trajectory(run) == ["pay"]
    assert span("turn *", under=span(agent="billing")) in run


def test_an_answer_of_openai_says_model_and_tokens(traced_run: TracedRuns) -> None:
    with traced_run("answer") as run, workflow("hello"), response_span() as told:
        told.span_data.response = answer(message("hi"))
        told.span_data.input = "hi"
    assert run.one("chat gpt-x").attributes["gen_ai.response.id"] == "resp_1"
    assert usage(run).by("model")["gpt-x"].total_tokens == 9
    assert '"hi"' in str(run.one("chat gpt-x").attributes["output.value"])


async def test_a_streamed_run_is_the_same_tree(complaint, traced_run: TracedRuns) -> None:
    async with traced_run("complaint") as run:
        before = context.get_current()
        result = Runner.run_streamed(make_desk(), "where is my order?")
        async for _ in result.stream_events():
            pass
        assert context.get_current() == before
    assert skeleton(run).replace("gpt-x", "scripted-1") == skeleton(complaint)
    assert not any(one.unfinished for one in run)


async def test_a_stream_that_nobody_reads_to_its_end_leaves_the_context_alone(traced_run: TracedRuns) -> None:
    async with traced_run("complaint") as run:
        before = context.get_current()
        result = Runner.run_streamed(make_desk(), "where is my order?")
        async for _ in result.stream_events():
            result.cancel()
            break
        assert context.get_current() == before
        with trace.get_tracer("shop").start_as_current_span("afterwards"):
            pass
    assert span("afterwards", under=span("invoke_workflow *")) not in run


def test_a_span_that_ends_after_its_trace_is_told(traced_run: TracedRuns) -> None:
    with traced_run("late") as run:
        with workflow("short"):
            long = custom_span("long")
            long.start()
        long.finish()
    assert not run.one("custom long").unfinished


def test_asking_twice_makes_no_span_twice(traced_run: TracedRuns) -> None:
    trace_openai_agents()
    with traced_run("once") as run, workflow("once"), custom_span("work"):
        pass
    assert run.count("custom work") == 1


class Heard:
    """A processor of somebody else's."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def on_trace_start(self, trace) -> None:
        self.names.append(trace.name)

    def ignored(self, *_) -> None: ...

    on_trace_end = on_span_start = on_span_end = shutdown = force_flush = ignored


def test_other_processors_are_kept_if_they_are_named(traced_run: TracedRuns) -> None:
    heard = Heard()
    trace_openai_agents(heard)
    with traced_run("both") as run, workflow("both"):
        pass
    assert "invoke_workflow both" in run
    assert heard.names == ["both"]
