from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.attempts import AttemptRow
from pytest_flock_trace.store.file.writer import TraceFile


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes spans and tests into a trace file."""

    def write(*spans: Span, tests: tuple[AttemptRow, ...] = ()) -> Path:
        path = tmp_path / "traces.duckdb"
        assert TraceFile(path).write(spans, tests=tests) is None
        return path

    return write
