"""A planner, then a researcher beside a critic; the researcher's search fails once and is tried again."""

from __future__ import annotations

import pytest

WORKFLOW = """
    import asyncio
    from opentelemetry import trace

    tracer = trace.get_tracer("crew")

    def invoke(name):
        attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
        return tracer.start_as_current_span(f"invoke_agent {name}", attributes=attributes)

    def call(tool):
        return tracer.start_as_current_span(f"execute_tool {tool}", attributes={"gen_ai.tool.name": tool})

    async def researcher():
        with invoke("researcher"):
            for attempt in range(2):
                try:
                    with call("web_search"):
                        await asyncio.sleep(0)
                        if attempt == 0:
                            raise TimeoutError("no answer")
                except TimeoutError:
                    pass

    async def critic():
        with invoke("critic"):
            await asyncio.sleep(0)

    async def workflow():
        with invoke("planner"):
            await asyncio.gather(researcher(), critic())
"""
TEST = """
    import asyncio
    from workflow import workflow
    from pytest_flock_trace import span

    def test_the_researcher_searches_once(traced_run):
        with traced_run("research") as run:
            asyncio.run(workflow())
        assert CLAIM
"""


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (
            'run.count(span(tool="web_search")) == 1',
            "*assert 2 == 1: count of span(tool='web_search') in run 'research'*",
        ),
        (
            'exactly(1, span(tool="web_search")) in run',
            "*exactly(1, span(tool='web_search'))*: 2 spans match, expected*",
        ),
        (
            'run.one(span(tool="web_search")).status == "ok"',
            "*2 spans match span(tool='web_search') in run 'research'*",
        ),
    ],
)
def test_a_wrong_claim_names_both_calls_and_that_the_second_is_a_retry(
    pytester: pytest.Pytester, claim: str, expected: str
) -> None:
    pytester.makepyfile(workflow=WORKFLOW, test_it=TEST.replace("CLAIM", claim).replace("span\n", "exactly, span\n"))
    assert len((pytester.path / "test_it.py").read_text().splitlines()) <= 12
    result = pytester.runpytest("-p", "no:asyncio")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            f"E {expected}",
            "E * execute_tool web_search  at +* for *  ERROR TimeoutError: no answer",
            "E * execute_tool web_search  at +* for *  unset  retry of number 1",
            "*Captured trace*",
            "✗* execute_tool web_search *ERROR TimeoutError: no answer",
            "✗* execute_tool web_search *",
        ]
    )
