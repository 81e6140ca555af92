from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from pytest_flock_trace.store.file.writer import TraceFile

HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "reading")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def file(tmp_path: Path) -> TraceFile:
    """A trace file that is not there yet."""
    return TraceFile(tmp_path / "traces.duckdb")


@pytest.fixture
def held(file: TraceFile) -> Callable[[], AbstractContextManager[None]]:
    """Has another process hold the file."""

    @contextmanager
    def hold(how: str = "writing") -> Iterator[None]:
        command = [sys.executable, "-c", HOLD, str(file.path), how]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield
            process.stdin.close()

    return hold
