"""What is kept in memory of tests that have passed, in a session that writes a trace file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from comparison import Result, Row, Unmeasured
from suites import OURS, SPANS, WORK, session

KILOBYTES = 5.0
STATUS = Path("/proc/self/status")
CONFTEST = """
from pathlib import Path
import pytest

finished = 0

def pytest_runtest_logfinish(nodeid, location):
    global finished
    finished += 1
    if finished in ({first}, {last}):
        lines = Path("/proc/self/status").read_text().splitlines()
        (resident,) = [line.split()[1] for line in lines if line.startswith("VmRSS")]
        with Path(__file__).with_name("resident.txt").open("a") as file:
            file.write(resident + "\\n")
"""
TEST = """
import pytest
from opentelemetry import trace

@pytest.mark.parametrize("number", range({last}))
def test_it(number):
    tracer = trace.get_tracer("crew")
    with tracer.start_as_current_span("crew"):
        {work}
"""


def rows(*, small: bool) -> Iterator[Result]:
    """Kilobytes a test, from the thousandth test to the last."""
    first, last = (10, 60) if small else (1_000, 5_000)
    what = f"kept of a finished test with {SPANS} spans, {last:,} tests"
    if not STATUS.exists():
        yield Unmeasured(what, f"{sys.platform} does not say how much memory a process has")
        return
    ours, bare = _growth(first, last, traced=True), _growth(first, last, traced=False)
    yield Row(what, "KB", max(0.0, ours - bare), "the limit", KILOBYTES, 1.0)
    yield Row(f"{what}, pytest's own included", "KB", ours, "pytest without the plugin", bare)


def _growth(first: int, last: int, *, traced: bool) -> float:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "conftest.py").write_text(CONFTEST.format(first=first, last=last), encoding="utf-8")
        suite = folder / "test_many.py"
        suite.write_text(TEST.format(last=last, work=WORK), encoding="utf-8")
        asked = ["--flock-trace", f"--flock-trace-store={folder / 'traces.duckdb'}"] if traced else []
        if session(suite, *asked, plugins=[OURS] if traced else []).wait():
            raise SystemExit("the tests that memory is measured of have failed")
        before, after = map(int, (folder / "resident.txt").read_text("utf-8").split())
    return (after - before) / (last - first)
