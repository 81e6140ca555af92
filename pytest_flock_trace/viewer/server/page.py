"""The page that asks this server, and the parts of the front end that it loads."""

from __future__ import annotations

from html import escape
from typing import Final

from pytest_flock_trace.errors import NoViewer
from pytest_flock_trace.model.text import one_line
from pytest_flock_trace.viewer.bundle import asset, bundle

PARTS: Final = {
    "app.js": "text/javascript",
    "app.css": "text/css",
    "sql.js": "text/javascript",
    "licenses.txt": "text/plain",
}
"""What the front end consists of, with the kinds of its parts."""
NOT_BUILT: Final = (
    "the viewer was not built when pytest-flock-trace was installed; install it again where npm is on the PATH, or "
    "where pip can reach PyPI and npm's registry (pip install --force-reinstall --no-deps pytest-flock-trace)"
)
_HEAD: Final = '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'


def is_built() -> bool:
    """The front end is there."""
    try:
        bundle()
    except NoViewer:
        return False
    return True


def part(name: str) -> str | None:
    """A part of the front end; None where it was not built."""
    try:
        return asset(name)
    except NoViewer:
        return None


def page(name: str) -> str:
    """The page about the trace file of this name, or what to do where it was not built."""
    head = _HEAD.format(title=escape(f"Traces of {one_line(name)}"))
    if not is_built():
        return f"{head}</head>\n<body><main><p>There is no page: {escape(NOT_BUILT)}.</p></main></body>\n</html>\n"
    return (
        f'{head}<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">\n'
        '<link rel="stylesheet" href="app.css">\n<script src="app.js" defer></script>\n</head>\n<body>\n'
        "<main><noscript><p>The viewer needs JavaScript; <code>flock-trace report</code> writes a file that shows the "
        "most important tables without it.</p></noscript></main>\n</body>\n</html>\n"
    )
