"""What only a server has: own queries, aggregates that follow the filter, clearing, and what is new."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser.opening import LACKING, Opened
from browser.recordings import record_the_crew
from browser.serving import served
from browser.test_modes import MODES, column, downloaded

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

expect = pytest.importorskip("playwright.sync_api", reason=LACKING).expect

of_server = pytest.mark.parametrize("source", ["server"], indirect=True)
A_LOOK = 30_000
"""Milliseconds in which a page has looked for what is new, every two seconds, several times."""


@pytest.fixture
def own_file(crew_file: Path, tmp_path: Path) -> Path:
    return shutil.copy(crew_file, tmp_path / "own.duckdb")


@pytest.fixture
def own(own_file: Path) -> Iterator[str]:
    """A server of a file that the test may change."""
    with served(own_file) as address:
        yield address


def write(page: Page, sql: str) -> None:
    """Replace what the editor holds, as somebody at the keyboard does."""
    editor = page.get_by_role("textbox", name="SQL")
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(sql)


@of_server
def test_a_saved_query_runs_when_told_to_and_not_before(opened: Opened, crew: str) -> None:
    page = opened(crew, "sql")
    page.get_by_role("button", name="Agents", exact=True).click()
    expect(page.locator(".sql-main .note")).to_have_text("Run it with Ctrl+Enter.")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".sql-main .data-table")).to_be_visible()
    head, *rows = downloaded(page)

    assert head[:3] == ["agent", "count", "errors"]
    assert {row[0] for row in rows} == {"critic", "publisher", "researcher", "writer"}


@of_server
def test_a_query_of_ones_own_runs_from_the_keyboard(opened: Opened, crew: str) -> None:
    page = opened(crew, "sql")
    write(page, "SELECT DISTINCT agent, '=1+1' AS formula FROM spans WHERE agent = 'writer'")
    page.keyboard.press("ControlOrMeta+Enter")

    expect(page.locator(".data-table tbody td")).to_have_text(["writer", "=1+1"])
    assert downloaded(page) == [["agent", "formula"], ["writer", "'=1+1"]]


@of_server
@pytest.mark.parametrize("late", ["sql.js", "schema"])
def test_what_is_typed_before_the_editor_has_come_stays(opened: Opened, crew: str, late: str) -> None:
    page = opened(crew, "guide")
    held: list[Route] = []
    page.route(f"**/{late}*", lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks the function
    with page.expect_request(f"**/{late}*"):
        page.keyboard.press("5")
    expect(page.locator("textarea.code")).to_be_visible()
    write(page, "SELECT 4 AS answer")
    for _ in " AS answer":
        page.keyboard.press("ArrowLeft")
    for one in held:
        one.continue_()
    expect(page.locator("textarea.code")).to_have_count(0)
    page.keyboard.insert_text("2")
    page.keyboard.press("ControlOrMeta+Enter")

    expect(page.locator(".data-table tbody td")).to_have_text(["42"])


@of_server
@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM spans", "SELECT"),
        ("SELECT * FROM read_csv('/etc/passwd')", "cannot be called here"),
        ("SELECT nothing FROM spans", "nothing"),
    ],
)
def test_a_refused_statement_shows_why_and_the_editor_stays(opened: Opened, crew: str, sql: str, said: str) -> None:
    page = opened(crew, "sql", refused=True)
    write(page, sql)
    page.keyboard.press("ControlOrMeta+Enter")

    expect(page.locator(".note.error")).to_contain_text(said)
    write(page, "SELECT 42 AS answer")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.locator(".note.error")).to_have_count(0)
    expect(page.locator(".data-table tbody td")).to_have_text(["42"])


@of_server
def test_aggregates_follow_the_filter_and_are_not_called_unfiltered(opened: Opened, crew: str) -> None:
    page = opened(crew, "configuration")
    page.get_by_label("critic", exact=True).check()
    for number, mode in enumerate(MODES, 1):
        page.locator("h1").click()
        page.keyboard.press(str(number))
        expect(page.locator(".filtered")).to_contain_text("Filtered: agent critic")
        expect(page.get_by_text("Reading …")).to_have_count(0)
        expect(page.locator(".tag.warning")).to_have_count(0)
        if mode == "red":
            expect(page.locator(".card")).to_have_count(1)
    page.keyboard.press("2")
    page.get_by_label("Group by").select_option("agent")
    expect(page.locator(".data-table tbody tr")).to_have_count(1)
    assert column(page, 1) == ["critic"]
    page.get_by_role("button", name="Clear the filter").first.click()
    expect(page.locator(".data-table tbody tr")).to_have_count(4)


@of_server
def test_statistics_are_grouped_by_any_attribute(opened: Opened, crew: str) -> None:
    page = opened(crew, "statistics")
    page.get_by_label("Group by").select_option("gen_ai.agent.name")

    expect(page.locator(".data-table tbody")).to_contain_text("researcher")


def test_clearing_asks_first(opened: Opened, own: str) -> None:
    page = opened(own, "configuration")
    page.get_by_role("button", name="Delete all traces …").click()
    asking = page.get_by_role("alertdialog", name="Delete all traces?")
    asking.get_by_role("button", name="Keep").click()
    expect(asking).to_have_count(0)
    expect(page.locator(".totals")).to_contain_text("20 traces")
    page.get_by_role("button", name="Delete all traces …").click()
    asking.get_by_role("button", name="Delete", exact=True).click()

    expect(page.locator(".totals")).to_have_text("0 traces · 0 spans · 0 errors")
    expect(page.get_by_text("spans deleted.")).to_be_visible()
    for number in range(1, len(MODES) + 1):
        page.keyboard.press(str(number))
        expect(page.get_by_text("Reading …")).to_have_count(0)
        expect(page.locator(".note.error")).to_have_count(0)


def test_a_new_run_appears_without_reloading(opened: Opened, own: str, own_file: Path) -> None:
    page = opened(own)
    page.evaluate("window.still = true")
    listed = page.locator(".trace-list .total")
    before = int(listed.inner_text().split()[0])
    page.keyboard.press("j")
    chosen = page.locator(".details h2").inner_text()
    record_the_crew(own_file, sessions=1)

    expect(listed).to_have_text(f"{before * 3 // 2} traces", timeout=A_LOOK)
    expect(page.locator(".totals")).to_contain_text(f"{before * 3 // 2} traces")
    expect(page.locator(".details h2")).to_have_text(chosen)
    assert page.evaluate("window.still")
