"""Comparisons of simulated runs of the example crew; `tests/benchmarks/baseline.py` makes hundreds of them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from benchmarks.baseline import AGENTS, Article, samples, slower, unchanged

from pytest_flock_trace import Trace, skeleton, traced_run

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "blackboard"


def lines(trace: Trace) -> list[str]:
    """Label and level of every span, in no order."""
    return sorted(skeleton(trace).splitlines())


@pytest.fixture
def make_crew(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Any]]:
    """The example's own; its modules are forgotten afterwards, since other tests have a `crew` of theirs."""
    monkeypatch.syspath_prepend(EXAMPLE)
    with patch.dict(sys.modules):
        yield import_module("crew").make_crew


def test_simulated_runs_hold_the_spans_of_the_example(make_crew: Callable[[], Any]) -> None:
    async def article() -> Trace:
        board, nap = make_crew(), asyncio.sleep
        async with traced_run("article") as run:
            with patch("asyncio.sleep", lambda seconds: nap(0)):
                await board.publish("topic", "bees")
                await board.run_until_idle()
        return run

    assert lines(Article(Random(1)).trace()) == lines(asyncio.run(article()))


def test_what_is_the_same_is_not_found_slower() -> None:
    assert unchanged(10, samples("a small test")).found == 0


@pytest.mark.parametrize("agent", AGENTS)
def test_an_agent_that_takes_a_third_longer_is_found_and_named(agent: str) -> None:
    assert slower(agent, 5, samples("a small test")).named >= 4
