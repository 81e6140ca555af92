from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from sys import executable
from typing import Any

import pytest

from pytest_flock_trace.cli import progress
from pytest_flock_trace.cli.main import main
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.writer import TraceFile

MS = 1_000_000
START = 1_764_000_000_000_000_000


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Command = Callable[..., Answer]


@pytest.fixture
def flock_trace(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Carries out a command line in this process; progress stays quiet, however slow the machine is."""
    monkeypatch.setattr(progress, "QUIET", 3600.0)

    def run(*arguments: object) -> Answer:
        code = main([str(one) for one in arguments])
        return Answer(code, *capsys.readouterr())

    return run


def agent(name: str) -> dict[str, str]:
    return {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}


def review(trace_id: str, at: int, *, failed: bool = False, critics: int = 1, **root: Any) -> list[Span]:
    """A writer and some critics."""
    start = START + at * 1000 * MS
    status = "error" if failed else "ok"
    names = ["writer", *["critic"] * critics]
    ends = start + 10 * MS * len(names)
    spans = [Span("review", span_id=f"{trace_id}0", trace_id=trace_id, start_ns=start, end_ns=ends, **root)]
    for number, name in enumerate(names):
        began = start + number * 10 * MS
        spans.append(
            Span(
                f"invoke_agent {name}",
                span_id=f"{trace_id}{number + 1}",
                parent_id=f"{trace_id}0",
                trace_id=trace_id,
                start_ns=began,
                end_ns=began + 9 * MS,
                status=status if name == "critic" else "ok",
                attributes=agent(name),
            )
        )
    return spans


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes spans into a trace file."""

    def write(*traces: list[Span], name: str = "traces.duckdb") -> Path:
        for spans in traces:
            assert TraceFile(tmp_path / name).write(spans) is None
        return tmp_path / name

    return write


@pytest.fixture
def store(written: Callable[..., Path]) -> Path:
    """Two reviews, of which the later one failed."""
    return written(review("aa11", 0), review("ab22", 60, failed=True))


@pytest.fixture
def held() -> Callable[[Path], Any]:
    """Has another process hold a file."""

    @contextmanager
    def hold(path: Path) -> Iterator[None]:
        code = f"import duckdb, sys; kept = duckdb.connect({str(path)!r}); print('open', flush=True); sys.stdin.read()"
        with Popen([executable, "-c", code], stdin=PIPE, stdout=PIPE) as other:
            assert other.stdout is not None
            other.stdout.readline()
            try:
                yield
            finally:
                other.communicate()

    return hold


@pytest.fixture
def reviews() -> Callable[..., list[Span]]:
    return review
