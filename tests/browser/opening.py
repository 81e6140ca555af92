"""What the fixture `opened` gives, and why there may be none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from playwright.sync_api import Page

LACKING = "the group `browser` of dependencies is not installed"


class Opened(Protocol):
    """Opens a report from disk in a mode; options are those of a browser's context."""

    def __call__(self, path: Path, mode: str = "timeline", **options: Any) -> Page: ...
