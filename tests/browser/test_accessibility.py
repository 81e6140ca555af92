from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from browser.opening import LACKING, Opened
from browser.recordings import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

expect = pytest.importorskip("playwright.sync_api", reason=LACKING).expect

AXE = ROOT / "pytest_flock_trace" / "viewer" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PLACES = ["timeline", "statistics", "red", "dependencies", "sql", "configuration", "guide", "tests", "compare"]


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds to be serious or worse, with the first element of each."""
    found: list[dict[str, Any]] = page.evaluate("async () => (await axe.run()).violations")
    serious = [one for one in found if one["impact"] in {"serious", "critical"}]
    return [(one["id"], one["nodes"][0]["html"][:200] + one["nodes"][0]["failureSummary"][:300]) for one in serious]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing_serious(opened: Opened, crew: str, place: str, scheme: str) -> None:
    if not AXE.is_file():
        pytest.skip("run `npm ci` in the folder of the front end first")
    page = opened(crew, place, color_scheme=scheme, bypass_csp=True)
    expect(page.get_by_text("Reading …")).to_have_count(0)
    if place == "timeline":
        page.keyboard.press("j")
        expect(page.locator(".details .tabs")).to_be_visible()
    page.evaluate(AXE.read_text(encoding="utf-8"))

    assert violations(page) == []


def test_the_waterfall_is_a_tree_whose_selected_row_is_known(opened: Opened, crew: str) -> None:
    page = opened(crew)
    page.keyboard.press("j")
    page.keyboard.press("j")
    grid = page.get_by_role("treegrid")
    row = page.locator(f"#{grid.get_attribute('aria-activedescendant')}")

    expect(row).to_have_attribute("aria-selected", "true")
    expect(row).to_have_attribute("aria-level", "2")
    expect(row).to_have_attribute("aria-expanded", "true")


def test_the_theme_is_switched_by_a_key(opened: Opened, crew: str) -> None:
    page = opened(crew, color_scheme="light")
    page.keyboard.press("T")
    page.keyboard.press("T")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 31)"
