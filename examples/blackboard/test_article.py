"""What the crew really does, seen from outside."""

from __future__ import annotations

from blackboard import Blackboard

from pytest_flock_trace import (
    TracedRun,
    TracedRuns,
    TraceStore,
    at_most,
    critical_path,
    each,
    red,
    response,
    span,
    succession,
    trajectory,
)


async def test_the_critic_answers_the_writer(article: TracedRun) -> None:
    assert span(agent="critic", after=span(agent="writer")) in article
    assert article.count(span(agent="writer")) == 2
    assert article.count(span("chat*", actor="critic")) == 2
    assert span(actor="critic", status="error") not in article


async def test_a_draft_is_what_sets_the_critic_going(article: TracedRun) -> None:
    assert span(agent="critic", caused_by=span(agent="writer")) in article
    assert span(agent="critic", causes=span(agent="researcher")) not in article


async def test_agents_take_turns(article: TracedRun) -> None:
    turns = ["researcher", "writer", "critic", "writer", "critic", "publisher"]
    assert trajectory(article, by="agent") == turns


async def test_the_crew_obeys_its_rules(article: TracedRun) -> None:
    article.check(
        response(span(agent="writer"), span(agent="critic"), within="1s"),
        succession(span(agent="researcher"), span(agent="publisher")),
        each(span(tool="*"), under=span(agent="*")),
        at_most(3, span(agent="critic")),
    )


async def test_only_the_slowest_tool_of_the_researcher_costs_time(article: TracedRun) -> None:
    path = critical_path(article)
    assert article.count(span(tool="*", actor="researcher")) == 3
    assert path.time(tool="archive") > "30ms"
    assert path.time(tool="web_search") == 0
    assert path.share(agent="researcher") > path.share(agent="critic")


async def test_the_upload_is_tried_again_after_it_failed(article: TracedRun) -> None:
    first, second = article.find(span(tool="upload"))
    assert first.status == "error"
    assert second.status != "error"
    assert first.end_ns <= second.start_ns
    assert red(article)["publisher"].errors == 0


async def test_every_agent_is_measured(article: TracedRun) -> None:
    measured = red(article)
    assert set(measured) == {"researcher", "writer", "critic", "publisher"}
    assert measured["critic"].count == 2
    assert measured["writer"].p95 < "5s"


async def test_sql_sees_the_same_spans(article: TracedRun, trace_store: TraceStore) -> None:
    assert article.sql("select count(*) from spans").fetchone() == (len(article),)
    tokens = trace_store.sql(
        "select sum((attributes->>'gen_ai.usage.output_tokens')::int) from spans where actor = 'writer'"
    )
    assert tokens.fetchone() == (240,)


async def test_two_articles_are_two_runs(traced_run: TracedRuns, crew: Blackboard) -> None:
    for topic in ("bees", "wasps"):
        async with traced_run(topic, attributes={"topic": topic}):
            await crew.publish("topic", topic)
            await crew.run_until_idle()
    bees, wasps = traced_run.runs
    assert bees.count(span(agent="*")) == 6
    assert wasps.count(span(tool="upload")) == 1, "the second upload needs no retry"
    assert span(status="error") not in wasps
