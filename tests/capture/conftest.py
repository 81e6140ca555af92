from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_flock_trace import uninstrument


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No variable steers auto-tracing, and nothing stays traced."""
    for name in ("FLOCK_AUTO_TRACE", "FLOCK_TRACE_SERVICES", "FLOCK_TRACE_IGNORE"):
        monkeypatch.delenv(name, raising=False)
    yield
    uninstrument()
