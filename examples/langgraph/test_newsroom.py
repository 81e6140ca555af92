"""What the graph really does; OpenInference's instrumentation of LangChain supplies the spans."""

from __future__ import annotations

import pytest
from newsroom import make_newsroom

from pytest_flock_trace import TracedRun, TracedRuns, at_most, red, response, span, trajectory, usage


async def test_the_critic_is_asked_twice(article: TracedRun) -> None:
    assert article.count(span(agent="critic")) == 2
    assert trajectory(article, by="agent") == ["research", "researcher", "writer", "critic", "writer", "critic"]


async def test_one_round_and_two_give_the_same_kind_of_answer(traced_run: TracedRuns) -> None:
    rounds = []
    for verdicts in (("good",), ("poor", "poor", "good")):
        async with traced_run(f"{len(verdicts)} rounds") as run:
            answer = await make_newsroom(*verdicts).ainvoke({"topic": "bees"})
        assert answer["draft"].startswith("draft")
        rounds.append(run.count(span(agent="writer")))
    assert rounds == [1, 3]


async def test_the_researcher_searches_and_nobody_else(article: TracedRun) -> None:
    assert trajectory(article) == [("web_search", {"query": "bees", "limit": 3})]
    assert span(tool="web_search", under=span(agent="researcher")) in article
    assert span(tool="*", actor="writer") not in article


async def test_every_draft_is_judged(article: TracedRun) -> None:
    article.check(
        response(span(agent="writer"), span(agent="critic")),
        at_most(3, span(agent="critic")),
    )


@pytest.mark.usage_budget(tokens=300, calls=6)
async def test_drafts_cost_more_than_verdicts(article: TracedRun) -> None:
    spent = usage(article).by("agent")
    assert {agent: part.calls for agent, part in spent.items()} == {"writer": 2, "researcher": 2, "critic": 2}
    assert spent["writer"].output_tokens > spent["critic"].output_tokens


async def test_a_writer_without_a_word_is_the_writers_error(traced_run: TracedRuns) -> None:
    with pytest.raises(IndexError):
        async with traced_run("nothing to say") as run:
            await make_newsroom().ainvoke({"topic": "bees"})
    assert red(run)["writer"].errors == 1
    assert red(run)["researcher"].errors == 0
    assert span(agent="critic") not in run
