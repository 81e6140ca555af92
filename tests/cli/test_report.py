from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from pytest_flock_trace.viewer import bundle
from pytest_flock_trace.viewer.bundle import Bundle


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> None:
    """A front end, whether one was built here or not."""
    monkeypatch.setattr("pytest_flock_trace.viewer.report_file.bundle", lambda: Bundle("start()", "main {}"))


@pytest.fixture
def not_built(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(bundle, "_FOLDER", "no such folder")
    return


def test_a_file_becomes_a_page(flock_trace: Callable[..., object], store: Path, tmp_path: Path, built: None) -> None:
    target = tmp_path / "deep" / "r.html"
    answer = flock_trace("report", "--store", store, "--output", target, "--title", "Reviews <1>")
    text = target.read_text(encoding="utf-8")

    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"6 spans reported in {target}\n"
    assert "<title>Reviews &lt;1&gt;</title>" in text
    assert "<td>critic</td>" in text
    assert [one.name for one in target.parent.iterdir()] == ["r.html"]


def test_a_name_that_ends_in_json_gets_the_answers_without_a_page(
    flock_trace: Callable[..., object], store: Path, tmp_path: Path, not_built: None
) -> None:
    target = tmp_path / "r.json"
    answer = flock_trace("report", "--store", store, "--output", target, "--json")
    document = json.loads(target.read_text(encoding="utf-8"))

    assert answer.json == {"spans": 6, "output": str(target)}
    assert (document["format"], document["version"]) == ("pytest-flock-trace/viewer", 1)
    assert document["answers"]["overview"]["title"] == "Traces of traces.duckdb"
    assert document["answers"]["overview"]["errors"] == 1


def test_a_page_that_was_never_built_is_one_clear_line(
    flock_trace: Callable[..., object], store: Path, tmp_path: Path, not_built: None
) -> None:
    answer = flock_trace("report", "--store", store, "--output", tmp_path / "r.html")

    assert answer.code == 2
    assert len(answer.err.splitlines()) == 1
    assert "the viewer was not built" in answer.err
    assert "npm is on the PATH" in answer.err
    assert not (tmp_path / "r.html").exists()


def test_another_suffix_is_refused(flock_trace: Callable[..., object], store: Path, tmp_path: Path) -> None:
    answer = flock_trace("report", "--store", store, "--output", tmp_path / "r.pdf")

    assert answer.code == 2
    assert "has no suffix of a report; valid: .html, .json" in answer.err


def test_a_report_that_can_not_be_written_is_one_line_and_leaves_nothing(
    flock_trace: Callable[..., object], store: Path, tmp_path: Path, built: None
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    answer = flock_trace("report", "--store", store, "--output", tmp_path / "file" / "r.html")

    assert answer.code == 2
    assert "cannot be written" in answer.err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "traces.duckdb"]


def test_spans_beyond_the_cap_are_counted(
    flock_trace: Callable[..., object], store: Path, tmp_path: Path, built: None
) -> None:
    answer = flock_trace("report", "--store", store, "--output", tmp_path / "r.html", "--max-spans", 3)
    text = (tmp_path / "r.html").read_text(encoding="utf-8")

    assert answer.out.startswith("6 spans reported")
    assert "1 trace of 2, with 3 spans, can&#x27;t be looked into here" in text


def test_the_guide_comes_with_the_package() -> None:
    assert (files("pytest_flock_trace.viewer") / "guide.md").is_file()
