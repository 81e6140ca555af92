"""Having a browser open a page whose address is a secret."""

from __future__ import annotations

import webbrowser
from html import escape
from pathlib import Path
from typing import Final

_DOOR: Final = "open.html"
_PAGE: Final = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="referrer" content="no-referrer">\n'
    '<title>flock-trace</title>\n<meta http-equiv="refresh" content="0;url={url}">\n</head>\n'
    '<body><p><a href="{url}">Open the viewer</a></p></body>\n</html>\n'
)


def open_in_browser(url: str, folder: Path) -> bool:
    """Open the address in the user's browser; False where there is none.

    The browser is given the path of a page in this folder, which leads there: everybody on the machine can see the
    arguments of a program, and the folder is only for its owner to read.
    """
    door = folder / _DOOR
    door.touch(mode=0o600)
    door.write_text(_PAGE.format(url=escape(url)), encoding="utf-8")
    try:
        return webbrowser.open(door.as_uri())
    except webbrowser.Error:
        return False
