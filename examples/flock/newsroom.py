"""A newsroom on Flock: a writer and a critic go back and forth until a publisher takes over. No language model."""

from __future__ import annotations

from flock import Flock, flock_type
from flock.components.agent import EngineComponent
from flock.utils.runtime import EvalInputs, EvalResult
from pydantic import BaseModel

GOOD_ENOUGH = 6
"""The score at which the critic is content; the second draft reaches it."""


@flock_type
class Assignment(BaseModel):
    """What to write about."""

    topic: str


@flock_type
class Manuscript(BaseModel):
    """One draft."""

    text: str
    round: int


@flock_type
class Verdict(BaseModel):
    """What the critic thinks of a draft."""

    score: int
    round: int


@flock_type
class Article(BaseModel):
    """What is printed."""

    text: str


class Writing(EngineComponent):
    """Writes a draft; after a verdict, the next one."""

    async def evaluate(self, agent, ctx, inputs: EvalInputs, output_group) -> EvalResult:
        number = inputs.artifacts[0].payload.get("round", 0) + 1
        return EvalResult.from_object(Manuscript(text=f"draft {number}", round=number), agent=agent)


class Criticism(EngineComponent):
    """Likes later drafts better."""

    async def evaluate(self, agent, ctx, inputs: EvalInputs, output_group) -> EvalResult:
        number = inputs.artifacts[0].payload["round"]
        return EvalResult.from_object(Verdict(score=3 * number, round=number), agent=agent)


class Printing(EngineComponent):
    """Prints what the critic liked; breaks down if it is told to."""

    broken: bool = False

    async def evaluate(self, agent, ctx, inputs: EvalInputs, output_group) -> EvalResult:
        if self.broken:
            raise RuntimeError("the press is out of ink")
        return EvalResult.from_object(Article(text=f"round {inputs.artifacts[0].payload['round']}"), agent=agent)


def make_newsroom(*, broken_press: bool = False) -> Flock:
    """A Flock of three agents that know nothing of each other."""
    flock = Flock(no_output=True)
    (
        flock.agent("writer")
        .consumes(Assignment)
        .consumes(Verdict, where=lambda verdict: verdict.score < GOOD_ENOUGH)
        .publishes(Manuscript)
        .with_engines(Writing())
    )
    flock.agent("critic").consumes(Manuscript).publishes(Verdict).with_engines(Criticism())
    (
        flock.agent("publisher")
        .consumes(Verdict, where=lambda verdict: verdict.score >= GOOD_ENOUGH)
        .publishes(Article)
        .with_engines(Printing(broken=broken_press))
    )
    return flock
