"""Spans that were written to a file as Flock writes them come back as they were; what is no such file says so."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from flock_file import write
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import span_lists, traces

from pytest_flock_trace.errors import BadArgument, BadTraceFile
from pytest_flock_trace.model.artifact import type_of
from pytest_flock_trace.model.span import Event, Link, Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.store.memory import TraceStore
from pytest_flock_trace.store.trace_file import read_spans

TEXT = st.text("aé日🦆\n\"'\\{", max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=4,
)
OBJECTS = st.dictionaries(TEXT, JSON, max_size=3)


def span(span_id: str = "1", **fields: Any) -> Span:
    return Span("Agent.execute", **{"span_id": span_id, "service": "Agent", "operation": "execute", **fields})


@st.composite
def written_spans(draw: st.DrawFn) -> list[Span]:
    """Spans of two traces that say all that Flock's columns hold."""
    return [
        one.replace(
            trace_id=draw(st.sampled_from("tu")),
            service=draw(st.sampled_from(("crew", ""))),
            operation=one.operation,
            status_description=draw(st.none() | TEXT),
            attributes={**one.attributes, **draw(OBJECTS)},
            resource=draw(OBJECTS),
            events=[Event(draw(TEXT), draw(st.integers(0, 2**62)), draw(OBJECTS))],
            links=[Link(link.span_id, "t", draw(OBJECTS)) for link in one.links],
            consumed=(),
            produced=(),
            waits=("*.join",),
        )
        for one in draw(span_lists(max_size=6))
    ]


@settings(max_examples=25)
@given(written_spans())
def test_spans_written_as_flock_does_are_the_same_when_loaded(spans: list[Span]):
    with TemporaryDirectory() as folder:
        loaded = read_spans(write(Path(folder) / "traces.duckdb", spans), waits=("*.join",))

    assert Trace.of(loaded).spans == Trace.of(spans).spans


@settings(max_examples=25)
@given(traces())
def test_a_table_of_our_own_loads_with_all_that_it_says_beyond_flock_s(trace: Trace):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "traces.duckdb"
        store = TraceStore(lambda: (1, trace.tree))
        store.sql(f"ATTACH '{path}' AS file")
        store.sql("CREATE TABLE file.spans AS FROM spans")
        store.sql("DETACH file")
        store.close()
        loaded = Trace.of(read_spans(path))

    assert [said_by(one) for one in loaded] == [said_by(one) for one in trace]


def said_by(one: Span) -> tuple[Any, ...]:
    """What a span says in columns of ours; ids and types of artifacts, in which they are texts alike."""
    artifacts = [[(artifact, type_of(artifact)) for artifact in ids] for ids in (one.consumed, one.produced)]
    flags = (one.waits, one.late, one.unfinished, one.detached, one.dropped)
    return one.key, one.agent, one.actor, one.label, one.service, one.operation, one.scope.name, artifacts, flags


def test_what_flock_s_columns_say_is_taken_as_it_stands(tmp_path: Path):
    path = write(tmp_path / "a.duckdb", [span(service="Crew", operation="go", kind="client", status="error")])

    (loaded,) = read_spans(path)
    assert (loaded.service, loaded.operation, loaded.kind, loaded.status) == ("Crew", "go", "client", "error")


def test_columns_that_are_null_or_absent_are_worked_out_or_left_at_their_defaults(tmp_path: Path):
    optional = "service, operation, kind, status_description, attributes, events, links, resource"
    drops = [f"ALTER TABLE spans DROP COLUMN {name}" for name in (*optional.split(", "), "created_at", "duration_ms")]
    nulls = f"UPDATE spans SET {', '.join(f'{name} = NULL' for name in optional.split(', '))}"
    index = "DROP INDEX idx_trace_id"
    expected = Span("Agent.execute", span_id="1")

    assert read_spans(write(tmp_path / "null.duckdb", [span()], nulls)) == [expected]
    assert read_spans(write(tmp_path / "absent.duckdb", [span()], index, *drops)) == [expected]
    assert (expected.service, expected.operation) == ("Agent", "execute")


def test_columns_that_mean_nothing_here_are_passed_over(tmp_path: Path):
    path = write(tmp_path / "a.duckdb", [span()], "ALTER TABLE spans ADD COLUMN seen TIMESTAMPTZ DEFAULT now()")

    assert read_spans(path) == [span()]


def test_links_may_also_be_written_as_our_table_has_them(tmp_path: Path):
    links = """UPDATE spans SET links = '[{"trace_id": "u", "span_id": "9", "attributes": {"why": "input"}}]'"""

    (loaded,) = read_spans(write(tmp_path / "a.duckdb", [span()], links))
    assert loaded.links == (Link("9", "u", {"why": "input"}),)


def test_one_trace_of_a_file_can_be_read_alone(tmp_path: Path):
    path = write(tmp_path / "a.duckdb", [span("1", trace_id="t"), span("2", trace_id="u")])

    assert [one.span_id for one in read_spans(path, trace_id="u")] == ["2"]
    assert len(read_spans(path)) == 2


def test_a_file_without_spans_has_none(tmp_path: Path):
    assert read_spans(write(tmp_path / "a.duckdb", [])) == []


def test_paths_of_any_kind_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = write(tmp_path / "a.duckdb", [span()])
    monkeypatch.chdir(tmp_path)

    assert read_spans(path) == read_spans(str(path)) == read_spans("a.duckdb") == [span()]


def test_a_name_that_duckdb_takes_for_something_else_is_a_file_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(BadTraceFile, match="there is no file .*:memory:"):
        read_spans(":memory:")


def test_loading_changes_neither_the_file_nor_what_lies_beside_it(tmp_path: Path):
    path = write(tmp_path / "a.duckdb", [span()])
    before = path.read_bytes(), path.stat().st_mtime_ns

    read_spans(path)

    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("arguments", [{}, {"trace_id": "nowhere"}], ids=["loaded", "refused"])
def test_nothing_stays_open(tmp_path: Path, arguments: dict[str, str]):
    path = write(tmp_path / "a.duckdb", [span()])
    try:
        kept: object = read_spans(path, **arguments)
    except BadArgument as error:
        kept = error

    code = f"import duckdb; duckdb.connect({str(path)!r}).execute('DELETE FROM spans')"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert read_spans(path) == []
    path.unlink()
    del kept


def test_the_stores_of_tests_go_on_as_they_were(tmp_path: Path, recording: Any):
    sql = recording(span()).sql
    sql("CREATE TABLE mine AS SELECT 1 AS one")

    read_spans(write(tmp_path / "a.duckdb", [span("1"), span("2")]))

    assert sql("SELECT one FROM mine").fetchone() == (1,)
    assert sql("SELECT count(*) FROM spans").fetchone() == (1,)
    assert sql("SELECT count(*) FROM duckdb_databases() WHERE path LIKE '%a.duckdb'").fetchone() == (0,)


def test_many_spans_load(tmp_path: Path):
    number = 10_000
    fill = (
        "INSERT INTO spans SELECT 't', i::VARCHAR, (i // 10)::VARCHAR, 'step', 'step', 'step', 'INTERNAL', i, i + 5, "
        f"""0, 'OK', NULL, '{{"n": ' || i || '}}', '[]', '[]', '{{}}', now()::TIMESTAMP FROM range({number}) t(i)"""
    )
    loaded = read_spans(write(tmp_path / "a.duckdb", [], fill))

    assert sum(one.attributes["n"] for one in loaded) == number * (number - 1) // 2
    assert len({id(one.resource) for one in loaded}) == 1, "what all spans share is kept once"


def refusal(path: Any, **arguments: Any) -> str:
    with pytest.raises(BadTraceFile) as raised:
        read_spans(path, **arguments)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    assert refusal(tmp_path / "nope.duckdb") == f"there is no file {str(tmp_path / 'nope.duckdb')!r}"
    assert not (tmp_path / "nope.duckdb").exists()


def test_a_folder_is_no_file(tmp_path: Path):
    assert "is a folder" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("trace.json", b'[{"traceID": "1"}]' * 500),
        ("otlp.jsonl", b'{"resourceSpans": []}'),
        ("spans.csv", b"trace_id,span_id\nt,1\n"),
        ("traces.duckdb", b""),
        ("traces.db", b"SQLite format 3\x00" + b"\x00" * 5000),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_of_another_kind_is_no_trace_file(tmp_path: Path, name: str, content: bytes):
    (tmp_path / name).write_bytes(content)

    assert f"{name}' is no DuckDB trace file" in refusal(tmp_path / name)


def test_a_damaged_or_cut_off_file_says_so(tmp_path: Path):
    content = write(tmp_path / "a.duckdb", [span(str(at)) for at in range(50)]).read_bytes()
    (tmp_path / "cut.duckdb").write_bytes(content[:9000])
    (tmp_path / "damaged.duckdb").write_bytes(content[:12288] + bytes(len(content) - 12288))

    assert "cut.duckdb' is damaged or cut off" in refusal(tmp_path / "cut.duckdb")
    assert "damaged.duckdb' is damaged or cut off" in refusal(tmp_path / "damaged.duckdb")


def test_a_database_without_spans_is_no_trace_file(tmp_path: Path):
    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.execute("CREATE TABLE traces (trace_id VARCHAR)")

    assert "a.duckdb': it is a DuckDB database without a table spans" in refusal(tmp_path / "a.duckdb")


def test_columns_that_cannot_be_done_without_are_named(tmp_path: Path):
    drops = [f"ALTER TABLE spans DROP COLUMN {name}" for name in ("status_code", "parent_id")]
    path = write(tmp_path / "a.duckdb", [], "DROP INDEX idx_trace_id", *drops)

    assert refusal(path).endswith("its table spans lacks parent_id, status_code")


def test_a_view_that_reads_other_files_is_not_followed(tmp_path: Path):
    (tmp_path / "secret.csv").write_text("trace_id,span_id,parent_id,name,start_time,end_time,status_code\n")
    with duckdb.connect(str(tmp_path / "a.duckdb")) as connection:
        connection.execute(f"CREATE VIEW spans AS FROM read_csv('{tmp_path / 'secret.csv'}')")

    assert "cannot be used as a trace file: Permission Error" in refusal(tmp_path / "a.duckdb")


def test_a_file_that_another_process_holds_says_who(tmp_path: Path):
    path = write(tmp_path / "a.duckdb", [span()])
    code = f"import duckdb, sys; kept = duckdb.connect({str(path)!r}); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        said = refusal(path)
        other.communicate()

    assert "is held by another process" in said
    assert read_spans(path) == [span()]


def test_a_file_that_this_process_has_open_says_so(tmp_path: Path):
    path = write(tmp_path / "a.duckdb", [span()])
    with duckdb.connect(str(path)):
        assert "is open in this process already" in refusal(path)

    assert read_spans(path) == [span()]


def test_a_file_of_a_newer_duckdb_asks_for_it(tmp_path: Path):
    content = bytearray(write(tmp_path / "a.duckdb", [span()]).read_bytes())
    content[12:20] = (9_999).to_bytes(8, "little")
    content[:8] = checksum(content[8:4096]).to_bytes(8, "little")
    (tmp_path / "a.duckdb").write_bytes(content)

    assert f"newer DuckDB than {duckdb.__version__}" in refusal(tmp_path / "a.duckdb")


def checksum(block: Sequence[int]) -> int:
    """DuckDB's, of a block of whole words."""
    result = 5381
    for at in range(0, len(block), 8):
        result ^= int.from_bytes(bytes(block[at : at + 8]), "little") * 0xBF58476D1CE4E5B9 % 2**64
    return result


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("attributes", "{"),
        ("attributes", "[1]"),
        ("attributes", "NaN"),
        ("resource", "3"),
        ("events", "{}"),
        ("events", "[7]"),
        ("events", '[{"timestamp": 5}]'),
        ("events", '[{"name": "a", "timestamp": "soon"}]'),
        ("links", '[{"trace_id": "u"}]'),
        ("links", '[{"context": "u"}]'),
        ("links", "[" * 100_000),
    ],
    ids=lambda value: value[:40],
)
def test_a_document_that_is_none_names_its_span_and_column(tmp_path: Path, column: str, value: str):
    spans = [span("good"), span("bad")]
    change = (
        f"ALTER TABLE spans ALTER {column} TYPE VARCHAR",
        f"UPDATE spans SET {column} = '{value}' WHERE span_id = 'bad'",
    )
    path = write(tmp_path / "a.duckdb", spans, "DROP INDEX idx_trace_id", *change)

    said = refusal(path)
    assert f"span 'bad' of trace 't' has {column} that are not JSON as expected: {value[:3]}" in said
    assert len(said) < 400


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE spans SET kind = 'SIDEWAYS'", "span '1' of trace 't' cannot be read: 'SIDEWAYS' is no span kind"),
        ("UPDATE spans SET status_code = 'FINE'", "span '1' of trace 't' cannot be read: 'FINE' is no span status"),
        ("UPDATE spans SET end_time = NULL", "span '1' of trace 't' has no end_time"),
        ("ALTER TABLE spans ALTER start_time TYPE VARCHAR USING 'noon'", "Conversion Error"),
    ],
)
def test_a_value_that_no_span_can_have_is_told(tmp_path: Path, change: str, said: str):
    loose = "ALTER TABLE spans ALTER end_time DROP NOT NULL"
    path = write(tmp_path / "a.duckdb", [span()], "DROP INDEX idx_trace_id", loose, change)

    assert said in refusal(path)


def test_a_trace_that_is_not_in_the_file_is_answered_with_the_nearest(tmp_path: Path):
    ids = [f"{at:x}" * 32 for at in range(1, 9)]
    path = write(tmp_path / "a.duckdb", [span(one[:16], trace_id=one) for one in ids])

    with pytest.raises(BadArgument, match=f"trace_id='3333' is none of the 8 traces in .*; did you mean '{ids[2]}'?"):
        read_spans(path, trace_id="3333")
    with pytest.raises(BadArgument, match=f"did you mean '{ids[3]}'?"):
        read_spans(path, trace_id=f"{ids[3][:-2]}ab")
    with pytest.raises(BadArgument, match=r"none of the 8 traces in '.*a\.duckdb'$"):
        read_spans(path, trace_id="unlike any of them")


def test_the_traces_of_a_small_file_are_listed(tmp_path: Path):
    path = write(tmp_path / "a.duckdb", [span("1", trace_id="t"), span("2", trace_id="u")])

    with pytest.raises(BadArgument, match="none of the 2 traces in .*: t, u$"):
        read_spans(path, trace_id="nowhere")


def test_arguments_of_another_kind_are_refused(tmp_path: Path):
    path: Any = 5
    wrong: Any = 5

    with pytest.raises(BadArgument, match="5 is no path"):
        read_spans(path)
    with pytest.raises(BadArgument, match="trace_id=5 is no text"):
        read_spans(write(tmp_path / "a.duckdb", []), trace_id=wrong)


def test_loaded_spans_can_be_pickled(tmp_path: Path):
    loaded = SpanTree(read_spans(write(tmp_path / "a.duckdb", [span(attributes={"agent.name": "writer"})]))).spans

    assert pickle.loads(pickle.dumps(loaded)) == loaded
