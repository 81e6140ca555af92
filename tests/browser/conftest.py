"""Chromium, and reports as it shows them; whatever a page complains of fails its test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser.opening import LACKING, Opened
from browser.recordings import MANY, TEXTS, hostile, imported, record_the_crew, report, turns
from oracles import trace_file

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    api = pytest.importorskip("playwright.sync_api", reason=LACKING)
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on the PATH")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Opened]:
    """Opens a report from disk; at the end nothing may have been complained of or asked of a network."""
    complaints: list[str] = []
    contexts = []

    def open_page(path: Path, mode: str = "timeline", **options: Any) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}} | options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: complaints.append(asked.url) if not _is_local(asked.url, path) else None)
        page.goto(f"{path.as_uri()}#mode={mode}")
        page.locator("#mode").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _is_local(url: str, path: Path) -> bool:
    return url.partition("#")[0] == path.as_uri() or url.startswith(("data:", "blob:"))


@pytest.fixture(scope="session")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example of the blackboard, run in two sessions."""
    folder = tmp_path_factory.mktemp("crew")
    record_the_crew(folder / "crew.duckdb", sessions=2)
    return report(folder / "crew.duckdb", folder / "crew.html")


@pytest.fixture(scope="session")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Writer and critic of Flock's, three rounds."""
    return _of_flock("loop_traced.duckdb", tmp_path_factory)


@pytest.fixture(scope="session")
def linear(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three agents of Flock's in a line."""
    return _of_flock("linear_traced.duckdb", tmp_path_factory)


def _of_flock(name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("flock") / name
    shutil.copy(trace_file(f"flock/{name}"), store)
    return report(store, store.with_suffix(".html"))


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One trace of fifty thousand spans."""
    store = imported(turns(MANY), tmp_path_factory.mktemp("large"))
    return report(store, store.with_suffix(".html"))


@pytest.fixture(scope="session")
def adversary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trace whose every text is an attempt at something."""
    store = imported(hostile(TEXTS), tmp_path_factory.mktemp("adversary"))
    return report(store, store.with_suffix(".html"))


@pytest.fixture(params=["crew", "loop", "linear", "large"])
def any_report(request: pytest.FixtureRequest) -> Path:
    return request.getfixturevalue(request.param)
