"""Chromium, and pages as it shows them, from files and from a server; what a page complains of fails its test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser.chromium import EXECUTABLE
from browser.opening import LACKING, REFUSED, Opened, at, belongs
from browser.recordings import MANY, TEXTS, hostile, imported, record_the_crew, report, turns
from browser.serving import served
from oracles import trace_file

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

PATIENCE = 30_000
"""Milliseconds in which a page shows what it is to show, on machines that are busy with much else."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    api = pytest.importorskip("playwright.sync_api", reason=LACKING)
    if EXECUTABLE is None:
        pytest.skip("there is no Chromium on the PATH")
    api.expect.set_options(timeout=PATIENCE)
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Opened]:
    """Opens a page; at the end nothing may have been complained of or asked of anybody else."""
    complaints: list[str] = []
    contexts = []

    def open_page(address: str, mode: str = "timeline", *, refused: bool = False, **options: Any) -> Page:
        def logged(said: ConsoleMessage) -> None:
            if said.type in {"error", "warning"} and not (refused and said.text == REFUSED):
                complaints.append(said.text)

        context = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}} | options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", logged)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: complaints.append(asked.url) if not belongs(asked.url, address) else None)
        page.goto(at(address, mode))
        page.locator(".row:not([hidden])" if mode == "timeline" else "#mode").first.wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session", params=["file", "server"])
def source(request: pytest.FixtureRequest) -> str:
    """Where the page comes from. What it shows is the same, so a test that names nothing else is of both."""
    return str(request.param)


@pytest.fixture(scope="session")
def address_of(source: str) -> Iterator[Callable[[Path], str]]:
    """The address of a trace file's page: of a report on it, or of a server that reads it."""
    with ExitStack() as servers:
        yield (
            lambda store: (
                servers.enter_context(served(store))
                if source == "server"
                else report(store, store.with_suffix(".html")).as_uri()
            )
        )


@pytest.fixture(scope="session")
def crew_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example of the blackboard, run in two sessions."""
    store = tmp_path_factory.mktemp("crew") / "crew.duckdb"
    record_the_crew(store, sessions=2)
    return store


@pytest.fixture(scope="session")
def large_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One trace of fifty thousand spans."""
    return imported(turns(MANY), tmp_path_factory.mktemp("large"))


@pytest.fixture(scope="session")
def crew(crew_file: Path, address_of: Callable[[Path], str]) -> str:
    """The page of the crew's two sessions."""
    return address_of(crew_file)


@pytest.fixture(scope="session")
def loop(tmp_path_factory: pytest.TempPathFactory, address_of: Callable[[Path], str]) -> str:
    """Writer and critic of Flock's, three rounds."""
    return address_of(_of_flock("loop_traced.duckdb", tmp_path_factory))


@pytest.fixture(scope="session")
def linear(tmp_path_factory: pytest.TempPathFactory, address_of: Callable[[Path], str]) -> str:
    """Three agents of Flock's in a line."""
    return address_of(_of_flock("linear_traced.duckdb", tmp_path_factory))


def _of_flock(name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("flock") / name
    shutil.copy(trace_file(f"flock/{name}"), store)
    return store


@pytest.fixture(scope="session")
def large(large_file: Path, address_of: Callable[[Path], str]) -> str:
    """The page of fifty thousand spans."""
    return address_of(large_file)


@pytest.fixture(scope="session")
def adversary(tmp_path_factory: pytest.TempPathFactory, address_of: Callable[[Path], str]) -> str:
    """A trace whose every text is an attempt at something."""
    return address_of(imported(hostile(TEXTS), tmp_path_factory.mktemp("adversary")))


@pytest.fixture(params=["crew", "loop", "linear", "large"])
def any_page(request: pytest.FixtureRequest, source: str) -> str:  # what is asked for depends on it
    return str(request.getfixturevalue(request.param))
