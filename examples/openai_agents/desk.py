"""A complaints desk on the OpenAI Agents SDK: triage asks an expert, then hands over to billing. No model is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

from agents import Agent, Model, ModelResponse, ModelTracing, Usage, function_tool, generation_span
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

_numbers = count()


def says(text: str) -> ResponseOutputMessage:
    """A model's words."""
    content = [ResponseOutputText(text=text, type="output_text", annotations=[])]
    return ResponseOutputMessage(id="message", type="message", role="assistant", status="completed", content=content)


def calls(tool: str, arguments: str = "{}") -> ResponseFunctionToolCall:
    """A model's call of a tool; each has an id of its own."""
    return ResponseFunctionToolCall(
        type="function_call", call_id=f"call-{next(_numbers)}", name=tool, arguments=arguments
    )


class FakeModel(Model):
    """Answers as it was told to, in order; each answer is a list of words and calls."""

    def __init__(self, *answers: list[ResponseOutputMessage | ResponseFunctionToolCall]) -> None:
        self._answers = list(answers)

    async def get_response(self, *_: Any, tracing: ModelTracing, **__: Any) -> ModelResponse:
        spent = Usage(requests=1, input_tokens=40, output_tokens=10, total_tokens=50)
        with generation_span(model="fake-1", disabled=tracing.is_disabled()) as generation:
            generation.span_data.usage = {"input_tokens": spent.input_tokens, "output_tokens": spent.output_tokens}
            return ModelResponse(output=[*self._answers.pop(0)], usage=spent, response_id=None)

    def stream_response(self, *_: Any, **__: Any) -> AsyncIterator[Any]:
        raise NotImplementedError


@function_tool
async def find_parcel(number: str) -> str:
    """Where a parcel is."""
    await asyncio.sleep(0.005)
    return f"parcel {number} is in Lyon"


@function_tool
async def refund(order: str) -> str:
    """Pay a customer back; the bank does not answer for everybody."""
    if order == "B-1":
        raise ConnectionError("the bank hung up")
    return f"order {order} is paid back"


def make_desk(order: str = "A-1") -> Agent:
    """Triage with its expert, and billing, which is handed the customer."""
    both = [calls("find_parcel", '{"number": "1"}'), calls("find_parcel", '{"number": "2"}')]
    expert = Agent(name="expert", tools=[find_parcel], model=FakeModel(both, [says("both are late")]))
    paying = [calls("refund", f'{{"order": "{order}"}}')]
    billing = Agent(name="billing", tools=[refund], model=FakeModel(paying, [says("You will hear from us.")]))
    return Agent(
        name="triage",
        tools=[expert.as_tool("ask_expert", "Asks where parcels are.")],
        handoffs=[billing],
        model=FakeModel([calls("ask_expert", '{"input": "parcels 1 and 2"}')], [calls("transfer_to_billing")]),
    )
