from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import span_lists

from pytest_flock_trace.errors import BadTraceFile, TraceFileHeld
from pytest_flock_trace.model.artifact import type_of
from pytest_flock_trace.model.span import Event, Link, Scope, Span
from pytest_flock_trace.store.file.reading import viewed
from pytest_flock_trace.store.file.writer import TraceFile
from pytest_flock_trace.store.schema import COLUMNS, PLACES
from pytest_flock_trace.store.trace_file import read_spans

Held = Callable[..., AbstractContextManager[None]]


def ask(file: TraceFile, query: str) -> list[tuple[Any, ...]]:
    with closing(duckdb.connect(str(file.path))) as connection:
        return connection.execute(query).fetchall()


def trace(trace_id: str = "t", size: int = 3, start: int = 100) -> list[Span]:
    """A root with children, whose ids start with the trace's."""
    return [
        Span(
            "Flock.run" if at == 0 else f"Agent.step{at}",
            span_id=f"{trace_id}{at}",
            parent_id=f"{trace_id}0" if at else None,
            trace_id=trace_id,
            start_ns=start + at,
            end_ns=start + 100 - at,
        )
        for at in range(size)
    ]


SAID = tuple(slot for slot in Span.__slots__ if slot[0] != "_" and slot != "origin")


def test_all_that_a_span_says_is_read_again(file: TraceFile) -> None:
    span = Span(
        "Agent.execute",
        span_id="1",
        parent_id="0",
        trace_id="t",
        start_ns=2**62,
        end_ns=2**62 + 5,
        status="error",
        status_description="gave up",
        kind="client",
        attributes={"agent.name": "writer", "n": 2**63, "deep": {"a": [1, None, True]}, "text": "line\n✓"},
        events=[Event("exception", 3, {"exception.type": "E"})],
        links=[Link("9", "u", {"why": "input"})],
        resource={"service.name": "crew"},
        scope=Scope("crew.lib", "1.2"),
        consumed=["a1"],
        produced=["a2"],
        late=True,
        unfinished=True,
        detached=True,
        dropped=3,
        waits=True,
    )

    assert file.write([span]) is None

    (read,) = read_spans(file.path)
    assert {name: getattr(read, name) for name in SAID} == {name: getattr(span, name) for name in SAID}
    assert list(map(type_of, (*read.consumed, *read.produced))) == [None, None]


def test_batches_add_up_and_the_file_is_closed_between_them(file: TraceFile) -> None:
    for name in "abc":
        file.write(trace(name))
        assert ask(file, "SELECT count(*) FROM spans WHERE trace_id = '" + name + "'") == [(3,)]

    assert ask(file, "SELECT place FROM spans ORDER BY place") == [(at,) for at in range(9)]


def test_no_spans_make_no_file(file: TraceFile) -> None:
    assert file.write([]) is None
    assert not file.path.exists()


def test_what_was_written_before_is_not_written_twice(file: TraceFile) -> None:
    file.write(trace("a"))
    file.write([*trace("a"), *trace("b")])
    file.write([*trace("c"), *trace("c")])

    assert ask(file, "SELECT trace_id, count(*) FROM spans GROUP BY trace_id ORDER BY trace_id") == [
        ("a", 3),
        ("b", 3),
        ("c", 3),
    ]


COMPARED = ", ".join(one.name for one in COLUMNS if one.name not in {"created_at", *PLACES})
ABOVE = ", ".join(
    f"(SELECT up.span_id FROM spans AS up WHERE up.place = spans.{name}) AS {name}"
    for name in PLACES
    if name != "place"
)


def table(source: Any) -> list[tuple[Any, ...]]:
    """All that table spans says; rows that others name by their place are named by their ids."""
    with viewed(source) as view:
        return view.sql(f"SELECT {COMPARED}, {ABOVE} FROM spans ORDER BY trace_id, start_time, span_id").fetchall()


@settings(max_examples=20)
@given(span_lists(max_size=8), st.booleans())
def test_the_first_spans_of_a_file_are_written_as_later_ones_are(spans: list[Span], partial: bool) -> None:
    with TemporaryDirectory() as folder:
        first, later = TraceFile(Path(folder) / "first.duckdb"), TraceFile(Path(folder) / "later.duckdb")
        later.write(trace("other"))
        for file in (first, later):
            file.write(spans, partial={"t"} if partial else ())
        first.write(trace("other"))

        assert table(first.path) == table(later.path)


def test_of_twins_among_the_first_spans_one_is_written(file: TraceFile) -> None:
    file.write([*trace("a"), *trace("a")])
    assert ask(file, "SELECT trace_id, count(*) FROM spans GROUP BY ALL") == [("a", 3)]


@pytest.mark.parametrize("owned", [False, True])
def test_only_into_spans_that_are_nobody_elses_agents_are_written(file: TraceFile, owned: bool) -> None:
    span = Span("invoke_agent", span_id="1", attributes={"gen_ai.agent.name": "writer"})
    file.write([span], owned=owned)

    assert ask(file, "SELECT agent FROM spans") == [("writer",)]
    assert span.agent == ("writer" if owned else None)


@settings(max_examples=20)
@given(span_lists(max_size=8), st.data())
def test_a_trace_that_comes_in_parts_ends_up_as_if_it_had_come_whole(spans: list[Span], data: st.DataObject) -> None:
    order = data.draw(st.permutations(spans))
    cut = data.draw(st.integers(0, len(spans)))
    with TemporaryDirectory() as folder:
        whole, parts = TraceFile(Path(folder) / "whole.duckdb"), TraceFile(Path(folder) / "parts.duckdb")
        for file in (whole, parts):
            file.write(trace("other"))
        whole.write(spans)
        parts.write(order[:cut], partial={"t"})
        parts.write(order[cut:])

        seen = table(parts.path)
        parts.settle()

        assert seen == table(whole.path)
        assert table(parts.path) == seen
        assert ask(parts, "SELECT count(*) FROM spans WHERE place IS NULL") == [(0,)]
        assert ask(parts, "SELECT count(DISTINCT place) = count(*) FROM spans") == [(True,)]


def test_a_trace_goes_on_in_a_later_batch_without_being_announced(file: TraceFile) -> None:
    file.write(trace(size=3)[:2])
    file.write(trace(size=3)[2:])

    assert ask(file, "SELECT count(place) FROM spans") == [(2,)]
    assert file.finish() is None
    assert ask(file, "SELECT below FROM spans ORDER BY start_time") == [(2,), (0,), (0,)]


def ids(spans: Sequence[Span]) -> set[tuple[str, str, str | None]]:
    return {(span.trace_id, span.span_id, span.parent_id) for span in spans}


def test_a_span_whose_id_another_trace_has_gets_another_one_and_keeps_its_children(file: TraceFile) -> None:
    first, second = trace("a"), [one.replace(trace_id="b") for one in trace("a", start=500)]
    file.write(first)
    file.write(second)

    rows = ask(file, "SELECT span_id, parent_id FROM spans WHERE trace_id = 'b' ORDER BY start_time")
    assert len({span for span, _ in rows} | {"a0", "a1", "a2"}) == 6
    assert [parent for _, parent in rows] == [None, rows[0][0], rows[0][0]]
    assert ask(file, "SELECT original_span_id FROM renamed ORDER BY 1") == [("a0",), ("a1",), ("a2",)]
    assert ids(read_spans(file.path)) == ids([*first, *second])


def test_children_that_come_later_find_a_parent_that_was_renamed(file: TraceFile) -> None:
    second = [one.replace(trace_id="b") for one in trace("a", start=500)]
    file.write(trace("a"))
    file.write(second[:1], partial={"b"})
    file.write(second[1:])
    file.write(second)

    assert ask(file, "SELECT count(*), count(DISTINCT span_id) FROM spans") == [(6, 6)]
    assert ids(read_spans(file.path)) == ids([*trace("a"), *second])


def test_a_seeded_program_that_runs_twice_leaves_two_traces(file: TraceFile) -> None:
    file.write(trace("a", start=100))
    file.write(trace("a", start=900))
    file.write(trace("a", start=900))

    found = ask(
        file, "SELECT trace_id, min(start_time), count(*), count(DISTINCT span_id) FROM spans GROUP BY 1 ORDER BY 2"
    )
    assert [row[1:] for row in found] == [(100, 3, 3), (900, 3, 3)]
    assert found[0][0] == "a" != found[1][0]
    assert ask(
        file, "SELECT count(*) FROM spans AS c JOIN spans AS p ON c.parent_id = p.span_id AND c.trace_id = p.trace_id"
    ) == [(4,)]


def test_twins_in_one_batch_are_both_kept(file: TraceFile) -> None:
    file.write([Span("x", span_id="1", start_ns=1), Span("y", span_id="1", start_ns=2)])

    assert ask(file, "SELECT count(*), count(DISTINCT span_id) FROM spans") == [(2, 2)]


@pytest.mark.parametrize("how", ["writing", "reading"])
def test_while_another_process_holds_the_file_spans_wait_beside_it_and_go_in_with_the_next(
    file: TraceFile, held: Held, how: str
) -> None:
    file.write(trace("a"))
    with held(how):
        assert isinstance(file.write(trace("b"), patience=0), TraceFileHeld)
        assert len(file.spool.waiting()) == 1
    assert [span.trace_id for span in read_spans(file.path)] == ["a"] * 3 + ["b"] * 3
    assert table(file.path)[-1][0] == "b"

    TraceFile(file.path).write(trace("c"))

    assert ask(file, "SELECT count(*) FROM spans") == [(9,)]
    assert not file.spool.folder.exists()
    assert [span.trace_id for span in read_spans(file.path)] == ["a"] * 3 + ["b"] * 3 + ["c"] * 3


def test_a_batch_that_is_put_in_but_not_deleted_is_not_put_in_again(file: TraceFile, held: Held) -> None:
    file.write(trace("a"))
    with held():
        file.write(trace("b"), patience=0)
    (batch,) = file.spool.waiting()
    copy = batch.with_name("copy")
    shutil.copy(batch, copy)
    file.merge()
    file.spool.folder.mkdir(exist_ok=True)
    copy.rename(batch)

    assert len(read_spans(file.path)) == 6
    assert len(table(file.path)) == 6
    file.merge()
    assert ask(file, "SELECT count(*) FROM spans") == [(6,)]


def test_a_connection_of_this_process_that_reads_makes_the_spans_wait(file: TraceFile) -> None:
    file.write(trace("a"))
    with closing(duckdb.connect(str(file.path), read_only=True)) as connection:
        assert isinstance(file.write(trace("b"), patience=0), TraceFileHeld)
        assert connection.execute("SELECT count(*) FROM spans").fetchall() == [(3,)]

    file.merge()
    assert ask(file, "SELECT count(*) FROM spans") == [(6,)]


def test_a_connection_of_this_process_that_writes_is_shared(file: TraceFile) -> None:
    file.write(trace("a"))
    with closing(duckdb.connect(str(file.path))) as connection:
        assert file.write(trace("b"), patience=0) is None
        assert connection.execute("SELECT count(*) FROM spans").fetchall() == [(6,)]


def test_a_file_that_is_none_is_left_alone_and_the_spans_wait(file: TraceFile) -> None:
    file.path.write_text("somebody's notes")

    trouble = file.write(trace("a"))

    assert isinstance(trouble, BadTraceFile)
    assert "no DuckDB trace file" in str(trouble)
    assert file.path.read_text() == "somebody's notes"
    file.path.unlink()
    file.merge()
    assert len(read_spans(file.path)) == 3


def test_a_file_of_a_later_version_is_not_written_to(file: TraceFile) -> None:
    file.write(trace("a"))
    ask(file, "UPDATE flock_trace_schema SET version = 99")

    assert "a later version of pytest-flock-trace (schema 99" in str(file.write(trace("b")))
    assert ask(file, "SELECT count(*) FROM spans") == [(3,)]


def test_a_damaged_batch_is_set_aside_and_stops_no_other(file: TraceFile, held: Held) -> None:
    file.write(trace("a"))
    with held():
        file.write(trace("b"), patience=0)
    (batch,) = file.spool.waiting()
    batch.write_bytes(b"PAR1 and nothing else")

    trouble = file.write(trace("c"))

    assert "it is now called" in str(trouble)
    assert batch.with_name(f"{batch.name}.damaged").exists()
    assert file.write(trace("d")) is None
    assert ask(file, "SELECT count(*) FROM spans") == [(9,)]


NO_SPACE = """
import resource, sys
from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.model.artifact import type_of
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.writer import TraceFile

file = TraceFile(sys.argv[1])
file.write([Span("x", span_id="1")])
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    file.write([Span("y", span_id=str(at), attributes={"n": at * 7919 % 1000003}) for at in range(2, 2000)])
except BadTraceFile as exc:
    print(exc)
"""


def test_a_full_disk_is_one_clear_error_and_leaves_the_file_as_it_was(file: TraceFile) -> None:
    command = [sys.executable, "-c", NO_SPACE, str(file.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert str(file.spool.folder) in done.stdout
    assert "File too large" in done.stdout
    assert [span.name for span in read_spans(file.path)] == ["x"]
    assert file.spool.waiting() == []
