"""The guide: one text file, in the little Markdown that it needs, as sections and blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final

from pytest_flock_trace.viewer.answers.portable import Answer

_HEADING: Final = re.compile(r"# (?P<id>[a-z]+): (?P<title>.+?)(?: \((?P<mode>[1-7])\))?")
_CODE: Final = "    "
_ITEM: Final = "- "
_CELL: Final = "|"
_RULE: Final = re.compile(r"[|\s:-]+")


@cache
def text() -> str:
    """The whole guide as it is written."""
    return (files("pytest_flock_trace.viewer") / "guide.md").read_text(encoding="utf-8")


def guide(source: str | None = None) -> Answer:
    """Its sections in order, each with its blocks."""
    sections: list[dict[str, Any]] = []
    for part in re.split(r"\n(?=# )", (text() if source is None else source).strip()):
        head, _, body = part.partition("\n")
        found = _HEADING.fullmatch(head)
        if found is None:
            raise ValueError(f"{head!r} is no heading of the guide; write '# id: Title' or '# id: Title (mode)'")
        mode = int(found["mode"]) if found["mode"] else None
        sections.append({"id": found["id"], "title": found["title"], "mode": mode, "blocks": list(_blocks(body))})
    return {"sections": sections}


def _blocks(body: str) -> Iterator[dict[str, Any]]:
    """Paragraphs between empty lines; those of code beside one another are one block."""
    code: list[str] = []
    for paragraph in re.split(r"\n\n+", body.strip("\n")):
        if paragraph.startswith(_CODE):
            code.append("\n".join(line.removeprefix(_CODE) for line in paragraph.split("\n")))
            continue
        if code:
            yield {"kind": "code", "text": "\n\n".join(code)}
            code = []
        if paragraph:
            yield _block(paragraph.split("\n"))
    if code:
        yield {"kind": "code", "text": "\n\n".join(code)}


def _block(lines: list[str]) -> dict[str, Any]:
    if lines[0].startswith(_ITEM):
        return {"kind": "list", "items": [line.removeprefix(_ITEM) for line in lines]}
    if lines[0].startswith(_CELL):
        head, *rows = [_cells(line) for line in lines if not _RULE.fullmatch(line)]
        return {"kind": "table", "head": head, "rows": rows}
    return {"kind": "text", "text": " ".join(lines)}


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip(_CELL + " ").split(_CELL)]
