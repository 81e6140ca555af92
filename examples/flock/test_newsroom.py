"""What Flock's agents really do; Flock's own auto-tracing supplies the spans."""

from __future__ import annotations

from newsroom import Assignment, make_newsroom

from pytest_flock_trace import TracedRun, TracedRuns, TraceStore, critical_path, red, span


async def test_the_critic_answers_the_writer(edition: TracedRun) -> None:
    assert span(agent="critic", after=span(agent="writer")) in edition
    assert edition.count(span(agent="writer")) == 2
    assert span(status="error") not in edition


async def test_agents_take_turns(edition: TracedRun) -> None:
    turns = [invocation.agent for invocation in edition.find(span(agent="*"))]
    assert turns == ["writer", "critic", "writer", "critic", "publisher"]


async def test_engines_work_for_their_agents(edition: TracedRun) -> None:
    assert edition.count(span("Writing.evaluate", under=span(agent="writer"))) == 2
    assert {engine.actor for engine in edition.find("Criticism.evaluate")} == {"critic"}


async def test_waiting_for_the_newsroom_is_not_its_work(edition: TracedRun) -> None:
    path = critical_path(edition)
    assert path.time(agent="writer") > 0
    assert path.time("Flock.run_until_idle") == 0


async def test_a_broken_press_is_the_publishers_error(traced_run: TracedRuns) -> None:
    newsroom = make_newsroom(broken_press=True)
    async with traced_run("edition") as run:
        await newsroom.publish(Assignment(topic="bees"))
        await newsroom.run_until_idle()
    assert red(run)["publisher"].errors == 1
    assert red(run)["critic"].errors == 0
    assert "out of ink" in (run.one(span(agent="publisher")).status_description or "")


async def test_flocks_own_runs_are_seen_too(traced_run: TracedRuns, trace_store: TraceStore) -> None:
    newsroom = make_newsroom()
    async with newsroom.traced_run("edition"):
        await newsroom.publish(Assignment(topic="bees"))
        await newsroom.run_until_idle()
    assert traced_run.runs == []
    assert traced_run.test.count(span(agent="*")) == 5
    assert trace_store.sql("select count(*) from spans where agent = 'critic'").fetchone() == (2,)
