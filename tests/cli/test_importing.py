"""`flock-trace import`: files taken into one, each span once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flock_file import write
from oracles import trace_file

from pytest_flock_trace.interop.otlp import JSON, encode
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.access import opened
from pytest_flock_trace.store.trace_file import read_spans

Command = Callable[..., Any]
Written = Callable[..., Path]
Reviews = Callable[..., list[Span]]


def test_a_file_is_taken_in_and_again_changes_nothing(flock_trace: Command, store: Path, tmp_path: Path):
    target = tmp_path / "new" / "all.duckdb"

    (first,) = flock_trace("import", store, "--store", target, "--json").json
    (second,) = flock_trace("import", store, "--store", target, "--json").json
    assert first == {"file": str(store), "spans": 6, "added": 6, "tests": 0}
    assert (second["spans"], second["added"]) == (6, 0)
    assert flock_trace("diff", store, target).code == 0
    listed = [flock_trace("ls", "--store", path, "--json").json for path in (store, target)]
    assert listed[0] == listed[1]


def test_several_files_become_one(flock_trace: Command, written: Written, reviews: Reviews, tmp_path: Path):
    one, two = written(reviews("a", 0), name="1.duckdb"), written(reviews("b", 1), name="2.duckdb")
    answer = flock_trace("import", one, two, two, "--store", tmp_path / "all.duckdb")

    assert [line.split()[1:] for line in answer.lines] == [
        ["spans", "new", "new", "tests"],
        *[["3", "3", "0"]] * 2,
        ["3", "0", "0"],
    ]
    assert len(flock_trace("ls", "--store", tmp_path / "all.duckdb", "--json").json) == 2


def test_which_test_caused_which_trace_is_merged_too(
    flock_trace: Command, written: Written, reviews: Reviews, tmp_path: Path
):
    shards = [
        written(reviews(name, at), reviews(f"x{name}", at + 5), name=f"{name}.duckdb") for at, name in enumerate("ab")
    ]
    for name, shard in zip("ab", shards):
        with opened(shard) as connection:
            connection.execute(f"INSERT INTO tests VALUES ('s', 'test_{name}', 1, 'passed', 'gw0', 1, 2, NULL)")
            connection.execute(f"INSERT INTO test_traces VALUES ('s', 'test_{name}', 1, '{name}')")
    target = tmp_path / "all.duckdb"

    taken = [flock_trace("import", *shards, "--store", target, "--json").json for _ in range(2)]
    assert [[one["tests"] for one in files] for files in taken] == [[1, 1], [0, 0]]
    rows = flock_trace("sql", "from test_traces select test, trace_id order by all", "--store", target, "--json").json
    assert [(row["test"], row["trace_id"]) for row in rows] == [("test_a", "a"), ("test_b", "b")]
    assert {one["trace_id"]: one["test"] for one in flock_trace("ls", "--store", target, "--json").json} == {
        "a": "test_a",
        "b": "test_b",
        "xa": None,
        "xb": None,
    }


def test_machines_that_drew_the_same_ids_keep_their_traces_and_tests_apart(
    flock_trace: Command, written: Written, reviews: Reviews, tmp_path: Path
):
    shards = [written(reviews("same", at), name=f"{at}.duckdb") for at in range(2)]
    for at, shard in enumerate(shards):
        with opened(shard) as connection:
            connection.execute(f"INSERT INTO tests VALUES ('s{at}', 'test_it', 1, 'passed', NULL, 1, 2, NULL)")
            connection.execute(f"INSERT INTO test_traces VALUES ('s{at}', 'test_it', 1, 'same')")
    target = tmp_path / "all.duckdb"
    query = """
        select session, min(start_time) as start, count(*) as spans
        from test_traces join spans using (trace_id) group by session order by session
    """

    for added in ([3, 3], [0, 0]):
        taken = flock_trace("import", *shards, "--store", target, "--json").json
        assert [one["added"] for one in taken] == added
        rows = flock_trace("sql", query, "--store", target, "--json").json
        starts = [one.start_ns for one in (reviews("same", 0)[0], reviews("same", 1)[0])]
        assert [(row["session"], row["start"], row["spans"]) for row in rows] == [
            ("s0", starts[0], 3),
            ("s1", starts[1], 3),
        ]


def test_a_trace_of_which_the_parts_are_in_two_files_is_one(
    flock_trace: Command, written: Written, reviews: Reviews, tmp_path: Path
):
    root, *rest = reviews("a", 0)
    shards = [written([root], name="1.duckdb"), written(rest, name="2.duckdb")]
    flock_trace("import", *shards, "--store", tmp_path / "all.duckdb")

    shown = flock_trace("show", "a", "--store", tmp_path / "all.duckdb")
    assert "  invoke_agent writer" in shown.out
    assert "[orphan]" not in shown.out


def test_what_waits_beside_a_file_is_taken_in_too(
    flock_trace: Command, store: Path, reviews: Reviews, held: Callable[[Path], Any], tmp_path: Path
):
    from pytest_flock_trace.store.file.writer import TraceFile

    with held(store):
        assert TraceFile(store).write(reviews("late", 70), patience=0) is not None

    (said,) = flock_trace("import", store, "--store", tmp_path / "all.duckdb", "--json").json
    assert said["added"] == 9


def test_files_that_flock_wrote_are_taken_in_and_stay_as_they_are(
    flock_trace: Command, tmp_path: Path, reviews: Reviews
):
    small = write(tmp_path / "flock.duckdb", reviews("a", 0))
    real = trace_file("flock/loop_traced.duckdb")
    before = real.read_bytes(), small.read_bytes()
    target = tmp_path / "all.duckdb"

    taken = flock_trace("import", small, real, "--store", target, "--json").json
    assert [one["added"] for one in taken] == [3, 180]
    assert (real.read_bytes(), small.read_bytes()) == before
    assert flock_trace("diff", real, target, "--json").json["b"]["spans"] == 183
    unsettled = "select count(*) as n from spans where place is null"
    assert flock_trace("sql", unsettled, "--store", target, "--json").json == [{"n": 0}]


def test_a_file_is_not_taken_into_itself(flock_trace: Command, store: Path):
    answer = flock_trace("import", store, "--store", store)

    assert answer.code == 2
    assert "can't be taken into itself" in answer.err


def test_nothing_is_taken_in_where_a_file_is_missing(flock_trace: Command, store: Path, tmp_path: Path):
    answer = flock_trace("import", store, tmp_path / "nope.duckdb", "--store", tmp_path / "all.duckdb")

    assert answer.code == 2
    assert not (tmp_path / "all.duckdb").exists()


def test_secrets_and_endless_values_stay_behind_whatever_the_file_is(
    flock_trace: Command, written: Written, tmp_path: Path
):
    attributes = {"db.password": "hunter2", "page": "x" * 50_000, "n": 1}
    span = Span("work", span_id="b7ad6b7169203331", trace_id="a" * 32, start_ns=1, end_ns=2, attributes=attributes)
    otlp = tmp_path / "spans.json"
    otlp.write_bytes(encode([span], JSON))

    for source in (written([span], name="source.duckdb"), otlp):
        target = tmp_path / f"of {source.name}.duckdb"
        assert flock_trace("import", source, "--store", target).code == 0
        (kept,) = read_spans(target)
        assert (kept.attributes["db.password"], kept.attributes["n"]) == ("[redacted]", 1)
        assert len(kept.attributes["page"]) < 10_000
