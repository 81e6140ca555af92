from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from random import Random

import duckdb
import pytest

from pytest_flock_trace.errors import BadTraceFile, TraceFileHeld
from pytest_flock_trace.store.file.access import opened
from pytest_flock_trace.store.file.packing import KEPT
from pytest_flock_trace.store.file.schema import HISTORY, VERSION

ROUNDS = int(os.environ.get("ROUNDS", "3"))
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


MAKE = """
import sys
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.writer import TraceFile

print("ready", flush=True)
TraceFile(sys.argv[1]).write([Span("x", span_id=str(at)) for at in range(300)])
print("written", flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal here")
def test_a_writer_that_dies_while_it_makes_the_file_leaves_none_or_one_that_others_go_on_with(tmp_path: Path) -> None:
    chance = Random(1)
    for number in range(ROUNDS):
        path = tmp_path / str(number) / "traces.duckdb"
        with subprocess.Popen([sys.executable, "-c", MAKE, str(path)], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            threading.Event().wait(chance.random() / 4)  # the moment of its death; nothing is waited for
            process.kill()
            promised = process.stdout.read() == "written\n"

        with opened(path) as connection:
            assert connection.execute("SELECT count(*) FROM spans").fetchall() in ([(300,)], [(0,)][promised:])


def test_what_is_committed_to_a_file_that_was_just_made_is_in_it_and_needs_no_log(tmp_path: Path) -> None:
    with opened(tmp_path / "a.duckdb") as connection:
        connection.execute("INSERT INTO renamed VALUES ('t', 's', 'u', 'r')")
        assert [one.name for one in tmp_path.iterdir()] == ["a.duckdb"]
        shutil.copyfile(tmp_path / "a.duckdb", tmp_path / "copy.duckdb")

    with opened(tmp_path / "copy.duckdb") as connection:
        assert connection.execute("FROM renamed").fetchall() == [("t", "s", "u", "r")]


def test_without_links_files_are_made_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)

    with opened(tmp_path / "a.duckdb") as connection:
        connection.execute("INSERT INTO renamed VALUES ('t', 's', 'u', 'r')")
    with opened(tmp_path / "a.duckdb") as connection:
        assert connection.execute("FROM renamed").fetchall() == [("t", "s", "u", "r")]
    assert [one.name for one in tmp_path.iterdir()] == ["a.duckdb"]


def test_a_file_that_somebody_else_makes_meanwhile_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def overtaken(draft: Path, file: Path) -> None:
        subprocess.run([sys.executable, "-c", MAKE, str(file)], check=True, capture_output=True)
        link(draft, file)

    monkeypatch.setattr(os, "link", overtaken)

    with opened(tmp_path / "a.duckdb") as connection:
        assert connection.execute("SELECT count(*) FROM spans").fetchall() == [(300,)]
    assert [one.name for one in tmp_path.iterdir()] == ["a.duckdb"]


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
