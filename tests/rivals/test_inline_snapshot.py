"""inline-snapshot writes shapes into the test itself; syrupy keeps its own beside them."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

pytestmark = pytest.mark.skipif(find_spec("inline_snapshot") is None, reason="needs inline-snapshot installed")

TEST = """
from inline_snapshot import snapshot
from opentelemetry import trace
from pytest_flock_trace import dependencies, skeleton

tracer = trace.get_tracer("crew")

def test_it(traced_run, trace_snapshot):
    with traced_run("review") as run:
        for name in ("planner", "writer", "writer"):
            with tracer.start_as_current_span("plan", attributes={"gen_ai.agent.name": name}):
                pass
    assert skeleton(run) == snapshot()
    assert dependencies(run).nodes == snapshot()
    assert run == trace_snapshot
"""


def test_a_shape_is_written_into_the_test_and_holds_there(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(test_it=TEST)

    pytester.runpytest_subprocess("--inline-snapshot=create", "--snapshot-update")
    second = pytester.runpytest_subprocess()
    path.write_text(path.read_text(encoding="utf-8").replace('"planner"', '"critic"'), encoding="utf-8")
    third = pytester.runpytest_subprocess()

    second.assert_outcomes(passed=1)
    assert "  plan[writer] ×2" in path.read_text(encoding="utf-8")
    assert third.parseoutcomes()["failed"] == 1
    third.stdout.fnmatch_lines(["E *- *plan[[]planner]*", "E *+ *plan[[]critic]*"])
