"""A refund desk on pydantic-ai: a clerk finds the order, a banker gives the money back. No language model is asked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from pydantic_ai import Agent, ModelRetry, RunContext
from pydantic_ai.messages import ModelMessage, ModelResponse, RetryPromptPart, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

ORDERS = {"A-17": 25, "A-18": 12}


@dataclass
class Ledger:
    """What has been paid back, by order."""

    refunds: dict[str, int]


def answers(messages: list[ModelMessage]) -> list[ToolReturnPart | RetryPromptPart]:
    """What tools have said so far."""
    return [part for each in messages for part in each.parts if isinstance(part, (ToolReturnPart, RetryPromptPart))]


def clerks_model(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """Takes the number as the customer wrote it, without the letter, until it is told better."""
    said = answers(messages)
    if not said:
        return ModelResponse(parts=[ToolCallPart("find_order", {"number": "17"})])
    if said[-1].tool_name == "ask_banker":
        return ModelResponse(parts=[TextPart("You have your money back.")])
    if not isinstance(said[-1].content, int):
        return ModelResponse(parts=[ToolCallPart("find_order", {"number": "A-17"})])
    return ModelResponse(parts=[ToolCallPart("ask_banker", {"number": "A-17", "amount": said[-1].content})])


def bankers_model(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    """Pays what it is asked to pay."""
    if answers(messages):
        return ModelResponse(parts=[TextPart("paid")])
    number, amount = str(messages[0].parts[-1].content).split()
    return ModelResponse(parts=[ToolCallPart("refund", {"number": number, "amount": int(amount)})])


def make_desk() -> Agent[Ledger, str]:
    """The clerk, with the banker behind one of its tools."""
    banker = Agent(FunctionModel(bankers_model, model_name="fake-banker"), name="banker", deps_type=Ledger)
    clerk = Agent(FunctionModel(clerks_model, model_name="fake-clerk"), name="clerk", deps_type=Ledger)

    @clerk.tool_plain
    def find_order(number: str) -> int:
        """Look an order up; its price."""
        if number not in ORDERS:
            raise ModelRetry(f"no order {number!r}; numbers look like A-17")
        return ORDERS[number]

    @clerk.tool
    async def ask_banker(context: RunContext[Ledger], number: str, amount: int) -> str:
        """Have money paid back."""
        return (await banker.run(f"{number} {amount}", deps=context.deps, usage=context.usage)).output

    @banker.tool
    def refund(context: RunContext[Ledger], number: str, amount: int) -> str:
        """Pay."""
        context.deps.refunds[number] = amount
        return f"paid {amount}"

    return clerk


def make_generous_desk() -> Agent[Ledger, str]:
    """A clerk who pays without asking anybody, which the customer can't tell."""
    steps = count()

    def model(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        if next(steps) == 0:
            return ModelResponse(parts=[ToolCallPart("refund", {"number": "A-17", "amount": 25})])
        return ModelResponse(parts=[TextPart("You have your money back.")])

    clerk = Agent(FunctionModel(model, model_name="fake-clerk"), name="clerk", deps_type=Ledger)

    @clerk.tool
    def refund(context: RunContext[Ledger], number: str, amount: int) -> str:
        """Pay."""
        context.deps.refunds[number] = amount
        return f"paid {amount}"

    return clerk
