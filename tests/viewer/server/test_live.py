"""A trace file that changes while it is looked at."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pytest_flock_trace.errors import BadTraceFile, TraceFileHeld
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file import snapshot
from pytest_flock_trace.store.file.narrowing import Narrowing
from pytest_flock_trace.store.file.retention import clear
from pytest_flock_trace.store.file.writer import TraceFile
from pytest_flock_trace.viewer.server.live import LiveFile
from pytest_flock_trace.viewer.server.shown import Shown


@pytest.fixture
def live(store: Path) -> Iterator[LiveFile]:
    with closing(LiveFile(store)) as found:
        found.begin()
        yield found


def size(live: LiveFile) -> int:
    with live.shown() as shown, shown.looked_into() as view:
        return len(view.sql("FROM spans"))


def looked(live: LiveFile) -> str:
    """What is shown once nothing is being read any more."""
    live.look()
    if live._refreshing is not None:
        live._refreshing.join()
    found = live.look()
    assert found.busy is None
    return found.revision


def test_a_file_that_stays_is_read_once(live: LiveFile):
    with live.shown() as before:
        pass

    assert live.look() == (before.revision, None)
    with live.shown() as now:
        assert now is before


def test_what_is_added_is_shown_under_another_revision(live: LiveFile, store: Path, reviews: Callable[..., list[Span]]):
    before = looked(live)

    assert TraceFile(store).write(reviews("cc33", 90)) is None

    assert looked(live) != before
    assert size(live) == 9


def test_what_waits_beside_the_file_is_shown(live: LiveFile, store: Path, reviews: Callable[..., list[Span]]):
    TraceFile(store).write_beside(reviews("cc33", 90))
    looked(live)

    assert size(live) == 9


def test_what_is_deleted_goes(live: LiveFile, store: Path):
    assert clear(store) == 6
    looked(live)

    assert size(live) == 0


def test_a_snapshot_lasts_for_as_long_as_somebody_looks_at_it(
    live: LiveFile, store: Path, reviews: Callable[..., list[Span]]
):
    with live.shown() as before:
        folder = before.snapshot.file.parent
        TraceFile(store).write(reviews("cc33", 90))
        looked(live)
        with before.looked_into() as view:
            assert len(view.sql("FROM spans")) == 6
    assert not folder.exists()


def test_while_somebody_writes_the_older_state_is_shown_and_that_is_told(
    live: LiveFile, store: Path, reviews: Callable[..., list[Span]], monkeypatch: pytest.MonkeyPatch
):
    before = looked(live)
    with monkeypatch.context() as restless:
        restless.setattr(snapshot, "STILL", 3600)
        TraceFile(store).write(reviews("cc33", 90))
        live._refresh()
        monkeypatch.setattr(live, "_begun_to_refresh", lambda: None)
        found = live.look()

    assert found == (before, "'traces.duckdb' is being written; what is shown is older")
    assert size(live) == 6


def test_a_file_that_goes_is_still_shown_and_that_is_told(live: LiveFile, store: Path):
    before = looked(live)
    store.unlink()
    live.look()
    assert live._refreshing is not None
    live._refreshing.join()
    live._begun_to_refresh = lambda: None  # type: ignore[method-assign]

    revision, busy = live.look()

    assert revision == before
    assert busy is not None
    assert "there is no file" in busy
    assert size(live) == 6


def test_what_is_no_trace_file_is_refused_at_once(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("no traces", encoding="utf-8")
    with closing(LiveFile(tmp_path / "notes.txt")) as live, pytest.raises(BadTraceFile, match=r"notes\.txt"):
        live.begin()


def test_a_file_that_is_being_written_from_the_start_is_shown_later(store: Path, monkeypatch: pytest.MonkeyPatch):
    with closing(LiveFile(store)) as live:
        with monkeypatch.context() as restless:
            restless.setattr(snapshot, "STILL", 3600)
            live.begin()
        with pytest.raises(TraceFileHeld, match="is being written; it will be shown"), live.shown():
            pass
        looked(live)
        assert size(live) == 6


def test_nobody_else_may_read_the_snapshots_and_they_go(store: Path):
    with closing(LiveFile(store)) as live:
        live.begin()
        assert stat.S_IMODE(live.folder.stat().st_mode) == 0o700
        assert any(live.folder.iterdir())

    assert not live.folder.exists()


def test_threads_look_at_once_and_each_sees_its_own_spans(live: LiveFile):
    wanted = {"Review": 2, "Writer": 2, "Model": 2, "nobody": 0}
    seen: list[tuple[str, int]] = []

    def look(service: str) -> None:
        with live.shown() as shown, shown.looked_into(Narrowing(services=[service])) as view:
            seen.append((service, len(view.sql("FROM spans"))))

    threads = [threading.Thread(target=look, args=[service]) for service in [*wanted] * 8]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(seen) == sorted([*wanted.items()] * 8)


def test_a_trace_that_is_asked_for_again_is_not_read_again(live: LiveFile):
    with live.shown() as shown:
        assert shown.trace("aa11") is shown.trace("aa11")
        assert len(shown.trace("aa11")) == 3


def test_what_can_not_be_shown_leaves_nothing_behind(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("no traces", encoding="utf-8")

    with pytest.raises(BadTraceFile):
        Shown(tmp_path / "notes.txt", tmp_path / "taken")

    assert not (tmp_path / "taken").exists()
