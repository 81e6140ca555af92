from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from datetime import timedelta
from pathlib import Path
from random import Random

import duckdb
import pytest

from pytest_flock_trace import clear_traces
from pytest_flock_trace.errors import BadArgument, BadTraceFile, TraceFileHeld
from pytest_flock_trace.model.span import Event, Span
from pytest_flock_trace.store.file.retention import clear, prune
from pytest_flock_trace.store.file.writer import TraceFile
from pytest_flock_trace.store.trace_file import read_spans

Held = Callable[..., AbstractContextManager[None]]


def spans(trace_id: str, size: int = 3) -> list[Span]:
    noise = Random(trace_id)  # takes space, which what repeats would not
    return [
        Span(
            "Agent.step",
            span_id=f"{trace_id}{at}",
            trace_id=trace_id,
            start_ns=at,
            attributes={"noise": f"{noise.getrandbits(512):x}"},
        )
        for at in range(size)
    ]


def run(file: TraceFile, *statements: str) -> list[tuple[object, ...]]:
    with closing(duckdb.connect(str(file.path))) as connection:
        for statement in statements:
            connection.execute(statement)
        return connection.fetchall()


def traces(file: TraceFile) -> set[str]:
    return {span.trace_id for span in read_spans(file.path)}


def compressions(file: TraceFile, column: str) -> set[object]:
    told = run(file, "SELECT column_name, segment_type, compression FROM pragma_storage_info('spans')")
    return {how for name, part, how in told if name == column and part != "VALIDITY"}


def aged(days: float, where: str) -> str:
    return f"UPDATE spans SET created_at = created_at - INTERVAL '{days * 24} hours' WHERE {where}"


def test_traces_go_whole_once_nothing_was_written_of_them_for_so_long(file: TraceFile) -> None:
    for name in ("old", "half", "new"):
        file.write(spans(name))
    run(file, aged(31, "trace_id = 'old'"), aged(31, "span_id IN ('half0', 'half1')"), aged(29, "trace_id = 'new'"))

    assert prune(file.path, days=30) == 3
    assert traces(file) == {"half", "new"}


def test_tests_go_with_the_last_of_their_traces(file: TraceFile) -> None:
    file.write([*spans("old"), *spans("new")])
    run(
        file,
        aged(31, "trace_id = 'old'"),
        "INSERT INTO tests SELECT 's', test, 1, 'passed', NULL, 0, 0, NULL FROM unnest(['a', 'b', 'c']) AS t (test)",
        "INSERT INTO test_traces VALUES ('s', 'a', 1, 'old'), ('s', 'b', 1, 'old'), ('s', 'b', 1, 'new')",
    )

    prune(file.path, days=30)

    assert run(file, "SELECT test FROM tests ORDER BY test") == [("b",), ("c",)]
    assert run(file, "SELECT test, trace_id FROM test_traces") == [("b", "new")]


def test_the_space_is_given_back(file: TraceFile) -> None:
    for name in "abcdefgh":
        file.write(spans(name, 2000))
    before = file.path.stat().st_size
    run(file, aged(31, "trace_id <> 'h'"))

    assert prune(file.path, days=30) == 14_000
    assert file.path.stat().st_size < before / 2
    assert traces(file) == {"h"}
    assert [one.name for one in file.path.parent.iterdir()] == [file.path.name]


def test_a_size_lets_the_latest_traces_stay(file: TraceFile) -> None:
    for name in "abcdefgh":
        file.write(spans(name, 4000))
    prune(file.path, days=1)
    limit = file.path.stat().st_size * 2 // 3

    assert prune(file.path, most_bytes=limit) >= 4000
    assert file.path.stat().st_size <= limit
    left = traces(file)
    assert left == set("abcdefgh"[-len(left) :])


def test_a_size_that_no_file_can_have_leaves_an_empty_one(file: TraceFile) -> None:
    file.write(spans("a"))

    assert prune(file.path, most_bytes=1) == 3
    assert traces(file) == set()


@pytest.mark.parametrize("days", [0, -1, float("nan"), float("inf"), True, "30"])
def test_days_that_would_delete_everything_are_refused(file: TraceFile, days: float) -> None:
    file.write(spans("a"))

    with pytest.raises(BadArgument, match="number of days above 0"):
        prune(file.path, days=days)
    assert traces(file) == {"a"}


def test_a_size_of_nothing_is_refused(file: TraceFile) -> None:
    with pytest.raises(BadArgument, match="use clear"):
        prune(file.path, most_bytes=0)


def test_what_users_added_to_a_file_survives_its_rewriting(file: TraceFile) -> None:
    file.write(spans("a"))
    run(
        file,
        'CREATE TABLE "my notes" AS SELECT 1 AS n',
        "CREATE VIEW slow AS SELECT * FROM spans WHERE duration_ms > 5",
    )

    prune(file.path, days=30)

    assert run(file, 'FROM "my notes"') == [(1,)]
    assert run(file, "FROM slow") == []


@pytest.mark.skipif(duckdb.__version__.startswith(("1.2.", "1.3.")), reason="does not compress JSON with zstd")
@pytest.mark.parametrize(("failing", "how"), [(0, False), (1, False), (30, True), (300, True)])
def test_a_rewritten_file_has_events_compressed_with_zstd_where_that_pays(
    file: TraceFile, failing: int, how: bool
) -> None:
    noise = Random(failing)
    stacks = [{"exception.stacktrace": f"{noise.getrandbits(4096):x}"} for _ in range(failing)]
    failures = [[Event("exception", 1, stack)] for stack in stacks]
    given = [*failures, *([] for _ in range(300 - failing))]
    file.write(
        [Span("step", span_id=f"{at}", trace_id="a", start_ns=at, events=events) for at, events in enumerate(given)]
    )
    assert "ZSTD" not in compressions(file, "events")  # nobody could tell yet

    prune(file.path)
    assert ("ZSTD" in compressions(file, "events"), compressions(file, "attributes")) == (how, {"ZSTD"})
    assert [list(span.events) for span in read_spans(file.path)] == given


def test_what_waits_beside_the_file_is_put_in_before_it_is_pruned(file: TraceFile, held: Held) -> None:
    file.write(spans("a"))
    with held():
        file.write(spans("b"), patience=0)

    assert prune(file.path, days=30) == 0
    assert traces(file) == {"a", "b"}


def test_a_file_that_others_hold_is_not_pruned(file: TraceFile, held: Held) -> None:
    file.write(spans("a"))
    with held("reading"), pytest.raises(TraceFileHeld):
        prune(file.path, days=30, patience=0)


def test_a_writer_lets_old_traces_go_with_its_first_batch(file: TraceFile) -> None:
    file.write([*spans("old"), *spans("new")])
    run(file, aged(31, "trace_id = 'old'"))

    TraceFile(file.path, age=timedelta(days=30)).write(spans("newest"))

    assert traces(file) == {"new", "newest"}


def test_clearing_deletes_everything_and_gives_the_space_back(file: TraceFile, held: Held) -> None:
    for name in "abcd":
        file.write(spans(name, 3000))
    before = file.path.stat().st_size
    with held():
        file.write(spans("e"), patience=0)

    assert clear(file.path) == 12_003
    assert traces(file) == set()
    assert not file.spool.folder.exists()
    assert file.path.stat().st_size < before / 2


def test_clear_traces_answers_as_flock_s_does(file: TraceFile, held: Held) -> None:
    file.write(spans("a"))
    with held():
        refused = clear_traces(file.path)
    done = clear_traces(str(file.path))
    absent = clear_traces(file.path.with_name("absent.duckdb"))

    assert (refused["success"], refused["deleted_count"]) == (False, 0)
    assert "held by another process" in str(refused["error"])
    assert done == {"success": True, "deleted_count": 3, "error": None}
    assert "there is no file" in str(absent["error"])
    json.dumps([refused, done, absent])


def test_clear_traces_takes_the_file_of_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    TraceFile(tmp_path / ".flock" / "traces.duckdb").write(spans("a"))

    assert clear_traces()["deleted_count"] == 3


def test_pruning_a_file_that_is_not_there_says_so_and_makes_none(tmp_path: Path) -> None:
    with pytest.raises(BadTraceFile, match="there is no file"):
        prune(tmp_path / "a.duckdb", days=30)
    assert list(tmp_path.iterdir()) == []
