"""A contract that is drafted from review loops on the real Flock tells good runs from bad ones."""

from __future__ import annotations

import json
from importlib.metadata import packages_distributions

import pytest

from pytest_flock_trace.cli.main import main

pytestmark = pytest.mark.skipif(
    "flock" not in packages_distributions(), reason="flock-core is not installed here; it needs Python 3.12"
)

CREW = """
    from flock import Flock, flock_type
    from flock.components.agent import EngineComponent
    from flock.utils.runtime import EvalResult
    from pydantic import BaseModel

    @flock_type
    class Order(BaseModel):
        topic: str

    @flock_type
    class Draft(BaseModel):
        round: int

    @flock_type
    class Review(BaseModel):
        round: int
        accepted: bool

    @flock_type
    class Article(BaseModel):
        round: int

    class Writing(EngineComponent):
        fails_in: int = 0

        async def evaluate(self, agent, ctx, inputs, output_group):
            number = inputs.artifacts[0].payload.get("round", 0) + 1
            if number == self.fails_in:
                raise RuntimeError("writer's block")
            return EvalResult.from_object(Draft(round=number), agent=agent)

    class Criticism(EngineComponent):
        rounds: int

        async def evaluate(self, agent, ctx, inputs, output_group):
            number = inputs.artifacts[0].payload["round"]
            return EvalResult.from_object(Review(round=number, accepted=number == self.rounds), agent=agent)

    class Printing(EngineComponent):
        async def evaluate(self, agent, ctx, inputs, output_group):
            return EvalResult.from_object(Article(round=inputs.artifacts[0].payload["round"]), agent=agent)

    def crew(rounds, *, fails_in=0, unread=0):
        flock = Flock(no_output=True)
        writer = flock.agent("writer").consumes(Order).consumes(Review, where=lambda review: not review.accepted)
        writer.publishes(Draft).with_engines(Writing(fails_in=fails_in))
        critic = flock.agent("critic").consumes(Draft, where=lambda draft: draft.round != unread)
        critic.publishes(Review).with_engines(Criticism(rounds=rounds))
        printer = flock.agent("printer").consumes(Review, where=lambda review: review.accepted)
        printer.publishes(Article).with_engines(Printing())
        return flock, Order(topic="bees")
"""

TESTS = """
    import pytest
    from crew_of_three import crew

    async def run(traced_run, *arguments, **more):
        flock, order = crew(*arguments, **more)
        async with traced_run("review"):
            await flock.publish(order)
            await flock.run_until_idle()

    @pytest.mark.asyncio
    @pytest.mark.parametrize("number", range(20))
    async def test_good(traced_run, number):
        await run(traced_run, number % 3 + 1)

    @pytest.mark.asyncio
    @pytest.mark.parametrize("number", range(20))
    async def test_more(traced_run, number):
        await run(traced_run, (number * 7) % 3 + 1)

    @pytest.mark.asyncio
    @pytest.mark.parametrize(
        "how", [dict(rounds=4), dict(rounds=3, unread=2), dict(rounds=2, fails_in=2)], ids=["fourth", "unread", "block"]
    )
    async def test_bad(traced_run, how):
        await run(traced_run, **how)
"""


@pytest.fixture
def recorded(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Trace files of twenty good runs, of twenty more and of three bad ones."""
    for variable in ("FLOCK_AUTO_TRACE", "FLOCK_TRACE_FILE"):
        monkeypatch.delenv(variable, raising=False)
    pytester.makepyfile(crew_of_three=CREW, test_it=TESTS)
    for name in ("good", "more", "bad"):
        result = pytester.runpytest_subprocess("-q", "-k", f"test_{name}", f"--flock-trace-store={name}.duckdb")
        result.assert_outcomes(passed=3 if name == "bad" else 20)
    return pytester


def test_what_is_learnt_from_twenty_runs_holds_in_twenty_more_and_in_no_bad_one(
    recorded: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["learn", "good.duckdb", "-o", "contract.py"]) == 0
    assert len(recorded.path.joinpath("contract.py").read_text(encoding="utf-8").splitlines()) < 60
    assert main(["check", "contract.py", "--store", "good.duckdb"]) == 0
    assert main(["check", "contract.py", "--store", "more.duckdb"]) == 0
    capsys.readouterr()
    assert main(["check", "contract.py", "--store", "bad.duckdb", "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["broken"]) == 3
