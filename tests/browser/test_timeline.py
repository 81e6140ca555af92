from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser.opening import LACKING, Opened
from browser.recordings import MANY
from oracles import trace_file

from pytest_flock_trace import traced_run
from pytest_flock_trace.analysis.critical_path import critical_path

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api", reason=LACKING).expect

ROWS = ".row:not([hidden])"


def labels(page: Page) -> list[str]:
    """What the rows say that are there, from top to bottom."""
    rows = page.locator(ROWS).evaluate_all(
        "rows => rows.map(row => [+row.dataset.row, row.querySelector('.label').textContent])"
    )
    return [label for _, label in sorted(rows)]


def test_the_critical_path_is_that_of_python(opened: Opened, loop: str) -> None:
    page = opened(loop, viewport={"width": 1440, "height": 6000})
    page.keyboard.press("x")
    expect(page.locator(ROWS)).to_have_count(175)
    shown = page.locator(ROWS).evaluate_all("rows => rows.map(row => [row.dataset.span, +row.dataset.critical])")
    file = traced_run.load(trace_file("flock/loop_traced.duckdb"))
    (trace,) = (one for one in file.traces if len(one) == 175)
    expected = dict.fromkeys((span.span_id for span in trace), 0)
    for section in critical_path(trace).sections:
        expected[section.span.span_id] += section.end_ns - section.start_ns

    assert dict(shown) == expected
    assert sum(expected.values()) == int(trace.duration)


def test_component_hooks_are_hidden_and_counted_until_they_are_asked_for(opened: Opened, loop: str) -> None:
    page = opened(loop)

    expect(page.get_by_role("button", name="159 component hooks hidden")).to_be_visible()
    assert not any(".on_" in label for label in labels(page))
    page.keyboard.press("x")
    expect(page.locator(".label", has_text=".on_initialize").first).to_be_visible()


def test_fifty_thousand_spans_need_as_many_elements_as_fit(opened: Opened, large: str) -> None:
    page = opened(large)
    grid = page.get_by_role("treegrid")

    expect(grid).to_have_attribute("aria-rowcount", str(MANY + 1))
    page.keyboard.press("G")
    expect(page.locator(f"{ROWS}[aria-rowindex='{MANY + 1}']")).to_be_visible()
    page.keyboard.press("g")
    expect(page.locator(f"{ROWS}[aria-rowindex='2']")).to_be_visible()
    assert page.locator(".row").count() < 80


def test_a_search_finds_values_that_no_row_shows(opened: Opened, large: str) -> None:
    page = opened(large)
    page.keyboard.press("/")
    page.keyboard.type("text number 4321")

    expect(page.locator(".search [role=status]")).to_contain_text("11 found", timeout=60_000)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(".details")).to_contain_text("text number 4321")


def test_the_keys_walk_fold_and_find_errors(opened: Opened, large: str) -> None:
    page = opened(large)
    page.keyboard.press("c")
    expect(page.get_by_role("treegrid")).to_have_attribute("aria-rowcount", str(MANY // 25 + 2))
    page.keyboard.press("e")

    expect(page.locator(".row.selected")).to_have_class("row failed on-path selected")
    expect(page.locator(".details .description")).to_have_text("it broke")
    page.keyboard.press("h")
    expect(page.locator(".details h2")).to_contain_text("invoke_agent")


def test_a_link_leads_back_to_the_span(opened: Opened, crew: str) -> None:
    page = opened(crew)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    name = page.locator(".details h2").inner_text()
    page.goto("about:blank")
    page.go_back()

    expect(page.locator(".details h2")).to_have_text(name)
    expect(page.locator(".row.selected .label")).to_have_text(name)


def test_the_minimap_zooms_to_what_is_dragged(opened: Opened, crew: str) -> None:
    page = opened(crew)
    box = page.locator(".minimap").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 20, steps=4)
    page.mouse.up()

    expect(page.get_by_role("button", name="Reset zoom")).to_be_visible()
    page.keyboard.press("0")
    expect(page.get_by_role("button", name="Reset zoom")).to_be_hidden()


def test_agents_become_lanes(opened: Opened, loop: str) -> None:
    page = opened(loop)
    page.keyboard.press("a")

    expect(page.locator(".row.lane .label")).to_have_text(["writer", "critic", "no agent"])


def test_a_subtree_stands_alone_when_focused(opened: Opened, loop: str) -> None:
    page = opened(loop)
    page.locator(".label", has_text="Agent.execute[critic]").first.click()
    page.keyboard.press("f")

    expect(page.locator(ROWS)).to_have_count(2)
    page.keyboard.press("f")
    expect(page.locator(ROWS)).to_have_count(16)
