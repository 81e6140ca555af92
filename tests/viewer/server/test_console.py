"""SQL that costs too much: its process pays, and nobody else."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pytest_flock_trace.errors import BadQuery, ConsoleBusy
from pytest_flock_trace.store.cut_rows import Limits
from pytest_flock_trace.store.file.snapshot import take_snapshot
from pytest_flock_trace.viewer.server.console import AT_ONCE, Console

JOINS = "select count(*) from range(1000000) a, range(1000000) b, range(1000) c where a.range + b.range + c.range = 7"
DEAF = "select levenshtein(repeat('a', 300000), repeat('b', 300000))"
"""DuckDB does not look up from this one when it is interrupted."""


@pytest.fixture
def store(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot, which is what is asked."""
    return take_snapshot(store, tmp_path_factory.mktemp("snapshot")).file


@pytest.fixture
async def console() -> AsyncIterator[Console]:
    found = Console(Limits(seconds=1.0))
    yield found
    await found.close()


async def test_a_question_is_answered(console: Console, store: Path):
    answer = await console.ask(store, "select count(*) as n, 'x' as t from spans")

    assert answer["rows"] == [[6, "x"]]
    assert [column["name"] for column in answer["columns"]] == ["n", "t"]
    assert (answer["total"], answer["truncated"]) == (1, False)
    assert answer["ms"] >= 0


async def test_an_answer_that_is_too_long_says_so(console: Console, store: Path):
    answer = await console.ask(store, "from range(1000000000000)")

    assert (len(answer["rows"]), answer["total"], answer["truncated"]) == (10_000, None, True)


async def test_secrets_do_not_leave(console: Console, store: Path):
    answer = await console.ask(store, "select attributes from spans where attributes like '%hunter2%'")

    assert len(answer["rows"]) == 2
    assert "hunter2" not in str(answer)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select nme from spans", "nme"),
        ("delete from spans", "DELETE"),
        ("from read_text('/etc/passwd')", "'read_text' cannot be called"),
        ("from '/etc/passwd.csv'", "disabled by configuration"),
        (JOINS, "stopped after 1 s"),
        ("with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) from t", "ask for less"),
        (DEAF, "would not stop after 1 s, so its process was ended"),
        ("select list(range) from range(1000000000)", "ask for less"),
        ("select repeat('x', 100000000) from range(100)", "ask for less"),
        ("select * from range(1000000000000) order by 1 desc", "ask for less"),
    ],
    ids=["mistake", "deed", "function", "file", "joins", "recursion", "deaf", "list", "texts", "order"],
)
async def test_what_is_refused_or_stopped_is_told_and_the_next_question_answered(
    console: Console, store: Path, query: str, said: str
):
    with pytest.raises(BadQuery) as refusal:
        await console.ask(store, query)

    assert said in str(refusal.value)
    assert (await console.ask(store, "select 1"))["rows"] == [[1]]


async def test_no_more_run_at_once_than_may(console: Console, store: Path):
    running = [asyncio.ensure_future(console.ask(store, JOINS)) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)  # each has taken its place before it waits for anything

    with pytest.raises(ConsoleBusy, match=f"{AT_ONCE} queries are running already"):
        await console.ask(store, "select 1")

    assert all(isinstance(one, BadQuery) for one in await asyncio.gather(*running, return_exceptions=True))
    assert (await console.ask(store, "select 1"))["rows"] == [[1]]


async def test_a_process_that_dies_is_replaced(console: Console, store: Path, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/bin/false")
        with pytest.raises(BadQuery, match="brought down its process"):
            await console.ask(store, "select 1")

    assert (await console.ask(store, "select 1"))["rows"] == [[1]]


async def test_a_process_is_used_again(console: Console, store: Path):
    await console.ask(store, "select 1")
    (process,) = console._idle

    await console.ask(store, "select 2")

    assert console._idle == [process]


async def test_no_process_is_left_behind(store: Path):
    console = Console()
    await console.ask(store, "select 1")
    (process,) = console._idle

    await console.close()

    assert process.returncode is not None
