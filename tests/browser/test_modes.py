from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser.opening import LACKING, Opened

from pytest_flock_trace import viewer
from pytest_flock_trace.store.query import names

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api", reason=LACKING).expect

MODES = ["timeline", "statistics", "red", "dependencies", "sql", "configuration", "guide"]
SHORTCUTS = json.loads((Path(viewer.__file__).parent / "shortcuts.json").read_text(encoding="utf-8"))


def column(page: Page, number: int) -> list[str]:
    return page.locator(f".data-table tbody td:nth-child({number})").all_inner_texts()


def downloaded(page: Page) -> list[list[str]]:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    with Path(waiting.value.path()).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_digits_open_the_seven_modes(opened: Opened, any_page: str) -> None:
    page = opened(any_page)
    for number, mode in enumerate(MODES, 1):
        page.keyboard.press(str(number))
        expect(page.locator("#mode")).to_have_class(f"mode at-{mode}")
        expect(page.locator(".note.error")).to_have_count(0)
        expect(page.get_by_text("Reading …")).to_have_count(0)


def test_statistics_sort_both_ways_and_download_as_they_are_shown(opened: Opened, crew: str) -> None:
    page = opened(crew, "statistics")
    heading = page.get_by_role("columnheader", name="count")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    falling = [int(text) for text in column(page, 2)]
    heading.get_by_role("button").click()
    rising = [int(text) for text in column(page, 2)]

    assert falling == sorted(falling, reverse=True) == rising[::-1] or sorted(rising) == rising
    head, *rows = downloaded(page)
    assert head[:3] == ["operation", "count", "errors"]
    assert [int(row[1]) for row in rows] == rising


def test_statistics_group_by_what_is_chosen_and_filter_their_rows(opened: Opened, crew: str) -> None:
    page = opened(crew, "statistics")
    page.get_by_label("Group by").select_option("agent")
    expect(page.get_by_role("columnheader", name="agent")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("crit")

    expect(page.locator(".data-table tbody tr")).to_have_count(1)


def test_red_shows_p95_and_a_series_of_each_agent(opened: Opened, loop: str) -> None:
    page = opened(loop, "red")

    expect(page.locator(".card", has_text="writer")).to_contain_text("p95 of 3")
    expect(page.locator(".chart canvas")).to_have_count(3)
    page.locator(".card", has_text="critic").click()
    expect(page.get_by_label("of", exact=True)).to_have_value("critic")
    described = page.locator(".plot").nth(2).get_attribute("aria-label")
    assert described is not None
    assert "p95: from" in described


def test_dependencies_highlight_writer_and_critic(opened: Opened, loop: str) -> None:
    page = opened(loop, "dependencies")

    expect(page.locator(".edge.cyclic")).to_have_count(2)
    expect(page.locator(".edge:not(.cyclic)")).to_have_count(1)
    names = page.locator(".edge.cyclic").evaluate_all("edges => edges.map(edge => edge.getAttribute('aria-label'))")
    assert sorted(names) == [
        "↻ Draft ×3 · 4.72 ms, from writer to critic, part of a cycle",
        "↻ Review ×2 · 5.2 ms, from critic to writer, part of a cycle",
    ]
    assert {node.get_attribute("data-node") for node in page.locator(".node.cyclic").all()} == {"writer", "critic"}
    expect(page.locator(".cycles")).to_contain_text("critic → writer → critic")


def test_an_edge_tells_its_operations_and_a_dangling_artifact_leads_to_its_span(opened: Opened, loop: str) -> None:
    page = opened(loop, "dependencies")
    page.locator(".edge").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".side-list caption", has_text="Operations behind the edge")).to_have_count(1)
    page.get_by_role("button", name="Review of critic").click()

    expect(page.locator("#mode")).to_have_class("mode at-timeline")
    expect(page.locator(".details h2")).to_have_text("Agent.execute[critic]")


@pytest.mark.parametrize("layer", ["call", "service"])
def test_the_other_layers_are_drawn_or_said_to_be_empty(opened: Opened, crew: str, layer: str) -> None:
    page = opened(crew, "dependencies")
    page.get_by_label("Layer", exact=True).select_option(layer)

    expect(page.locator(".graph, .note").first).to_be_visible()
    expect(page.locator(".note.error")).to_have_count(0)


@pytest.mark.parametrize("source", ["file"], indirect=True)
def test_every_saved_query_has_its_result_and_downloads_it(opened: Opened, crew: str) -> None:
    page = opened(crew, "sql")
    templates = page.locator(".templates button")
    expect(templates).to_have_count(len(list(names())))
    for template in templates.all():
        template.click()
        expect(page.locator(".sql-main .data-table")).to_be_visible()
    page.get_by_role("button", name="Agents", exact=True).click()
    head, *rows = downloaded(page)

    assert head[:3] == ["agent", "count", "errors"]
    assert {row[0] for row in rows} == {"critic", "publisher", "researcher", "writer"}


def test_configuration_hides_component_hooks_and_says_how_many(opened: Opened, loop: str) -> None:
    page = opened(loop, "configuration")
    hidden = page.locator("#hidden-kinds")

    expect(hidden).to_contain_text("spans of this file are hooks")
    expect(hidden).to_contain_text("In the open trace: 159.")
    hidden.get_by_role("checkbox").uncheck()
    page.keyboard.press("1")
    expect(page.get_by_role("treegrid")).to_have_attribute("aria-rowcount", "176")


@pytest.mark.parametrize("source", ["file"], indirect=True)
def test_a_filter_is_said_in_every_mode_and_aggregates_are_labelled_unfiltered(opened: Opened, crew: str) -> None:
    page = opened(crew, "configuration")
    page.get_by_label("critic", exact=True).check()
    for number, mode in enumerate(MODES, 1):
        page.locator("h1").click()
        page.keyboard.press(str(number))
        expect(page.locator(".filtered")).to_contain_text("Filtered: agent critic")
        if mode in {"statistics", "red", "dependencies"}:
            expect(page.locator(".tag.warning")).to_have_text("unfiltered")
    page.keyboard.press("1")
    expect(page.locator(".label")).not_to_contain_text(["researcher"])
    page.get_by_role("button", name="Clear the filter").first.click()
    expect(page.locator(".filtered")).to_have_count(0)


def test_the_guide_lists_every_shortcut_that_exists(opened: Opened, crew: str) -> None:
    page = opened(crew, "guide")
    keys = [key for shortcut in SHORTCUTS for key in shortcut["keys"]]

    expect(page.locator(".guide kbd")).to_have_count(len(keys))
    listed = page.locator(".guide kbd").evaluate_all("keys => keys.map(key => key.dataset.key)")
    assert sorted(listed) == sorted(keys)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Shortcuts")).to_be_hidden()


def test_tests_lead_to_their_traces(opened: Opened, crew: str) -> None:
    page = opened(crew, "tests")
    row = page.locator("tbody tr", has_text="test_two_articles_are_two_runs").first

    expect(row).to_contain_text("passed")
    row.get_by_role("button", name="bees").click()
    expect(page.locator(".trace-head h2")).to_have_text("bees")


def test_two_sessions_are_compared(opened: Opened, crew: str) -> None:
    page = opened(crew, "compare")

    expect(page.locator(".sentence")).to_contain_text("span")
    expect(page.locator(".compare-tree tbody tr").first).to_be_visible()


@pytest.mark.parametrize("width", [900, 1200])
def test_no_mode_is_wider_than_the_window(opened: Opened, crew: str, width: int) -> None:
    page = opened(crew, viewport={"width": width, "height": 800})
    for mode in MODES:
        page.keyboard.press(str(MODES.index(mode) + 1))
        expect(page.get_by_text("Reading …")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_paper_is_light_and_has_the_whole_title(opened: Opened, crew: str) -> None:
    page = opened(crew, viewport={"width": 900, "height": 800}, color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 31)"
    page.emulate_media(media="print", color_scheme="dark")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".top h1").evaluate("title => title.scrollWidth <= title.clientWidth")
