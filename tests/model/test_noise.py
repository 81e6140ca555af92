"""Which spans are a framework's housekeeping."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_flock_trace.model.noise import noise
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.tree import SpanTree

FLOCK, USER = "flock.components.agent.base", "newsroom"


def counted(name: str, module: str | None, **more: Any) -> list[str]:
    attributes = {} if module is None else {"module": module, "agent.name": "None"}
    return [*noise(SpanTree([Span(name, span_id="1", attributes=attributes, **more)])).values()]


def test_a_hook_of_flocks_own_components_is_noise():
    assert counted("Writing.on_terminate", FLOCK) == ["component hook"]


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("Writing.on_post_evaluate", USER),
        ("Writing.on_post_evaluate", None),
        ("Writing.on_post_evaluate", "flocks.of.birds"),
        ("Writing.evaluate", FLOCK),
        ("Agent.execute", "flock.core.agent"),
        ("on_click", FLOCK),
    ],
)
def test_what_a_user_wrote_and_what_is_no_hook_is_no_noise(name: str, module: str | None):
    assert counted(name, module) == []


def test_a_hook_that_failed_is_of_interest():
    assert counted("Writing.on_terminate", FLOCK, status="error") == []
