"""Tests of every kind, with the spans that each makes: a suite to be run beside other plugins."""

from __future__ import annotations

INI = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
"""
SUITE = """
import asyncio
import unittest
import pytest
from opentelemetry import trace

tracer = trace.get_tracer("app")

def work(*names):
    for name in names:
        with tracer.start_as_current_span(name), tracer.start_as_current_span(f"{name}.inner"):
            pass

def assert_own(traced_run, run, name):
    "The test has this run with this span in it, and nothing else."
    assert [s.name for s in run] == ["review", name, f"{name}.inner"]
    assert run.parent(run.one(f"{name}.inner")) == run.one(name)
    assert len(traced_run.test) == 3
    assert not any(s.late or s.detached for s in run)

@pytest.mark.parametrize("n", range(4))
def test_plain(traced_run, n):
    with traced_run("review") as run:
        work(f"plain {n}")
    assert_own(traced_run, run, f"plain {n}")

@pytest.mark.parametrize("n", range(4))
async def test_async(traced_run, n):
    async with traced_run("review") as run:
        await asyncio.gather(asyncio.to_thread(work, f"async {n}"))
    assert_own(traced_run, run, f"async {n}")

class TestGroup:
    @pytest.mark.parametrize("n", range(2))
    @pytest.mark.xdist_group("one")
    def test_grouped(self, traced_run, n):
        with traced_run("review") as run:
            work(f"grouped {n}")
        assert_own(traced_run, run, f"grouped {n}")

def test_ambient():
    work("ambient")

class TestCase(unittest.TestCase):
    def test_in_a_case(self):
        work("case")

def test_nothing():
    pass
"""
SPANS = {
    **{f"test_it.py::test_plain[{n}]": 2 for n in range(4)},
    **{f"test_it.py::test_async[{n}]": 2 for n in range(4)},
    **{f"test_it.py::TestGroup::test_grouped[{n}]": 2 for n in range(2)},
    "test_it.py::test_ambient": 2,
    "test_it.py::TestCase::test_in_a_case": 2,
    "test_it.py::test_nothing": 0,
}
