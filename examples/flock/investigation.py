"""An investigation on Flock: one task becomes three leads, and an editor rewrites what comes of them. No model."""

from __future__ import annotations

import asyncio

from flock import Flock, flock_type
from flock.components.agent import EngineComponent
from flock.utils.runtime import EvalInputs, EvalResult
from pydantic import BaseModel

LEADS = ("the mayor", "the bank", "the gardener")
REWRITES = 3
"""The version that the editor leaves as it is."""


@flock_type
class Tip(BaseModel):
    """What somebody has heard."""

    text: str


@flock_type
class Lead(BaseModel):
    """Somebody to ask."""

    person: str


@flock_type
class Story(BaseModel):
    """What one lead came to."""

    person: str
    version: int


class Planning(EngineComponent):
    """Makes a lead of everybody who may know."""

    async def evaluate(self, agent, ctx, inputs: EvalInputs, output_group) -> EvalResult:
        return EvalResult.from_objects(*(Lead(person=person) for person in LEADS), agent=agent)


class Asking(EngineComponent):
    """Asks one person; some never talk."""

    silent: str = ""

    async def evaluate(self, agent, ctx, inputs: EvalInputs, output_group) -> EvalResult:
        person = inputs.artifacts[0].payload["person"]
        await asyncio.sleep(0.02)
        if person == self.silent:
            raise ConnectionRefusedError(f"{person} does not talk")
        return EvalResult.from_object(Story(person=person, version=1), agent=agent)


class Rewriting(EngineComponent):
    """Makes a story a version better."""

    async def evaluate(self, agent, ctx, inputs: EvalInputs, output_group) -> EvalResult:
        story = inputs.artifacts[0].payload
        return EvalResult.from_object(Story(person=story["person"], version=story["version"] + 1), agent=agent)


def make_investigation(*, silent: str = "", rewrites_its_own: bool = True) -> Flock:
    """A planner that fans out, three reporters at once, and an editor who may be set off by its own stories."""
    flock = Flock(no_output=True)
    flock.agent("planner").consumes(Tip).publishes(Lead, fan_out=len(LEADS)).with_engines(Planning())
    reporter = flock.agent("reporter").consumes(Lead).publishes(Story).with_engines(Asking(silent=silent))
    reporter.max_concurrency(len(LEADS))
    (
        flock.agent("editor")
        .consumes(Story, where=lambda story: story.version < REWRITES)
        .publishes(Story)
        .with_engines(Rewriting())
        .prevent_self_trigger(not rewrites_its_own)
    )
    return flock
