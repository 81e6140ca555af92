"""The markers of this package: which there are, and whether a test bears any."""

from __future__ import annotations

from typing import Final

import pytest

MARKERS: Final = frozenset(("trace_contract", "trace_trials", "latency_budget", "usage_budget", "error_budget"))


def is_marked(item: pytest.Item) -> bool:
    """True for a test that bears one of them now; a fixture may add one."""
    return any(mark.name in MARKERS for mark in item.iter_markers())
