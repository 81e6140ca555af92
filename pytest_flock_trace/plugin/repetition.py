"""Which tests are one test that was repeated."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pytest_flock_trace.model.text import one_line

_REPEAT = "__pytest_repeat_step_number"
"""The parameter by which pytest-repeat (`--count`, `@pytest.mark.repeat`) makes many tests of one."""
_STEP = re.compile(r"(?:\[|-)\d+-\d+\]\Z")
"""What it adds to the end of the id: `test_it[3-10]`, `test_it[bees-3-10]`."""


def key_of(item: pytest.Item) -> str:
    """The node id, the same for each repetition of a test, on one line."""
    parameters: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    return one_line(_STEP.sub(_rest, item.nodeid) if _REPEAT in parameters else item.nodeid)


def _rest(step: re.Match[str]) -> str:
    return "" if step[0].startswith("[") else "]"
