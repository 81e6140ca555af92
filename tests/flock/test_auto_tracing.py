"""Our auto-tracing beside Flock's own, and what the files have of a password that Flock writes into 34 attributes."""

from __future__ import annotations

import os
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    "flock" not in packages_distributions(), reason="flock-core is not installed here; it needs Python 3.12"
)

DESK = """
    from flock import Flock, flock_type
    from flock.components.agent import EngineComponent
    from flock.utils.runtime import EvalResult
    from pydantic import BaseModel

    @flock_type
    class Login(BaseModel):
        user: str
        password: str

    @flock_type
    class Welcome(BaseModel):
        text: str

        def shout(self):
            return self.text.upper()

    class Desk:
        async def greet(self, ctx, inputs):
            return self.write(Login(**inputs.artifacts[0].payload))

        def write(self, login):
            return Welcome(text=f"hello {login.user}")

    class Greeter(EngineComponent):
        async def evaluate(self, agent, ctx, inputs, output_group):
            made = await Desk().greet(ctx, inputs)
            made.shout()
            return EvalResult.from_object(made, agent=agent)

    async def login(password):
        flock = Flock(no_output=True)
        flock.agent("greeter").consumes(Login).publishes(Welcome).with_engines(Greeter())
        await flock.publish(Login(user="ann", password=password))
        await flock.run_until_idle()
"""
TESTS = """
    import asyncio
    import desk
    from pytest_flock_trace import span
    from pytest_flock_trace.model.redaction import Redaction

    SECRET = "hunter" + "2"

    def test_it(traced_run):
        with traced_run("login") as run:
            asyncio.run(desk.login(SECRET))
        greet, write, shout = (run.one(name) for name in ("Desk.greet", "Desk.write", "Welcome.shout"))
        assert run.parent(greet).name == run.parent(shout).name == "Greeter.evaluate"
        assert run.parent(write) == greet
        assert {s.actor for s in (greet, write, shout)} == {"greeter"}
        assert run.count(span("Greeter.evaluate")) == 1
        ids = {s.attributes["correlation_id"] for s in (greet, write, shout)}
        assert ids == {run.one(span(agent="greeter")).attributes["correlation_id"]}
        flocks = [s for s in run if s.scope.name != "pytest_flock_trace.instrument"]
        assert sum(SECRET in str(value) for s in flocks for value in s.attributes.values()) >= 34
        redacted = [Redaction().span(s) for s in run]
        assert sum(SECRET in str((s.attributes, s.events, s.status_description)) for s in redacted) == 0
        assert False
"""


def test_flocks_spans_and_ours_are_one_trace_and_no_secret_leaves(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FLOCK_AUTO_TRACE", "FLOCK_TRACE_FILE", "FLOCK_TRACE_SERVICES", "FLOCK_TRACE_IGNORE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", str(pytester.path), prepend=os.pathsep)
    pytester.makepyfile(desk=DESK, test_login=TESTS)
    outputs = ("--flock-trace-report=r.json", "--flock-trace-report=r.md", "--junit-xml=j.xml")
    shown = ("--flock-trace-show=all", "--show-capture=no", "--tb=line", "-W", "ignore")
    arguments = ("-p", "no:cacheprovider", "-o", "flock_trace_instrument=desk", *shown, *outputs)
    result = pytester.runpytest_subprocess(*arguments)
    output = result.stdout.str()
    assert "- assert False" in output, output
    written = [pytester.path / name for name in ("r.json", "r.md", "j.xml")]
    assert "hunter2" not in output + "".join(path.read_text(encoding="utf-8") for path in written)
    assert not Path(pytester.path, ".flock").exists()
