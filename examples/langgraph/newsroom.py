"""A newsroom on LangGraph: a researcher with a tool, a writer and a critic who go back and forth. No model is asked."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.tools import tool
from langgraph.graph import END, START, StateGraph


class FakeModel(FakeMessagesListChatModel):
    """Says what it was told to say, in order; knows of tools but to name them."""

    def bind_tools(self, tools: Any, **_: Any) -> FakeModel:
        return self


def says(text: str, tokens: int, *, call: dict[str, Any] | None = None) -> AIMessage:
    """A model's answer, which may call a tool."""
    calls = [] if call is None else [{**call, "id": "call-1"}]
    spent = UsageMetadata(input_tokens=20, output_tokens=tokens, total_tokens=20 + tokens)
    return AIMessage(text, tool_calls=calls, usage_metadata=spent)


class Article(TypedDict):
    """What the newsroom works on."""

    topic: str
    notes: str
    draft: str
    verdicts: Annotated[list[str], lambda before, new: before + new]


@tool
def web_search(query: str, limit: int) -> str:
    """Search the web."""
    return f"{limit} pages about {query}"


def make_newsroom(*verdicts: str) -> Any:
    """A graph whose critic gives these verdicts, one a draft; it is content with `good`."""
    searching = says("", 5, call={"name": "web_search", "args": {"query": "bees", "limit": 3}})
    researcher = create_agent(FakeModel(responses=[searching, says("bees dance", 9)]), [web_search], name="researcher")
    writing = FakeModel(responses=[says(f"draft {number}", 40) for number, _ in enumerate(verdicts, start=1)])
    judging = FakeModel(responses=[says(verdict, 3) for verdict in verdicts])

    async def research(article: Article) -> dict[str, Any]:
        found = await researcher.ainvoke({"messages": [("user", article["topic"])]})
        return {"notes": found["messages"][-1].content}

    async def writer(article: Article) -> dict[str, Any]:
        return {"draft": (await writing.ainvoke(article["notes"])).content}

    async def critic(article: Article) -> dict[str, Any]:
        return {"verdicts": [(await judging.ainvoke(article["draft"])).content]}

    graph = StateGraph(Article)
    graph.add_node("research", research)
    graph.add_node("writer", writer)
    graph.add_node("critic", critic)
    graph.add_edge(START, "research")
    graph.add_edge("research", "writer")
    graph.add_edge("writer", "critic")
    graph.add_conditional_edges("critic", lambda article: END if article["verdicts"][-1] == "good" else "writer")
    return graph.compile(name="newsroom")
