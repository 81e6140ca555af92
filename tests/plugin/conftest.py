from __future__ import annotations

import sys

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
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Sessions of their own, which read test files anew: bytecode is kept by size and second of a file that changes.

    They do without pytest-rerunfailures: up to 16.6 its threads outlive a session and never rest.
    """
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:rerunfailures")
    return pytester


@pytest.fixture
def rerunfailures(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions of their own with it; what it leaves behind goes with their process, `runpytest_subprocess`."""
    monkeypatch.delenv("PYTEST_ADDOPTS")


@pytest.fixture
def crew(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with a module `crew` whose `work("writer", "critic")` makes two spans an agent."""
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):  # a session of its own is no worker of this one,
        monkeypatch.delenv(name, raising=False)  # nor, as syrupy would think, one with workers
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


TIMED = """
from opentelemetry import trace

tracer = trace.get_tracer("timed")
S = 1_000_000_000

def ran(name, start, end, under=None, failed=False, **attributes):
    "A span that lasts from one second of the run to another."
    context = None if under is None else trace.set_span_in_context(under)
    span = tracer.start_span(name, context, start_time=start * S, attributes=attributes)
    if failed:
        span.set_status(trace.StatusCode.ERROR, "gave up")
    span.end(end_time=end * S)
    return span

def agent(name, start, end, **more):
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
    return ran(f"invoke_agent {name}", start, end, **attributes, **more)

def chat(under, start, end, tokens=0, model="gpt-x"):
    attributes = {"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": tokens, "gen_ai.request.model": model}
    return ran("chat", start, end, under, **attributes)

def review(fail=False):
    "A writer of 30 seconds and a critic of 10."
    writer = agent("writer", 0, 30)
    chat(writer, 5, 25, tokens=5000)
    critic = agent("critic", 30, 40, failed=fail)
    chat(critic, 31, 39, tokens=1000)
"""

TIMED_RUNS = """
S = 1_000_000_000

def pytest_flock_trace_span(span):
    "Runs last as many seconds as their names end in, from moment 0 on, so that every time is exact."
    if span.run is None:
        return None
    return span.replace(start_ns=0, end_ns=int(span.run.split()[-1]) * S)
"""


@pytest.fixture
def timed(crew: pytest.Pytester) -> pytest.Pytester:
    """A folder with a module `timed` of spans with exact times, in which `traced_run("review 40")` takes 40 s."""
    crew.makeconftest(TIMED_RUNS)
    crew.makepyfile(timed=TIMED)
    return crew
