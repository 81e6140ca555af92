from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from pytest_flock_trace.errors import BadTraceFile, TraceFileHeld
from pytest_flock_trace.store.file.access import opened
from pytest_flock_trace.store.file.packing import KEPT
from pytest_flock_trace.store.file.schema import HISTORY, VERSION

WRITE = """
import sys
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.writer import TraceFile

file = TraceFile(sys.argv[1])
for at in range(10):
    file.write([Span("x", span_id=f"{sys.argv[2]} {at}", trace_id=sys.argv[2])], patience=30)
"""


def test_processes_that_start_together_make_one_file_and_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "traces.duckdb"
    started = [subprocess.Popen([sys.executable, "-c", WRITE, str(path), str(number)]) for number in range(3)]
    assert [process.wait() for process in started] == [0, 0, 0]

    with opened(path) as connection:
        assert connection.execute("SELECT count(*), count(DISTINCT trace_id) FROM spans").fetchall() == [(30, 3)]
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_new_file_can_be_read_by_the_oldest_duckdb_that_flock_pins(tmp_path: Path) -> None:
    with opened(tmp_path / "a.duckdb"):
        pass

    with closing(duckdb.connect()) as connection:
        connection.execute(f"ATTACH '{tmp_path / 'a.duckdb'}' AS a (READ_ONLY)")
        (row,) = connection.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'a'").fetchall()
    assert row[0].get("storage_version", "v1.2.0").startswith("v1.2.0")


def test_flock_inserts_with_or_replace(tmp_path: Path) -> None:
    values = "('t', 's', 'n', 1, 2, 0.5, 'OK')"
    columns = "(trace_id, span_id, name, start_time, end_time, duration_ms, status_code)"
    with opened(tmp_path / "a.duckdb") as connection:
        connection.execute(f"INSERT OR REPLACE INTO spans {columns} VALUES {values}")
        assert connection.execute("SELECT count(*) FROM spans").fetchall() == [(1,)]


def test_a_file_of_flock_s_gets_our_columns_and_keeps_its_own(tmp_path: Path) -> None:
    from flock_file import write

    from pytest_flock_trace.model.span import Span

    path = write(tmp_path / "a.duckdb", [Span("Agent.execute", span_id="1", start_ns=1, end_ns=2)])
    with opened(path) as connection:
        assert connection.execute("SELECT span_id, place FROM spans").fetchall() == [("1", None)]
        described = connection.execute("SELECT column_name FROM duckdb_columns() WHERE table_name = 'spans'").fetchall()
        assert {name for (name,) in described} >= {column.name for column in KEPT}
    with opened(path) as connection:
        assert connection.execute("SELECT version FROM flock_trace_schema").fetchall() == [(VERSION,)]


def test_the_history_tells_of_the_version_at_hand() -> None:
    assert max(HISTORY) == VERSION


def test_other_tables_called_spans_are_refused_and_stay_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute("CREATE TABLE spans (width INTEGER)")

    with pytest.raises(BadTraceFile, match="lacks trace_id"), opened(path):
        pass
    with closing(duckdb.connect(str(path))) as connection:
        assert connection.execute("SELECT column_name FROM duckdb_columns() WHERE table_name = 'spans'").fetchall() == [
            ("width",)
        ]


def test_a_folder_and_a_place_where_nothing_can_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(BadTraceFile, match="traces.duckdb"), opened(tmp_path / "file" / "traces.duckdb"):
        pass
    (tmp_path / "folder.duckdb").mkdir()
    with pytest.raises(BadTraceFile, match="folder.duckdb"), opened(tmp_path / "folder.duckdb"):
        pass


def test_an_error_of_the_caller_s_own_statement_is_not_the_file_s_fault(tmp_path: Path) -> None:
    with pytest.raises(duckdb.ParserException), opened(tmp_path / "a.duckdb") as connection:
        connection.execute("SELEKT")


def test_being_held_is_an_error_of_its_own() -> None:
    assert issubclass(TraceFileHeld, BadTraceFile)
