from __future__ import annotations

import pytest

CHECKED = """
import asyncio
from crew import invocation, tracer, work

async def chat(name):
    "An agent that gives way to others between its two spans."
    with invocation(name):
        await asyncio.sleep(0)
        with tracer.start_as_current_span("chat"):
            await asyncio.sleep(0)

def assert_own(traced_run, run, agents, test):
    "The run has the test's id, these agents below its span `crew` and their chats below them, and nothing else."
    (root,) = run.roots
    (crew,) = run.children(root)
    invoked = run.children(crew)
    assert root.attributes["flock_trace.test"] == test
    assert sorted(span.agent for span in invoked) == sorted(agents)
    assert [[below.name for below in run.children(span)] for span in invoked] == [["chat"]] * len(agents)
    assert len(run) == 2 + 2 * len(agents)
    assert len({span.key for span in run}) == len(run)
    assert not any(span.late or span.detached or span.unfinished for span in run)
"""


@pytest.fixture
def crew(crew: pytest.Pytester) -> pytest.Pytester:
    """Also a module `checked`, which runs agents side by side and says whether a run has them all, and only them."""
    crew.makepyfile(checked=CHECKED)
    crew.syspathinsert()  # also for tests that are a package
    return crew
