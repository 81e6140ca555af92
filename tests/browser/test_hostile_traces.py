from __future__ import annotations

import pytest
from browser.opening import LACKING, Opened
from browser.recordings import TEXTS

expect = pytest.importorskip("playwright.sync_api", reason=LACKING).expect

PLACES = ["timeline", "statistics", "red", "dependencies", "sql", "configuration", "guide"]


def test_nothing_that_a_trace_says_is_executed(opened: Opened, adversary: str, source: str) -> None:
    page = opened(adversary)
    for number in range(1, len(PLACES) + 1):
        page.keyboard.press(str(number))
        expect(page.get_by_text("Reading …")).to_have_count(0)
    page.keyboard.press("5")
    for template in page.locator(".templates button").all():
        template.click()
        if source == "server":
            page.get_by_role("button", name="Run").click()
        expect(page.locator(".sql-main .data-table")).to_be_visible()
    page.keyboard.press("1")
    for _ in TEXTS:
        page.keyboard.press("j")
        for tab in page.get_by_role("tab").all():
            tab.click()

    assert page.evaluate("window.executed === undefined")
    assert page.locator("main img, main svg[onload], iframe").count() == 0


def test_what_a_trace_says_is_shown_as_it_is(opened: Opened, adversary: str) -> None:
    page = opened(adversary, viewport={"width": 1440, "height": 1400})

    for text in TEXTS[:5]:
        expect(page.locator(".label", has_text=text).first).to_be_visible()


def test_long_and_turned_texts_leave_the_layout_alone(opened: Opened, adversary: str) -> None:
    page = opened(adversary)
    for number in range(1, len(PLACES) + 1):
        page.keyboard.press(str(number))
        expect(page.get_by_text("Reading …")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1440
