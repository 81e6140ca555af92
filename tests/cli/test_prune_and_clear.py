"""`flock-trace prune` and `flock-trace clear`: files get smaller, and say so."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.access import opened

Command = Callable[..., Any]


@pytest.fixture
def aged(store: Path) -> Path:
    """One of the traces was written long ago."""
    with opened(store) as connection:
        connection.execute("UPDATE spans SET created_at = created_at - INTERVAL 40 DAY WHERE trace_id = 'aa11'")
    return store


def ids(flock_trace: Command, store: Path) -> list[str]:
    return [one["trace_id"] for one in flock_trace("ls", "--store", store, "--json").json]


@pytest.mark.parametrize("options", [[], ["--days", "30"], ["--days", "0.5"]], ids=" ".join)
def test_old_traces_go(flock_trace: Command, aged: Path, options: list[str]):
    answer = flock_trace("prune", *options, "--store", aged)

    assert answer.code == 0
    assert answer.out.startswith("3 spans deleted; the file has ")
    assert ids(flock_trace, aged) == ["ab22"]


def test_without_options_the_environment_says_how_old(
    flock_trace: Command, aged: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FLOCK_TRACE_TTL_DAYS", "50")
    assert flock_trace("prune", "--store", aged, "--json").json == {
        "deleted_spans": 0,
        "size_bytes": aged.stat().st_size,
    }
    monkeypatch.setenv("FLOCK_TRACE_TTL_DAYS", "never")
    assert "FLOCK_TRACE_TTL_DAYS='never'" in flock_trace("prune", "--store", aged).err


def test_a_file_is_made_to_fit(flock_trace: Command, written: Callable[..., Path], reviews: Callable[..., list[Span]]):
    random = Random(20)
    many = [
        [one.replace(attributes={"text": random.randbytes(10_000).hex()}) for one in reviews(f"t{at:03}", at)]
        for at in range(100)
    ]
    store = written([span for spans in many for span in spans])
    limit = store.stat().st_size // 2

    said = flock_trace("prune", "--max-size", f"{limit}B", "--store", store, "--json").json
    assert said["size_bytes"] == store.stat().st_size <= limit
    assert said["deleted_spans"] > 0
    assert "t099" in ids(flock_trace, store)


def test_all_goes_without_a_question_where_that_is_said(flock_trace: Command, store: Path):
    answer = flock_trace("clear", "--yes", "--store", store)

    assert answer.out.startswith("6 spans deleted; the file has ")
    assert ids(flock_trace, store) == []


class Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "left"), [("y\n", 0), ("YES\n", 0), ("\n", 2), ("n\n", 2), ("", 2)])
def test_on_a_terminal_it_asks(
    flock_trace: Command, store: Path, monkeypatch: pytest.MonkeyPatch, typed: str, left: int
):
    monkeypatch.setattr("sys.stdin", Keyboard(typed))
    answer = flock_trace("clear", "--store", store, "--json")

    assert answer.err == f"Delete all traces in '{store}'? [y/N] "
    assert answer.json["deleted_spans"] == (0 if left else 6)
    assert len(ids(flock_trace, store)) == left
