from __future__ import annotations

import pytest

CREW = """
import asyncio
from opentelemetry import trace

tracer = trace.get_tracer("crew")

def invocation(name):
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
    return tracer.start_as_current_span(f"invoke_agent {name}", attributes=attributes)

def work(*agents, fail=None):
    for name in agents:
        try:
            with invocation(name):
                with tracer.start_as_current_span("chat"):
                    if name == fail:
                        raise RuntimeError(f"{name} gave up")
        except RuntimeError:
            pass
"""


@pytest.fixture
def crew(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with a module `crew` whose `work("writer", "critic")` makes two spans an agent."""
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)  # a session of its own is no worker, as syrupy would think
    for variable in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(variable, raising=False)  # what these sessions do is no news for GitHub
    # pytest-asyncio 0.24 to 1.x complains where this option is unset, earlier ones do not know it
    pytester.makeini(
        "[pytest]\nfilterwarnings = "
        'ignore:The configuration option "asyncio_default_fixture_loop_scope" is unset:pytest.PytestDeprecationWarning'
    )
    pytester.makepyfile(crew=CREW)
    return pytester


@pytest.fixture(params=[(), ("-n", "2")], ids=["alone", "xdist"])
def plugin_args(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Arguments that make pytest run the tests in this process, or in xdist's workers."""
    args: tuple[str, ...] = request.param
    return args
