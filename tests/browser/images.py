"""Makes the images of the README: `python tests/browser/images.py`, with the group `browser` and Chromium."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser.chromium import EXECUTABLE
from browser.opening import at
from browser.recordings import ROOT, record_the_crew, report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = ROOT / "examples" / "images"
COLOURS = 256
"""So that an image stays below the size that a README should carry."""


class Image(NamedTuple):
    """A mode as the README shows it."""

    mode: str
    scheme: str
    height: int
    keys: str = ""
    """What is pressed first."""

    @property
    def file(self) -> Path:
        return FOLDER / f"{self.mode}.png"


IMAGES = (
    Image("timeline", "light", 800, "jjjjjjjj"),
    Image("dependencies", "dark", 600),
    Image("red", "light", 640),
)


def main() -> None:
    """Record the example of the blackboard and take its pictures."""
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        store = Path(folder) / "blackboard.duckdb"
        record_the_crew(store, sessions=1)
        address = report(store, store.with_suffix(".html")).as_uri()
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
        for image in IMAGES:
            image.file.write_bytes(small(taken(browser, address, image)))
        browser.close()


def taken(browser: Browser, address: str, image: Image) -> bytes:
    """A picture of the page, finer than its pixels."""
    page = browser.new_page(
        viewport={"width": 1440, "height": image.height},
        color_scheme="dark" if image.scheme == "dark" else "light",
        device_scale_factor=1.5,
    )
    page.goto(at(address, image.mode))
    page.locator("#mode").wait_for()
    settle(page)
    for key in image.keys:
        page.keyboard.press(key)
    settle(page)
    return page.screenshot(animations="disabled")


def settle(page: Page) -> None:
    """Let what is asked be answered and drawn."""
    page.get_by_text("Reading …").wait_for(state="detached")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def small(png: bytes) -> bytes:
    """The same picture of few colours."""
    from PIL import Image as Picture

    written = io.BytesIO()
    picture = (
        Picture.open(io.BytesIO(png))
        .convert("RGB")
        .quantize(COLOURS, Picture.Quantize.FASTOCTREE, dither=Picture.Dither.NONE)
    )
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    main()
