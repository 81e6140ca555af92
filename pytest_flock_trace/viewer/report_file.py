"""A report as a file: one page, or its answers as a JSON document."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_flock_trace.errors import BadArgument, BadTarget
from pytest_flock_trace.model.text import one_line
from pytest_flock_trace.viewer.answers.overview import FORMAT, VERSION, Head
from pytest_flock_trace.viewer.bundle import bundle
from pytest_flock_trace.viewer.collecting import seldom_collecting
from pytest_flock_trace.viewer.document import Contents, packed_answers
from pytest_flock_trace.viewer.packed import Packed
from pytest_flock_trace.viewer.page import page
from pytest_flock_trace.viewer.remembering import RememberingView

if TYPE_CHECKING:
    from pytest_flock_trace.store.file.reading import TraceFileView

Writer = Callable[[Iterable[Packed]], Iterator[str]]
"""Makes pieces of a file of packed answers."""


def writer_for(path: Path) -> Writer:
    """What writes a report of this suffix; raises `BadArgument` for another, and `NoViewer` for a page without one."""
    suffix = path.suffix.lower()
    if suffix == ".json":
        return data_document
    if suffix != ".html":
        raise BadArgument(f"{str(path)!r} has no suffix of a report; valid: .html, .json")
    built = bundle()
    return lambda packed: page(packed, built)


def data_document(packed: Iterable[Packed]) -> Iterator[str]:
    """The JSON document of questions and answers, piece by piece."""
    yield f'{{"format":{json.dumps(FORMAT)},"version":{VERSION},"answers":{{'
    for number, one in enumerate(packed):
        yield f"{',' if number else ''}\n{json.dumps(one.question)}:{one.text}"
    yield "\n}}\n"


def contents_of(view: TraceFileView, path: Path, title: str | None, most_spans: int) -> Contents:
    """What a report on a whole trace file is made of."""
    created = datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
    head = Head(title=title or f"Traces of {one_line(path.name)}", created=created, name=path.name)
    return Contents(view, head, path, most_spans=most_spans)


def write_report(path: Path, contents: Contents, writer: Writer) -> int:
    """Write the report, whole or not at all; how many spans it is about. Raises `BadTarget`."""
    with seldom_collecting():
        packed = list(packed_answers(replace(contents, view=RememberingView(contents.view))))
        write_pieces(path, writer(packed))
    return int(next(one.answer["spans"] for one in packed if one.question == "overview"))


def write_pieces(path: Path, pieces: Iterator[str]) -> None:
    """Replace the file in one step; raises `BadTarget`."""
    target = Path(os.path.realpath(path))
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
        draft.replace(target)
    except OSError as exc:
        raise BadTarget(f"the report {str(path)!r} cannot be written: {exc}") from exc
    finally:
        if draft.exists():
            draft.unlink()
