"""Files that are taken in part by part come out as they went in, whatever is taken in again."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flock_file import write
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import traces

from pytest_flock_trace.errors import BadArgument, TraceFileHeld
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.store.file import merging, rewriting
from pytest_flock_trace.store.file.access import opened
from pytest_flock_trace.store.file.merging import merge_file, merge_spans
from pytest_flock_trace.store.file.reading import viewed
from pytest_flock_trace.store.file.writer import TraceFile

PLACED = """
    SELECT spans.* EXCLUDE (place, parent_place, agent_above, service_above, operation_above, created_at),
        parent.span_id, agents.span_id, services.span_id, operations.span_id
    FROM spans
    LEFT JOIN spans AS parent ON parent.place = spans.parent_place
    LEFT JOIN spans AS agents ON agents.place = spans.agent_above
    LEFT JOIN spans AS services ON services.place = spans.service_above
    LEFT JOIN spans AS operations ON operations.place = spans.operation_above
    ORDER BY spans.trace_id, spans.span_id
"""
"""All that a file says, with spans in the place of the numbers that name them."""


def content(path: Path) -> list[tuple[object, ...]]:
    with viewed(path) as view:
        places = [row[0] for row in view.sql("SELECT place FROM spans")]
        assert len(set(places)) == len(places)
        return view.sql(PLACED).fetchall()


def spread(trace: Trace, number: int) -> list[Span]:
    """The trace under so many ids."""
    return [
        one.replace(
            trace_id=f"t{at}",
            span_id=f"{at}-{one.span_id}",
            parent_id=one.parent_id and f"{at}-{one.parent_id}",
            links=(),
            start_ns=one.start_ns + 100 * at,
            end_ns=one.end_ns + 100 * at,
        )
        for at in range(number)
        for one in trace
    ]


@settings(max_examples=15)
@given(traces(), st.integers(1, 3))
def test_a_file_that_was_taken_in_says_the_same(trace: Trace, number: int):
    with TemporaryDirectory() as folder:
        source, target = Path(folder, "source.duckdb"), Path(folder, "target.duckdb")
        spans = spread(trace, number)
        TraceFile(source).write(spans)
        for added in (len(spans), 0):
            if spans:
                assert merge_file(target, source)[:2] == (len(spans), added)
                assert content(target) == content(source)


def test_many_parts_make_the_same_file_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    steps = [Span("step", span_id=f"s{at}", parent_id="r", start_ns=at, end_ns=at + 1) for at in range(3)]
    trace = Trace.of([Span("root", span_id="r", end_ns=9), *steps])
    TraceFile(tmp_path / "source.duckdb").write(spread(trace, 7))
    divide = merging._DIVIDE
    assert "// 200000" in divide
    monkeypatch.setattr(merging, "_DIVIDE", divide.replace("// 200000", "// 8"))
    told: list[tuple[int, int]] = []

    merged = merge_file(tmp_path / "target.duckdb", tmp_path / "source.duckdb", progress=lambda *now: told.append(now))
    assert merged == (28, 28, 0)
    assert len(told) == 4
    assert told[-1] == (28, 28)
    assert content(tmp_path / "target.duckdb") == content(tmp_path / "source.duckdb")


def test_spans_from_elsewhere_are_taken_in_as_files_are(tmp_path: Path):
    spans = spread(Trace.of([Span("root", span_id="r"), Span("step", span_id="s", parent_id="r")]), 2)
    write(tmp_path / "source.duckdb", spans)

    assert merge_spans(tmp_path / "spans.duckdb", spans) == (4, 4, 0)
    assert merge_spans(tmp_path / "spans.duckdb", spans) == (4, 0, 0)
    merge_file(tmp_path / "file.duckdb", tmp_path / "source.duckdb")
    assert [row[:4] for row in content(tmp_path / "spans.duckdb")] == [
        row[:4] for row in content(tmp_path / "file.duckdb")
    ]


def test_ids_that_were_given_elsewhere_are_remembered(tmp_path: Path):
    one, two = tmp_path / "one.duckdb", tmp_path / "two.duckdb"
    TraceFile(one).write([Span("root", span_id="1", trace_id="a")])
    TraceFile(one).write([Span("other", span_id="1", trace_id="b")])
    for _ in range(2):
        merge_file(two, one)

    with viewed(two) as view:
        renamed = view.sql("FROM renamed").fetchall()
        assert [row[2:] for row in renamed] == [("b", "1")]
        assert view.sql("SELECT count(*) FROM spans SEMI JOIN renamed USING (trace_id, span_id)").fetchone() == (1,)


def test_a_file_is_not_taken_into_itself_by_another_name(tmp_path: Path):
    TraceFile(tmp_path / "a.duckdb").write([Span("root", span_id="1")])
    (tmp_path / "link.duckdb").symlink_to(tmp_path / "a.duckdb")

    with pytest.raises(BadArgument, match="can't be taken into itself"):
        merge_file(tmp_path / "link.duckdb", tmp_path / "a.duckdb")


def test_a_large_file_that_was_taken_in_has_no_space_to_spare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "a.duckdb"
    with opened(path) as connection:
        connection.execute("CREATE TABLE other AS SELECT uuid() AS noise FROM range(200_000)")
    full = path.stat().st_size
    with opened(path) as connection:
        connection.execute("DROP TABLE other")
    monkeypatch.setattr(merging, "_MANY", 1)

    merge_spans(path, [Span("b", span_id="b", trace_id="b")])

    assert path.stat().st_size < full / 2
    with viewed(path) as view:
        assert view.sql("SELECT name FROM spans ORDER BY name").fetchall() == [("b",)]


def test_a_file_that_others_hold_is_left_with_its_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    path = tmp_path / "a.duckdb"
    monkeypatch.setattr(merging, "_MANY", 1)
    monkeypatch.setattr(rewriting, "_BLOCKS", "SELECT 1, 1")
    monkeypatch.setattr(rewriting, "rewrite", refused)

    with caplog.at_level("INFO"):
        merge_spans(path, [Span("b", span_id="b")])

    assert "held" in caplog.text
    with viewed(path) as view:
        assert len(view.sql("FROM spans")) == 1


def refused(path: Path) -> None:
    raise TraceFileHeld(f"{path} is held")
