"""What a report of many spans costs: to write, to keep, to open and to scroll."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from comparison import Result, Unmeasured, limited, median_seconds
from million import written

OPENED = 5
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PAINT = "() => performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)"
SCROLL = """
async frames => {
  let scroller = document.querySelector('.row');
  while (scroller.scrollHeight <= scroller.clientHeight) scroller = scroller.parentElement;
  const took = [];
  for (let frame = 0; frame < frames; frame++) {
    scroller.scrollTop += 200;
    took.push(await new Promise(done => requestAnimationFrame(begun => {
      const painted = new MessageChannel();
      painted.port1.onmessage = () => done(performance.now() - begun);
      painted.port2.postMessage(null);
    })));
  }
  return scroller.scrollTop > 0 ? took : [];
}
"""
"""From the beginning of each frame to its end, after layout and paint; the page draws what came into view in it."""


def rows(*, small: bool) -> Iterator[Result]:
    """The file, then what Chromium makes of it."""
    from pytest_flock_trace.errors import NoViewer

    spans = 505 if small else 50_000
    with TemporaryDirectory() as folder:
        store, report = written(Path(folder, "traces.duckdb"), spans, 120), Path(folder, "report.html")
        what = f"a report of {spans:,} spans"
        try:
            took = median_seconds(lambda: _write(store, report), 1 if small else OPENED)
        except NoViewer as exc:
            yield Unmeasured(what, str(exc))
            return
        yield limited(f"{what}, written", "s", took, 5.0)
        yield limited(f"{what}, its size", "MB", report.stat().st_size / 1e6, 5.0)
        yield from _shown(what, report, 1 if small else OPENED)


def _write(store: Path, report: Path) -> None:
    from pytest_flock_trace.store.file.reading import viewed
    from pytest_flock_trace.viewer.report_file import contents_of, write_report, writer_for

    with viewed(store) as view:
        write_report(report, contents_of(view, store, None, 50_000), writer_for(report))


def _shown(what: str, report: Path, times: int) -> Iterator[Result]:
    if find_spec("playwright") is None or CHROMIUM is None:
        lacking = "Chromium" if CHROMIUM is None else "Playwright (dependency group `browser`)"
        yield Unmeasured(f"{what} in a browser", f"there is no {lacking} here")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = [_opened(browser, report) for _ in range(times)]
        browser.close()
    yield limited(f"{what}, first paint", "ms", median(paint for paint, _ in opened), 1500.0)
    yield limited(f"{what}, a frame of scrolling", "ms", median(frame for _, frame in opened), 16.0)


def _opened(browser: Any, report: Path) -> tuple[float, float]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{report.as_uri()}#mode=timeline")
    page.locator(".row:not([hidden])").first.wait_for()
    (paint,), frames = page.evaluate(PAINT), page.evaluate(SCROLL, 60)
    page.close()
    return paint, median(frames)
