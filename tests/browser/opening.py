"""What the fixture `opened` gives, and why there may be none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from playwright.sync_api import Page

REFUSED = "Failed to load resource: the server responded with a status of 400 (Bad Request)"
LACKING = "the group `browser` of dependencies is not installed"


class Opened(Protocol):
    """Opens an address in a mode; options are those of a browser's context.

    With `refused` the page is to ask what is refused, which Chromium itself logs as an error.
    """

    def __call__(self, address: str, mode: str = "timeline", *, refused: bool = False, **options: Any) -> Page: ...


def at(address: str, mode: str) -> str:
    """The address of a mode; that of a server has a fragment already."""
    return f"{address}{'&' if '#' in address else '#'}mode={mode}"


def belongs(url: str, address: str) -> bool:
    """Is this asked of the report itself, or of the server that has sent the page?"""
    page = address.partition("#")[0]
    return url.startswith(("data:", "blob:")) or (
        url.startswith(page) if page.startswith("http:") else url.partition("#")[0] == page
    )
